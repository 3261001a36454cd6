"""What providers told; transfers that name no order wait here for a person."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from marketplace.payments.bank_feed import Outcome, assign_transfer, find_assignable, return_transfer
from marketplace.payments.models import InboundEvent
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of


class AssignForm(forms.ModelForm[InboundEvent]):
    """Which order an unmatched transfer is for."""

    number = forms.CharField(label=_("order number"), max_length=40)

    class Meta:
        model = InboundEvent
        fields: list[str] = []

    def clean_number(self) -> str:
        number: str = self.cleaned_data["number"]
        try:
            find_assignable(number)
        except DomainError as error:
            raise forms.ValidationError(error.detail) from None
        return number


@admin.register(InboundEvent)
class InboundEventAdmin(admin.ModelAdmin[InboundEvent]):
    """Seen; one that is unmatched can be assigned to an order, or was sent back."""

    list_display = ["event_id", "source", "kind", "amount", "content", "outcome", "object_id", "received_at"]
    list_filter = ["outcome", "source"]
    search_fields = ["event_id", "object_id", "content"]
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    readonly_fields = [
        "source",
        "event_id",
        "kind",
        "amount",
        "content",
        "outcome",
        "object_id",
        "payment",
        "received_at",
    ]
    actions = ["mark_returned"]

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: InboundEvent | None = None) -> bool:
        return super().has_change_permission(request, obj) and (obj is None or obj.outcome == Outcome.UNMATCHED)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_form(
        self, request: HttpRequest, obj: InboundEvent | None = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None and self.has_change_permission(request, obj):
            return AssignForm
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ["number"] if self.has_change_permission(request, obj) else []
        return [*self.readonly_fields, *asked]

    def save_model(self, request: HttpRequest, obj: InboundEvent, form: Any, change: bool) -> None:
        at = time_of(request).at
        try:
            assign_transfer(event_id=obj.pk, number=form.cleaned_data["number"], at=at)
        except DomainError as error:  # somebody else was faster
            messages.error(request, error.detail)

    @admin.action(description=_("The money was sent back to where it came from"), permissions=["change"])
    def mark_returned(self, request: HttpRequest, queryset: QuerySet[InboundEvent]) -> None:
        count = 0
        for event_id in queryset.order_by("pk").values_list("pk", flat=True):
            try:
                return_transfer(event_id=event_id)
            except DomainError:
                continue
            count += 1
        text = ngettext("{count} transfer was sent back.", "{count} transfers were sent back.", count)
        messages.success(request, text.format(count=count))
