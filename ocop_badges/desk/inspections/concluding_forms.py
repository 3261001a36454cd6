"""How an inspection ends: what each conclusion, and the law behind it, asks for."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_badges.desk.certificates.filters import day_field
from ocop_badges.desk.certificates.forms import document_field, star_choices, stars_field, text_field
from ocop_badges.inspections import services as inspecting
from ocop_badges.inspections.models import InspectionConclusion
from ocop_badges.inspections.rules import Conclusion
from ocop_badges.inspections.services import Downgrade, Measure, Revoke, Suspend
from ocop_badges.models import EvidenceFile, RevocationGround

from .forms import StepForm, lower_stars


class ConcludeForm(StepForm):
    """A conclusion that leaves the certificate as it is."""

    title: str | Promise = _("Conclude the inspection")
    conclusion: Conclusion
    decides_later = False  # records only the decision that an earlier conclusion asked for

    reason = text_field(_("reason"), 1000, _("Kept inside; the public sees the conclusion alone."))

    def __init__(self, *args: Any, conclusion: Conclusion, decides_later: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.conclusion = conclusion
        self.decides_later = decides_later
        self.title = str(InspectionConclusion(conclusion.value).label).capitalize()
        if decides_later:
            del self.fields["reason"]
            for name in ("decision_number", "evidence_file"):
                self.fields[name].required = True

    def measure(self, facts: dict[str, Any], file: EvidenceFile | None) -> Measure | None:
        """The measure to take now, from what was filled in."""
        return None

    def act(self, facts: dict[str, Any], file: EvidenceFile | None, *, at: datetime, by: Any) -> Any:
        measure = self.measure(facts, file)
        if self.decides_later and measure is not None:
            return inspecting.decide_inspection(
                inspection=self.inspection, measure=measure, at=at, by=by, mandate=self.mandate
            )
        return inspecting.conclude_inspection(
            inspection=self.inspection,
            conclusion=self.conclusion.value,
            reason=facts["reason"],
            measure=measure,
            on=self.day,
            at=at,
            by=by,
            mandate=self.mandate,
        )


class SuspendForm(ConcludeForm):
    explanation = _(
        "The stars are withheld from the first day on, until the suspension is lifted. This is the marketplace's own "
        "measure, not the authority's; its reason is shown to everybody who verifies the certificate."
    )

    suspended_from = day_field(_("first day without stars"))
    public_reason = text_field(_("reason shown to everybody"), 500)
    evidence_file = document_field(required=False)

    def measure(self, facts: dict[str, Any], file: EvidenceFile | None) -> Measure | None:
        return Suspend(facts["suspended_from"], facts["public_reason"], file)


class DecisionForm(ConcludeForm):
    """A conclusion that only the authority can carry out."""

    explanation = _("Where the authority has yet to decide, leave the decision empty: it is recorded here later.")

    decision_number = text_field(_("decision number"), 80, required=False)
    evidence_file = document_field(required=False)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if facts.get("decision_number"):
            for name in self.with_decision():
                if facts.get(name) in (None, "") and name not in self.errors:
                    self.add_error(name, self.fields[name].error_messages["required"])
        elif facts.get("evidence_file") and "decision_number" not in self.errors:
            self.add_error("decision_number", self.fields["decision_number"].error_messages["required"])
        return facts

    def with_decision(self) -> tuple[str, ...]:
        """The fields that a decision needs."""
        raise NotImplementedError


class RevokeForm(DecisionForm):
    explanation = _(
        "Where the authority has yet to decide, leave the decision empty: it is recorded here later, within 15 days of "
        "the conclusion (Decision 26/2026/QĐ-TTg, article 8)."
    )

    ground = forms.ChoiceField(label=_("ground"), choices=[("", "—"), *RevocationGround.choices], required=False)
    effective_on = day_field(_("first day without stars"), required=False)
    field_order = ("reason", "decision_number", "ground", "effective_on", "evidence_file")

    def with_decision(self) -> tuple[str, ...]:
        return ("ground", "effective_on", "evidence_file")

    def measure(self, facts: dict[str, Any], file: EvidenceFile | None) -> Measure | None:
        if not facts["decision_number"]:
            return None
        return Revoke(
            RevocationGround(facts["ground"]), facts["decision_number"], facts["effective_on"], evidence_file=file
        )


class DowngradeForm(DecisionForm):
    stars = stars_field((), required=False)
    score = forms.DecimalField(
        label=_("score"), required=False, max_digits=5, decimal_places=2, min_value=0, max_value=100
    )
    issued_on = day_field(_("issued on"), required=False)
    issuing_authority = text_field(_("issuing authority"), 200, required=False)
    field_order = ("reason", "decision_number", "stars", "score", "issued_on", "issuing_authority", "evidence_file")

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        field: Any = self.fields["stars"]
        field.choices = star_choices(lower_stars(self.inspection))

    def with_decision(self) -> tuple[str, ...]:
        return ("stars", "issued_on", "issuing_authority", "evidence_file")

    def measure(self, facts: dict[str, Any], file: EvidenceFile | None) -> Measure | None:
        if not facts["decision_number"]:
            return None
        return Downgrade(
            facts["stars"],
            facts["decision_number"],
            facts["issued_on"],
            issuing_authority=facts["issuing_authority"],
            score=facts["score"],
            evidence_file=file,
        )


FORMS: dict[Conclusion, type[ConcludeForm]] = {
    Conclusion.COMPLIES: ConcludeForm,
    Conclusion.TO_MEND: ConcludeForm,
    Conclusion.SUSPEND: SuspendForm,
    Conclusion.REVOKE: RevokeForm,
    Conclusion.DOWNGRADE: DowngradeForm,
}
