"""Reports of shoppers: sent, taken, closed, turned into an inspection, and forgotten as far as persons go."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ocop_badges import audit
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.inspections.models import Inspection, InspectionKind, MarkReport, ReportNote, ReportOutcome
from ocop_badges.inspections.rules import NEXT_REPORT_STATES, ReportState
from ocop_badges.models import Certificate, EvidenceFile
from ocop_badges.officers import Mandate
from ocop_badges.services import lock_product

from .planning import plan_inspection
from .steps import check_officer, require


def send_report(
    *,
    text: str,
    at: datetime,
    product_id: int | None = None,
    certificate: Certificate | None = None,
    place: str = "",
    contact: str = "",
    photo: EvidenceFile | None = None,
) -> MarkReport:
    """Keep what a shopper reports. Where the product is not known, the place it was seen at is needed."""
    text = require(text, "text", _("Say what looks wrong."))
    if product_id is None:
        place = require(place, "place", _("Say where you saw it."))
    return MarkReport.objects.create(
        product_id=product_id,
        certificate=certificate,
        place=place.strip(),
        text=text,
        contact=contact.strip(),
        photo=photo,
        received_at=at,
    )


@transaction.atomic
def take_report(*, report: MarkReport, at: datetime, mandate: Mandate, by: Any) -> MarkReport:
    """Begin to look into a report. Of two officers one gets it, the other hears who has it."""
    check_officer(mandate)
    report = _locked(report)
    _check_step(report, ReportState.IN_REVIEW)
    report.state = ReportState.IN_REVIEW
    report.taken_at, report.taken_by = at, by
    report.save(update_fields=["state", "taken_at", "taken_by"])
    return report


@transaction.atomic
def note_report(*, report: MarkReport, text: str, at: datetime, mandate: Mandate, by: Any) -> ReportNote:
    """Write something down about a report, in whatever state."""
    check_officer(mandate)
    text = require(text, "text", _("Write the note."))
    return ReportNote.objects.create(report=report, text=text, at=at, by=by)


@transaction.atomic
def name_product(*, report: MarkReport, product_id: int, at: datetime, mandate: Mandate, by: Any) -> MarkReport:
    """Say which product a report is about that named none: from then on its province's officers see it."""
    check_officer(mandate)
    report = _locked(report)
    if report.product_id is not None:
        raise DomainError(_("This report names its product already."), code="product-known")
    if report.state == ReportState.CLOSED:
        raise DomainError(_("This report is closed."), code="report-closed")
    report.product_id = product_id
    report.save(update_fields=["product"])
    ReportNote.objects.create(report=report, text=_("Product named."), at=at, by=by)
    return report


@transaction.atomic
def close_report(*, report: MarkReport, outcome: str, note: str, at: datetime, mandate: Mandate, by: Any) -> MarkReport:
    """Close a report that was taken, with what came of it and why. The trail of its product tells the outcome."""
    check_officer(mandate)
    if outcome not in ReportOutcome.values:
        raise InvalidFact(_("Say what came of it."), field="outcome", code="unknown-outcome")
    note = require(note, "note", _("Say why."))
    seen = report.product_id
    if seen is not None:
        lock_product(seen)
    report = _locked(report)
    if report.product_id != seen:  # the trail of a product that is not locked cannot be written to
        raise DomainError(
            _("Somebody else has named this report's product meanwhile: look at it again, then decide."),
            code="changed-meanwhile",
        )
    _check_step(report, ReportState.CLOSED)
    report.state = ReportState.CLOSED
    report.outcome = outcome
    report.closed_at = at
    report.save(update_fields=["state", "outcome", "closed_at"])
    ReportNote.objects.create(report=report, text=note, at=at, by=by)
    if report.product_id is not None:
        after = {"report": report.public_id, "outcome": outcome, "received_at": audit.plain(report.received_at)}
        audit.record([audit.Deed(report.product_id, None, "report-closed", after=after)], at=at, by=by)
    return report


@transaction.atomic
def inspect_report(
    *, report: MarkReport, planned_on: date, on: date, at: datetime, mandate: Mandate, by: Any, inspectors: str = ""
) -> Inspection:
    """Plan an unannounced inspection of the product that a report is about."""
    check_officer(mandate)
    if report.product_id is None:
        raise DomainError(_("Say first which product it is about."), code="product-unknown")
    lock_product(report.product_id)
    report = _locked(report)
    if report.state != ReportState.IN_REVIEW:
        raise DomainError(_("Only a report in review leads to an inspection."), code="not-in-review")
    if report.inspection_id is not None:
        raise DomainError(_("An inspection is planned already."), code="already-planned")
    inspection = plan_inspection(
        product_id=report.product_id,  # type: ignore[arg-type] # a named product is never taken away
        kind=InspectionKind.UNANNOUNCED,
        planned_on=planned_on,
        on=on,
        at=at,
        mandate=mandate,
        by=by,
        inspectors=inspectors,
        note=_("After report %(number)s") % {"number": report.public_id},
    )
    report.inspection = inspection
    report.save(update_fields=["inspection"])
    return inspection


def forget_contacts(*, before: datetime, at: datetime) -> int:
    """Erase how to reach the senders of reports closed before an instant. Answers how many were erased."""
    due = MarkReport.objects.closed_before(before).with_contact()
    return due.update(contact="", contact_forgotten_at=at)


def _locked(report: MarkReport) -> MarkReport:
    """The report as it is now, for one transaction at a time. Where its product is locked too, that comes first."""
    return MarkReport.objects.select_for_update(of=("self",)).select_related("taken_by").get(pk=report.pk)


def _check_step(report: MarkReport, to: ReportState) -> None:
    state = ReportState(report.state)
    if to in NEXT_REPORT_STATES[state]:
        return
    if state is ReportState.IN_REVIEW:
        raise DomainError(
            _("%(who)s has taken this report already.") % {"who": audit.actor_name(report.taken_by) or "?"},
            code="report-taken",
        )
    message = _("This report is closed.") if state is ReportState.CLOSED else _("Take the report first.")
    raise DomainError(message, code=f"report-{state.value.replace('_', '-')}")
