"""What was found on the spot, and how it was mended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.inspections.models import Finding, FindingTopic, Inspection, SeverityLevel
from ocop_badges.inspections.rules import InspectionState
from ocop_badges.models import EvidenceFile
from ocop_badges.officers import Mandate

from .steps import certificate_on, check_officer, check_step, digest_of, locked_inspection, require, tell


@dataclass(frozen=True, slots=True)
class FindingDraft:
    """A finding to be recorded. ``mend_by``: the last day for it to be mended."""

    topic: str
    severity: str
    text: str
    mend_by: date | None = None
    evidence_file: EvidenceFile | None = None


@transaction.atomic
def record_findings(
    *,
    inspection: Inspection,
    on: date,
    at: datetime,
    mandate: Mandate,
    by: Any = None,
    carried_out_on: date | None = None,
    inspectors: str = "",
    findings: Sequence[FindingDraft] = (),
    seen: int | None = None,
) -> list[Finding]:
    """Record that an inspection was carried out and what it found, which may be nothing; findings may follow later.

    ``carried_out_on`` (default: ``on``) and ``inspectors`` are told with the first call; later ones leave them.
    """
    check_officer(mandate)
    inspection = locked_inspection(inspection, seen=seen)
    first = inspection.state == InspectionState.PLANNED
    check_step(inspection, InspectionState.CARRIED_OUT)
    if first:
        day = carried_out_on or on
        if day > on:
            raise InvalidFact(_("That day is yet to come."), field="carried_out_on", code="in-the-future")
        inspection.inspectors = require(inspectors or inspection.inspectors, "inspectors", _("Say who carried it out."))
        inspection.carried_out_on = day
        inspection.certificate = certificate_on(inspection.product_id, day)
        inspection.state = InspectionState.CARRIED_OUT
        inspection.save(update_fields=["state", "carried_out_on", "inspectors", "certificate"])
        tell(inspection, "inspection-carried-out", at=at, by=by, carried_out_on=day, inspectors=inspection.inspectors)
    return [_record(inspection, draft, at=at, by=by) for draft in findings]


def _record(inspection: Inspection, draft: FindingDraft, *, at: datetime, by: Any) -> Finding:
    if draft.topic not in FindingTopic.values:
        raise InvalidFact(_("This is nothing an inspection looks at."), field="topic", code="unknown-topic")
    if draft.severity not in SeverityLevel.values:
        raise InvalidFact(_("A finding is minor, major or critical."), field="severity", code="unknown-severity")
    text = require(draft.text, "text", _("Say what was found."))
    carried_out_on = inspection.carried_out_on
    if draft.mend_by and carried_out_on and draft.mend_by < carried_out_on:
        raise InvalidFact(_("That day is before the inspection."), field="mend_by", code="before-the-inspection")
    finding = Finding.objects.create(
        inspection=inspection,
        topic=draft.topic,
        severity=draft.severity,
        text=text,
        mend_by=draft.mend_by,
        evidence_file=draft.evidence_file,
        recorded_at=at,
        recorded_by=by,
    )
    tell(
        inspection,
        "finding-recorded",
        at=at,
        by=by,
        finding=finding.pk,
        topic=finding.topic,
        severity=finding.severity,
        text=text,
        mend_by=finding.mend_by,
        file=digest_of(draft.evidence_file),
    )
    return finding


@transaction.atomic
def mend_finding(
    *,
    finding: Finding,
    mended_on: date,
    on: date,
    at: datetime,
    mandate: Mandate,
    by: Any = None,
    note: str = "",
    evidence_file: EvidenceFile | None = None,
    seen: int | None = None,
) -> Finding:
    """Record that a finding was mended, on a day from the inspection until ``on``; its ``mend_by`` stays told."""
    check_officer(mandate)
    inspection = locked_inspection(finding.inspection, seen=seen)
    finding = Finding.objects.get(pk=finding.pk)
    if finding.mended_on is not None:
        raise DomainError(_("This finding is mended already."), code="already-mended")
    if mended_on > on:
        raise InvalidFact(_("That day is yet to come."), field="mended_on", code="in-the-future")
    if inspection.carried_out_on and mended_on < inspection.carried_out_on:
        raise InvalidFact(_("That day is before the inspection."), field="mended_on", code="before-the-inspection")
    finding.mended_on = mended_on
    finding.mend_note = note.strip()
    finding.mend_file = evidence_file
    finding.save(update_fields=["mended_on", "mend_note", "mend_file"])
    tell(
        inspection,
        "finding-mended",
        at=at,
        by=by,
        finding=finding.pk,
        mended_on=mended_on,
        note=finding.mend_note,
        file=digest_of(evidence_file),
    )
    return finding
