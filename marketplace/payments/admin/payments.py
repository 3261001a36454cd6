"""What an order was paid with, and what went back."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from catalog.admin import ReadOnly
from marketplace.payments.models import Capture, InboundEvent, Payment, RefundTransfer, SetOff

from .seen import SeenInline


class CaptureInline(SeenInline):
    model = Capture
    ordering = ["id"]


class TransferInline(SeenInline):
    model = RefundTransfer
    fields = ["amount", "state", "reference", "attempts", "last_error", "created_at", "done_at"]
    ordering = ["id"]


class EventInline(SeenInline):
    model = InboundEvent
    fields = ["source", "event_id", "kind", "amount", "outcome", "received_at"]
    ordering = ["id"]


@admin.register(SetOff)
class SetOffAdmin(ReadOnly, admin.ModelAdmin[SetOff]):
    """What became due back and is not sent, as it was taken back before."""

    list_display = ["order_number", "refund", "amount", "created_at"]
    list_select_related = ["refund__order"]
    search_fields = ["refund__order__number"]
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False

    @admin.display(description=_("order"))
    def order_number(self, less: SetOff) -> str:
        return less.refund.order.number


@admin.register(Payment)
class PaymentAdmin(ReadOnly, admin.ModelAdmin[Payment]):
    list_display = ["order", "method", "amount", "captured", "refunded", "created_at"]
    list_filter = ["method"]
    list_select_related = ["order"]
    search_fields = ["order__number", "reference"]
    ordering = ["-id"]
    list_per_page = 50
    show_full_result_count = False
    exclude = ["redirect_url"]
    inlines = [CaptureInline, TransferInline, EventInline]
