"""Orders for operators: vouchers are set here, orders are seen. What changes an order are acts (``operators``)."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.admin import ReadOnly
from marketplace.orders.models import Fulfilment, FulfilmentEvent, Order, OrderLine, Recipient, Refund, Return, Voucher
from marketplace.orders.operators import ACTS, acts_of, part_name
from ocop_badges.days import ZONE
from ocop_badges.request_time import time_of

MAY_ACT = "orders.change_order"


class VoucherForm(forms.ModelForm[Voucher]):
    class Meta:
        model = Voucher
        exclude = ["used"]  # noqa: DJ006 -- whatever a voucher is to have is to be set here

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).strip().upper()

    def clean_limit(self) -> int | None:
        limit: int | None = self.cleaned_data["limit"]
        # Held to the end of the request's transaction: nobody uses it up between the check and the write.
        held = Voucher.objects.filter(pk=self.instance.pk).select_for_update()
        used = held.values_list("used", flat=True).first() or 0
        if limit is not None and limit < used:
            raise forms.ValidationError(_("It was used {count} times already.").format(count=used))
        return limit


@admin.register(Voucher)
class VoucherAdmin(admin.ModelAdmin[Voucher]):
    """What a voucher takes off counts for orders placed from then on. One that was used is ended, not deleted."""

    form = VoucherForm
    list_display = ["code", "kind", "value", "producer", "valid_from", "valid_until", "limit", "used", "is_active"]
    list_filter = ["is_active", "kind"]
    list_select_related = ["producer"]
    raw_id_fields = ["producer"]
    readonly_fields = ["used"]
    search_fields = ["code", "producer__name", "producer__name_key"]
    ordering = ["-valid_from", "-id"]
    list_per_page = 50

    def save_model(self, request: HttpRequest, obj: Voucher, form: Any, change: bool) -> None:
        """Only what was changed is written: the count of uses moves meanwhile."""
        obj.save(update_fields=form.changed_data if change else None)


class SeenInline(ReadOnly, admin.TabularInline[Any, Any]):
    extra = 0
    can_delete = False


class RecipientInline(SeenInline):
    model = Recipient
    fields = ["name", "phone", "street", "commune_name", "province_name", "deliver_on"]
    ordering = ["position"]


class LineInline(SeenInline):
    model = OrderLine
    fields = ["name", "code", "quantity", "unit_price", "amount", "discount"]
    ordering = ["position"]


class FulfilmentInline(SeenInline):
    model = Fulfilment
    fields = ["producer_name", "packing", "state", "shipping", "assembly", "ship_by", "expected_on", "tracking_number"]
    ordering = ["position"]


class RefundInline(SeenInline):
    model = Refund
    fields = ["reason", "amount", "note", "created_at", "done_at"]
    ordering = ["id"]


class ReturnInline(SeenInline):
    model = Return
    fields = ["reason", "note", "state", "requested_at", "decision", "decided_by", "received_at", "received_by"]
    ordering = ["id"]


@admin.register(Order)
class OrderAdmin(ReadOnly, admin.ModelAdmin[Order]):
    list_display = ["number", "name", "state", "payment_method", "total", "placed_at"]
    list_filter = ["state", "payment_method"]
    search_fields = ["=number", "=email", "=phone"]
    ordering = ["-placed_at", "-id"]
    list_per_page = 50
    show_full_result_count = False
    exclude = ["token_seed", "cart"]  # what opens an order or a cart is its shopper's
    inlines = [RecipientInline, LineInline, FulfilmentInline, ReturnInline, RefundInline]
    readonly_fields = ["history"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Order]:
        return super().get_queryset(request).select_related("user")

    @admin.display(description=gettext_lazy("What happened"))
    def history(self, order: Order) -> SafeString:
        events = FulfilmentEvent.objects.filter(fulfilment__order=order).select_related("fulfilment", "by")
        rows = (
            (
                each.at.astimezone(ZONE).strftime("%d/%m/%Y %H:%M"),
                part_name(each.fulfilment),
                each.get_state_display(),
                each.by or "",
                each.note,
            )
            for each in events.order_by("at", "pk")
        )
        return format_html_join("", "<div>{} · {} · {} · {} · {}</div>", rows)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.act_view)
        return [path("<int:order_id>/<slug:name>/<int:pk>/", view, name="orders_order_act"), *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        order = Order.objects.filter(pk=object_id).first() if object_id.isdecimal() else None
        acts = list(acts_of(order)) if order is not None and request.user.has_perm(MAY_ACT) else []
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), "acts": acts})

    def act_view(self, request: HttpRequest, order_id: int, name: str, pk: int) -> HttpResponse:
        """Ask why, then do it. What cannot be done any more is refused by its service, and nothing is written."""
        if not request.user.has_perm(MAY_ACT):
            raise PermissionDenied
        order = Order.objects.filter(pk=order_id).first()
        if order is None or name not in ACTS or not _belongs(order, name, pk):
            raise Http404
        form = ACTS[name][1](request.POST if request.method == "POST" else None, pk=pk)
        at = time_of(request).at
        if form.is_valid() and form.record(at=at, by=request.user):
            self.log_change(request, order, f"{form.title}: {form.cleaned_data['note']}")
            messages.success(request, _("Done: {act}.").format(act=form.title))
            return HttpResponseRedirect(reverse("admin:orders_order_change", args=[order.pk]))
        context = {**self.admin_site.each_context(request), "opts": self.opts, "order": order, "form": form}
        return TemplateResponse(request, "orders/admin/act.html", {**context, "title": form.title})


def _belongs(order: Order, name: str, pk: int) -> bool:
    model = ACTS[name][0]
    return pk == order.pk if model is Order else model._default_manager.filter(order=order, pk=pk).exists()
