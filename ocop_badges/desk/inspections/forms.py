"""What an officer records of an inspection: one form for each step, its document kept only with the step."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_badges import audit, rules, services
from ocop_badges.desk.certificates.filters import day_field
from ocop_badges.desk.certificates.forms import text_field
from ocop_badges.errors import DomainError
from ocop_badges.forms import FactForm
from ocop_badges.inspections import services as inspecting
from ocop_badges.inspections.models import FindingTopic, Inspection, InspectionKind, SeverityLevel
from ocop_badges.inspections.services import FindingDraft
from ocop_badges.models import EvidenceFile
from ocop_badges.officers import Mandate

MAX_SAMPLE = 50  # products


class PlanForm(forms.Form):
    """When and how products are to be inspected."""

    kind = forms.ChoiceField(label=_("kind"), choices=[("", "—"), *InspectionKind.choices])
    planned_on = day_field(_("planned for"))
    inspectors = text_field(_("inspectors"), 500, _("May be told later."), required=False)
    note = text_field(_("why, and what to look at"), 400, required=False)


class SampleForm(forms.Form):
    """How a sample is drawn."""

    size = forms.IntegerField(label=_("how many products"), min_value=1, max_value=MAX_SAMPLE, initial=5)
    seed = forms.CharField(
        label=_("seed"), max_length=40, help_text=_("The same seed draws the same products: write it down.")
    )


def photo_field(*, required: bool = False) -> forms.FileField:
    return forms.FileField(
        label=_("photo or document"),
        help_text=_("PDF, JPEG or PNG, at most 10 MB."),
        required=required,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,application/pdf"}),
    )


def status_of(refused: DomainError | None) -> int:
    """Of the answer to a form that recorded nothing: the service's word, 422 where it was not asked."""
    return refused.status if refused is not None else 422


class StepForm(FactForm):
    """A step of one inspection by an officer who looked at version ``seen`` of the product's trail.

    ``refused`` is what the service said, if it refused.
    """

    button: str | Promise = _("Record")
    refused: DomainError | None = None
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, inspection: Inspection, mandate: Mandate, day: date, version: int, **more: Any):
        super().__init__(*args, **more)
        self.inspection = inspection
        self.mandate = mandate
        self.day = day
        self.initial["seen"] = version
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField) and field.required:
                self.initial.setdefault(name, day)

    def renew_version(self) -> int:
        """After a conflict: what was typed stays, and is about the product as it is now. The version seen before."""
        before: int = self.cleaned_data["seen"]
        self.data = {**self.data.dict(), "seen": str(audit.version_of(self.inspection.product_id))}  # type: ignore[attr-defined]
        return before

    def call(self, *, at: datetime, by: Any) -> Any:
        facts = dict(self.cleaned_data)
        upload, seen = facts.pop("evidence_file", None), facts.pop("seen")
        product_id = self.inspection.product_id
        kept: EvidenceFile | None = None
        try:
            with services.transaction_with_evidence() as keep:
                services.lock_product(product_id, seen=seen)
                if upload is not None:
                    kept = keep(product_id=product_id, upload=upload, name=upload.name, at=at, by=by)
                return self.act(facts, kept, at=at, by=by)
        except DomainError as error:
            self.refused = error
            raise

    def act(self, facts: dict[str, Any], file: EvidenceFile | None, *, at: datetime, by: Any) -> Any:
        """Call the service, within the transaction that holds the product's lock."""
        raise NotImplementedError


class VisitForm(StepForm):
    title = _("Carried out")
    explanation = _("From now on it is known that this inspection took place. Findings are added one by one.")

    carried_out_on = day_field(_("carried out on"))
    inspectors = text_field(_("inspectors"), 500)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial["inspectors"] = self.inspection.inspectors

    def act(self, facts: dict[str, Any], file: EvidenceFile | None, *, at: datetime, by: Any) -> Any:
        inspecting.record_findings(inspection=self.inspection, on=self.day, at=at, by=by, mandate=self.mandate, **facts)
        return self.inspection


class FindingForm(StepForm):
    title = _("Add a finding")
    button = _("Record the finding")

    topic = forms.ChoiceField(label=_("about"), choices=[("", "—"), *FindingTopic.choices])
    severity = forms.ChoiceField(label=_("severity"), choices=[("", "—"), *SeverityLevel.choices])
    text = text_field(_("what was found"), 1000)
    mend_by = day_field(_("to be mended by"), _("Empty: no day was set."), required=False)
    evidence_file = photo_field()

    def act(self, facts: dict[str, Any], file: EvidenceFile | None, *, at: datetime, by: Any) -> Any:
        inspecting.record_findings(
            inspection=self.inspection,
            findings=[FindingDraft(evidence_file=file, **facts)],
            on=self.day,
            at=at,
            by=by,
            mandate=self.mandate,
        )
        return self.inspection


class MendForm(StepForm):
    title = _("The finding is mended")

    mended_on = day_field(_("mended on"))
    note = text_field(_("how it was mended"), 500, required=False)
    evidence_file = photo_field()

    def __init__(self, *args: Any, finding: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.finding = finding
        self.explanation = finding.text

    def act(self, facts: dict[str, Any], file: EvidenceFile | None, *, at: datetime, by: Any) -> Any:
        return inspecting.mend_finding(
            finding=self.finding, evidence_file=file, on=self.day, at=at, by=by, mandate=self.mandate, **facts
        )


class CancelForm(StepForm):
    title = _("Call the inspection off")

    reason = text_field(_("reason"), 500)

    def act(self, facts: dict[str, Any], file: EvidenceFile | None, *, at: datetime, by: Any) -> Any:
        return inspecting.cancel_inspection(inspection=self.inspection, at=at, by=by, mandate=self.mandate, **facts)


def lower_stars(inspection: Inspection) -> list[int]:
    """The stars that a downgrade may lead to."""
    stars = inspection.certificate.stars if inspection.certificate else rules.MIN_STARS
    return list(range(rules.MIN_STARS, stars))
