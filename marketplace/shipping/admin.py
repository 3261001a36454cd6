"""Operators keep the tables of what parcels cost, and say where a parcel is that a carrier without a link has."""

from collections import defaultdict
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from marketplace.shipping.carriers.manual import ManualCarrier
from marketplace.shipping.models import ShippingStep, ShippingTable, Waybill, WaybillEvent, WaybillState
from marketplace.shipping.rules import Fault, Step, WaybillStep, fault_in
from marketplace.shipping.tables import Notice, notices_of
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

WRONG = {
    Fault.NONE: _("A table needs a price."),
    Fault.ZERO: _("A weight is above zero."),
    Fault.DOUBLE: _("A weight stands in a table once."),
    Fault.CHEAPER: _("A heavier parcel costs at least as much as a lighter one."),
}


class StepFormSet(forms.BaseInlineFormSet[ShippingStep, ShippingTable, Any]):
    """The steps of a table, judged as a whole."""

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [
            form.cleaned_data
            for form in self.forms
            if form.cleaned_data
            and not form.cleaned_data.get("DELETE")
            and form.cleaned_data.get("up_to_g") is not None
        ]
        fault = fault_in([Step(each["up_to_g"], each["price"]) for each in kept])
        if fault is not None:
            raise ValidationError(WRONG[fault], code=fault.value)


class ShippingStepInline(admin.TabularInline[ShippingStep, ShippingTable]):
    model = ShippingStep
    formset = StepFormSet
    ordering = ["up_to_g"]
    extra = 3


@admin.register(ShippingTable)
class ShippingTableAdmin(admin.ModelAdmin[ShippingTable]):
    """A table with its steps on one page, and what the other tables of its zone mean for it."""

    list_display = ["zone", "producer", "valid_from", "valid_until", "transit_days", "is_complete"]
    list_filter = ["zone"]
    list_select_related = ["producer"]
    search_fields = ["producer__name_key"]
    search_help_text = _("Producer; accents are not needed")
    ordering = ["producer__name_key", "zone", "-valid_from", "-id"]
    autocomplete_fields = ["producer"]
    readonly_fields = ["beside_others"]
    fields = ["producer", "zone", "transit_days", "valid_from", "valid_until", "more_per_kg", "beside_others"]
    inlines = [ShippingStepInline]

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        for notice in _notices(form.instance):
            self.message_user(request, notice.text, messages.WARNING if notice.is_fault else messages.INFO)

    @admin.display(description=_("beside the other tables of this zone"))
    def beside_others(self, table: ShippingTable) -> str | SafeString:
        told = _notices(table) if table.pk else []
        return format_html_join("", "<p>{}</p>", ((notice.text,) for notice in told)) or "–"

    @admin.display(description=_("no day without a price"), boolean=True)
    def is_complete(self, table: Any) -> bool:
        return not any(notice.is_fault for notice in notices_of(table, table.beside))

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The page's tables with those beside them, all in one query."""
        page = super().get_changelist_instance(request)
        listed: list[Any] = list(page.result_list)
        beside = defaultdict(list)
        producers = {table.producer_id for table in listed}
        wanted = Q(producer=None) | Q(producer__in=producers - {None})
        for other in ShippingTable.objects.filter(wanted).order_by("valid_from", "pk"):
            beside[other.producer_id, other.zone].append(other)
        for table in listed:
            table.beside = [other for other in beside[table.producer_id, table.zone] if other != table]
        page.result_list = listed
        return page


def _notices(table: ShippingTable) -> list[Notice]:
    others = ShippingTable.objects.filter(zone=table.zone, producer=table.producer_id).exclude(pk=table.pk)
    return notices_of(table, list(others.order_by("valid_from", "pk")))


class WaybillEventInline(admin.TabularInline[WaybillEvent, Waybill]):
    model = WaybillEvent
    fields = ("state", "at", "note", "by")
    readonly_fields = fields
    ordering = ["at", "id"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Waybill)
class WaybillAdmin(admin.ModelAdmin[Waybill]):
    """Parcels with their tracking numbers. Where a parcel is, is said by an action, step by step."""

    list_display = ["number", "carrier", "carried_by", "state", "weight_g", "collect", "created_at"]
    list_filter = ["state", "carrier"]
    search_fields = ["number", "key"]
    ordering = ["-created_at", "-id"]
    list_per_page = 50
    fields = ("carrier", "carried_by", "number", "key", "state", "weight_g", "collect", "created_at")
    readonly_fields = fields
    inlines = [WaybillEventInline]
    actions = ["set_taken", "set_delivered", "set_failed", "set_returned"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.action(description=_("Handed over to the carrier"), permissions=["change"])
    def set_taken(self, request: HttpRequest, queryset: QuerySet[Waybill]) -> None:
        self._record(request, queryset, WaybillStep.TAKEN)

    @admin.action(description=_("Delivered"), permissions=["change"])
    def set_delivered(self, request: HttpRequest, queryset: QuerySet[Waybill]) -> None:
        self._record(request, queryset, WaybillStep.DELIVERED)

    @admin.action(description=_("Not delivered"), permissions=["change"])
    def set_failed(self, request: HttpRequest, queryset: QuerySet[Waybill]) -> None:
        self._record(request, queryset, WaybillStep.FAILED)

    @admin.action(description=_("Back at the sender"), permissions=["change"])
    def set_returned(self, request: HttpRequest, queryset: QuerySet[Waybill]) -> None:
        self._record(request, queryset, WaybillStep.RETURNED)

    def _record(self, request: HttpRequest, queryset: QuerySet[Waybill], state: WaybillStep) -> None:
        at = time_of(request).at
        typed = queryset.filter(carrier=ManualCarrier.code).order_by("pk").values_list("carried_by", "number")
        for carried_by, number in typed:
            try:
                ManualCarrier(carried_by).record(number, state, at=at, by=request.user)
            except DomainError as error:
                self.message_user(request, f"{number}: {error.detail}", messages.WARNING)
            else:
                self.message_user(request, f"{number}: {WaybillState(state).label}")
