"""How an inspection ends, and what that does to the certificate."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ocop_badges import audit, lifecycle, services
from ocop_badges.errors import DomainError, Fault, InvalidFact
from ocop_badges.inspections import rules
from ocop_badges.inspections.models import Inspection, InspectionConclusion
from ocop_badges.inspections.rules import Conclusion, FoundFact, InspectionState, Severity
from ocop_badges.lifecycle import Action
from ocop_badges.models import Certificate, EvidenceFile, RevocationGround
from ocop_badges.officers import Mandate, check_power, usual_authority
from ocop_badges.services.checks import check_state

from .steps import check_officer, check_step, locked_inspection, require, tell


@dataclass(frozen=True, slots=True)
class Suspend:
    """The platform's own measure. ``reason`` is shown to everybody who verifies the certificate."""

    suspended_from: date
    reason: str
    evidence_file: EvidenceFile | None = None


@dataclass(frozen=True, slots=True)
class Revoke:
    """The authority's decision (article 8)."""

    ground: RevocationGround
    decision_number: str
    effective_on: date
    note: str = ""
    evidence_file: EvidenceFile | None = None


@dataclass(frozen=True, slots=True)
class Downgrade:
    """The authority's decision that recognises the product with fewer stars."""

    stars: int
    decision_number: str
    issued_on: date
    issuing_authority: str = ""
    score: Decimal | None = None
    evidence_file: EvidenceFile | None = None


Measure = Suspend | Revoke | Downgrade
_MEASURES: dict[Conclusion, type[Measure]] = {
    Conclusion.SUSPEND: Suspend,
    Conclusion.REVOKE: Revoke,
    Conclusion.DOWNGRADE: Downgrade,
}


@transaction.atomic
def conclude_inspection(
    *,
    inspection: Inspection,
    conclusion: str,
    reason: str,
    on: date,
    at: datetime,
    mandate: Mandate,
    by: Any = None,
    measure: Measure | None = None,
    seen: int | None = None,
) -> Inspection:
    """Conclude an inspection that was carried out, and take its measure in the same transaction.

    A suspension needs its measure at once. Where the authority has yet to decide on a revocation or downgrade,
    ``decide_inspection`` records that later; for a revocation fifteen days are left (article 8).
    """
    check_officer(mandate)
    reason = require(reason, "reason", _("A conclusion gives its reason."))
    if conclusion not in InspectionConclusion.values:
        raise InvalidFact(_("There is no such conclusion."), field="conclusion", code="unknown-conclusion")
    drawn = Conclusion(conclusion)
    wanted = _MEASURES.get(drawn)
    if measure is not None and (wanted is None or not isinstance(measure, wanted)):
        raise InvalidFact(_("This measure belongs to another conclusion."), field="conclusion", code="other-measure")
    if drawn is Conclusion.SUSPEND and measure is None:
        raise InvalidFact(_("Say from which day the stars are withheld, and why."), field="conclusion", code="required")
    inspection = locked_inspection(inspection, seen=seen)
    check_step(inspection, InspectionState.CONCLUDED)
    _check_findings(inspection, drawn)
    if (action := rules.ACTIONS.get(drawn)) is not None:
        certificate = _check_certificate(inspection, action, mandate)
        if not rules.can_be_drawn(drawn, stars=certificate.stars):
            detail = _("No certificate has fewer stars than this one: suspend it, or have it revoked.")
            raise DomainError(detail, code="fewest-stars", faults=[Fault(detail, "fewest-stars", "conclusion")])
    inspection.state = InspectionState.CONCLUDED
    inspection.conclusion = drawn.value
    inspection.concluded_on = on
    inspection.reason = reason
    if measure is not None:
        _take(inspection, measure, at=at, by=by)
    inspection.save()
    tell(inspection, "inspection-concluded", at=at, by=by, conclusion=drawn.value, concluded_on=on, reason=reason)
    return inspection


@transaction.atomic
def decide_inspection(
    *,
    inspection: Inspection,
    measure: Measure,
    at: datetime,
    mandate: Mandate,
    by: Any = None,
    seen: int | None = None,
) -> Inspection:
    """Record the authority's decision that an earlier conclusion asked for."""
    check_officer(mandate)
    inspection = locked_inspection(inspection, seen=seen)
    if not inspection.lacks_decision or not isinstance(measure, _MEASURES[Conclusion(inspection.conclusion)]):
        raise DomainError(_("No such decision is awaited here."), code="no-decision-awaited")
    _check_certificate(inspection, rules.ACTIONS[Conclusion(inspection.conclusion)], mandate)
    _take(inspection, measure, at=at, by=by)
    inspection.save(update_fields=["revocation", "successor"])
    tell(inspection, "inspection-decided", at=at, by=by, decision=audit.plain(getattr(measure, "decision_number", "")))
    return inspection


def _check_findings(inspection: Inspection, conclusion: Conclusion) -> None:
    found = [FoundFact(Severity(f.severity), f.mend_by, is_open=f.mended_on is None) for f in inspection.findings.all()]
    messages = {
        "grave-findings-open": _("A product complies when nothing but minor findings are open."),
        "nothing-to-mend": _("Faults to be mended need a finding with the day by which it is to be mended."),
        "no-findings": _("Such a conclusion rests on findings: record them first."),
    }
    if (code := rules.conclusion_refusal(conclusion, found)) is not None:
        raise DomainError(messages[code], code=code, faults=[Fault(messages[code], code, "conclusion")])


def _check_certificate(inspection: Inspection, action: Action, mandate: Mandate) -> Certificate:
    """The certificate that a measure is about; raises where there is none or the officer has not the power."""
    certificate = inspection.certificate
    if certificate is None:
        refusal = lifecycle.REFUSALS[action][None]
        raise DomainError(str(refusal), code=refusal.code)
    check_power(mandate, action, stars=certificate.stars)
    return certificate


def _take(inspection: Inspection, measure: Measure, *, at: datetime, by: Any) -> None:
    certificate = inspection.certificate
    if certificate is None:
        raise DomainError(str(lifecycle.REFUSALS[Action.SUSPEND][None]), code="no-certificate")
    match measure:
        case Suspend():
            inspection.suspension = services.suspend_certificate(
                certificate=certificate,
                suspended_from=measure.suspended_from,
                reason=measure.reason,
                evidence_file=measure.evidence_file,
                at=at,
                by=by,
            )
        case Revoke():
            inspection.revocation = services.revoke_certificate(
                certificate=certificate,
                ground=measure.ground,
                decision_number=measure.decision_number,
                effective_on=measure.effective_on,
                note=measure.note,
                evidence_file=measure.evidence_file,
                at=at,
                by=by,
            )
        case Downgrade():
            _check_downgrade(certificate, measure)
            inspection.successor = services.issue_certificate(
                product=certificate.product,
                stars=measure.stars,
                score=measure.score,
                decision_number=measure.decision_number,
                issued_on=measure.issued_on,
                issuing_authority=measure.issuing_authority,
                authority=usual_authority(measure.stars).value,
                evidence_file=measure.evidence_file,
                action=Action.DOWNGRADE,
                at=at,
                by=by,
            )


def _check_downgrade(certificate: Certificate, measure: Downgrade) -> None:
    """Raise unless the certificate inspected, not merely the one the product has by now, can be downgraded.

    The officer's power was over that one; another may have come since, or a revocation that a decision of an earlier
    day does not undo.
    """
    revocation = getattr(certificate, "revocation", None)
    day = max(measure.issued_on, revocation.effective_on) if revocation is not None else measure.issued_on
    check_state(certificate, Action.DOWNGRADE, on=day, field="issued_on")
