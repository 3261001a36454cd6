"""Refunds being carried out: by the card's provider on its own, by a person where money came otherwise."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from catalog.admin import ReadOnly
from marketplace.payments.bank_refunds import confirm_sent, export_refunds, put_back
from marketplace.payments.methods import BY_HAND
from marketplace.payments.models import RefundAccount, RefundTransfer, TransferState
from ocop_badges.request_time import time_of


class ByHandFilter(admin.SimpleListFilter):
    title = _("carried out by")
    parameter_name = "by"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("hand", _("a person")), ("provider", _("the provider"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[RefundTransfer]) -> QuerySet[RefundTransfer]:
        match self.value():
            case "hand":
                return queryset.filter(pk__in=RefundTransfer.objects.by_hand().values("pk"))
            case "provider":
                return queryset.filter(pk__in=RefundTransfer.objects.by_provider().values("pk"))
        return queryset


@admin.register(RefundTransfer)
class RefundTransferAdmin(ReadOnly, admin.ModelAdmin[RefundTransfer]):
    """Seen; a person downloads the bank's file and says what the bank has carried out."""

    list_display = ["id", "order_number", "amount", "state", "has_account", "reference", "created_at", "done_at"]
    list_filter = ["state", ByHandFilter]
    list_select_related = ["payment__order"]
    search_fields = ["payment__order__number", "reference"]
    ordering = ["-id"]
    list_per_page = 100
    show_full_result_count = False
    actions = ["bank_file", "mark_done", "send_again"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[RefundTransfer]:
        accounts = RefundAccount.objects.filter(order=OuterRef("payment__order"))
        return super().get_queryset(request).annotate(account_is_known=Exists(accounts))

    def has_transfer_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("payments.change_refundtransfer")

    @admin.display(description=_("order"))
    def order_number(self, transfer: RefundTransfer) -> str:
        return transfer.payment.order.number

    @admin.display(description=_("account known"), boolean=True)
    def has_account(self, transfer: RefundTransfer) -> bool | None:
        is_by_hand = transfer.payment.method in BY_HAND or transfer.is_left_to_a_person
        if not is_by_hand and transfer.state != TransferState.FAILED:
            return None
        known: bool = transfer.account_is_known  # type: ignore[attr-defined]
        return known

    @admin.action(description=_("Download the bank's file of them (they count as sent)"), permissions=["transfer"])
    def bank_file(self, request: HttpRequest, queryset: QuerySet[RefundTransfer]) -> HttpResponse | None:
        file, count = export_refunds(transfer_ids=queryset.values_list("pk", flat=True))
        if not count:
            messages.warning(
                request, _("None of them can be sent: their accounts are unknown, or they are on their way.")
            )
            return None
        day = time_of(request).day
        return HttpResponse(
            file.encode("utf-8-sig"),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="refunds-{day}.csv"',
                "Cache-Control": "no-store",
            },
        )

    @admin.action(description=_("The bank has carried them out"), permissions=["transfer"])
    def mark_done(self, request: HttpRequest, queryset: QuerySet[RefundTransfer]) -> None:
        at = time_of(request).at
        count = sum(confirm_sent(transfer_id=pk, at=at) for pk in _ids(queryset))
        text = ngettext("{count} refund is done.", "{count} refunds are done.", count)
        messages.success(request, text.format(count=count))

    @admin.action(description=_("The bank did not carry them out: send them again"), permissions=["transfer"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[RefundTransfer]) -> None:
        at = time_of(request).at
        count = sum(put_back(transfer_id=pk, at=at) for pk in _ids(queryset))
        text = ngettext("{count} refund is to be sent again.", "{count} refunds are to be sent again.", count)
        messages.success(request, text.format(count=count))


def _ids(queryset: QuerySet[RefundTransfer]) -> list[int]:
    return list(queryset.order_by("pk").values_list("pk", flat=True))
