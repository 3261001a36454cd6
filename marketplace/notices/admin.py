"""Messages for operators: what was sent to whom, what could not be, and what nobody could be sent."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .models import Message
from .outbox import revive_dead


@admin.register(Message)
class MessageAdmin(admin.ModelAdmin[Message]):
    """Seen, never written; one that was given up can be tried again."""

    list_display = ["id", "producer", "channel", "address", "state", "created_at", "sent_at", "attempts", "last_error"]
    list_filter = ["state", "channel"]
    list_select_related = ["producer"]
    search_fields = ["address", "key"]
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["try_again"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("notices.change_message")

    @admin.action(description=_("Try again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[Message]) -> None:
        count = revive_dead(list(queryset.values_list("pk", flat=True)))
        text = ngettext("{count} message is tried again.", "{count} messages are tried again.", count)
        messages.success(request, text.format(count=count))
