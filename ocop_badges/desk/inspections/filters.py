"""What an officer asks of the lists of inspections and reports, in the address of the page."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from ocop_badges import subjects
from ocop_badges.inspections.models import InspectionKind, InspectionStatus, ReportOutcome, ReportStatus
from ocop_badges.inspections.models.inspections import InspectionQuerySet
from ocop_badges.inspections.models.reports import MarkReportQuerySet
from ocop_badges.officers import Mandate

from .scope import inspections_of, reports_of

ALL = ("", _("all"))
OVERDUE, AWAITING = "overdue", "decision"
NO_PRODUCT = "unknown"


class PlaceForm(forms.Form):
    """Filters by place; ``rows`` are what the mandate holds, and give the choices."""

    province = forms.ChoiceField(label=_("Province"), required=False)
    commune = forms.ChoiceField(label=_("Commune"), required=False)

    def __init__(self, data: Any, *, rows: Any) -> None:
        super().__init__(data)
        self.rows = rows
        provinces = self._held(subjects.PROVINCE_CODE, "province__name", Q())
        if len(provinces) < 2:
            del self.fields["province"]
        else:
            self._choose("province", provinces)
        asked = self.data.get("province")
        if asked not in dict(provinces):
            asked = None
        within = Q((f"product__{subjects.PROVINCE_CODE}", asked)) if asked else Q()
        if len(provinces) > 1 and not asked:
            del self.fields["commune"]  # thousands: asked within a province
        else:
            self._choose("commune", self._held("commune_id", subjects.COMMUNE_NAME, within))

    def _held(self, key: str, name: str, within: Q) -> list[tuple[str, str]]:
        held = self.rows.filter(within, **{f"product__{key}__isnull": False})
        pairs = held.order_by(f"product__{name}", f"product__{key}").values_list(f"product__{key}", f"product__{name}")
        return [(str(value), label) for value, label in pairs.distinct()]

    def _choose(self, name: str, choices: list[tuple[str, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = [ALL, *choices]


class InspectionFilter(PlaceForm):
    q = forms.CharField(label=_("Product or producer"), required=False, max_length=200)
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ALL, *InspectionStatus.choices])
    follow_up = forms.ChoiceField(
        label=_("Follow-up"),
        required=False,
        choices=[ALL, (OVERDUE, _("findings overdue")), (AWAITING, _("decision awaited"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[ALL, *InspectionKind.choices])
    product = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    field_order = ("q", "state", "follow_up", "kind", "province", "commune")


class ReportFilter(PlaceForm):
    state = forms.ChoiceField(label=_("State"), required=False, choices=[ALL, *ReportStatus.choices])
    outcome = forms.ChoiceField(label=_("Outcome"), required=False, choices=[ALL, *ReportOutcome.choices])
    about = forms.ChoiceField(label=_("About"), required=False, choices=[ALL, (NO_PRODUCT, _("no product named"))])
    field_order = ("state", "outcome", "about", "province", "commune")


def find_inspections(mandate: Mandate, asked: Mapping[str, Any], *, day: date) -> InspectionQuerySet:
    """The inspections asked for, with ``open_findings`` and ``overdue_findings``; the latest day first."""
    found = inspections_of(mandate).filter(_place(asked))
    for word in subjects.name_key(asked.get("q") or "").split():
        found = found.filter(
            Q((f"product__{subjects.PRODUCT_NAME_KEY}__contains", word))
            | Q((f"product__{subjects.PRODUCER_NAME_KEY}__contains", word))
        )
    for name in ("state", "kind"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    if asked.get("product"):
        found = found.filter(product__public_id=asked["product"])
    if asked.get("follow_up") == OVERDUE:
        found = found.with_overdue_findings(day)
    elif asked.get("follow_up") == AWAITING:
        found = found.awaiting_decision(day)
    is_open = Q(findings__isnull=False, findings__mended_on__isnull=True)
    return found.annotate(
        open_findings=Count("findings", filter=is_open),
        overdue_findings=Count("findings", filter=is_open & Q(findings__mend_by__lt=day)),
    ).order_by("-planned_on", "-id")


def find_reports(mandate: Mandate, asked: Mapping[str, Any]) -> MarkReportQuerySet:
    """The reports asked for, the latest first."""
    found = reports_of(mandate).filter(_place(asked)).select_related("taken_by")
    for name in ("state", "outcome"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    if asked.get("about") == NO_PRODUCT:
        found = found.filter(product__isnull=True)
    return found.order_by("-received_at", "-id")


def _place(asked: Mapping[str, Any]) -> Q:
    condition = Q()
    if asked.get("province"):
        condition &= Q((f"product__{subjects.PROVINCE_CODE}", asked["province"]))
    if asked.get("commune"):
        condition &= Q(product__commune_id=asked["commune"])
    return condition
