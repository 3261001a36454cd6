"""What happens to a certificate that is there: suspended, lifted, revoked, extended. See the package's docstring."""

from datetime import date, datetime
from typing import Any

from django.db import transaction

from ocop_badges import audit, lifecycle, rules
from ocop_badges.errors import InvalidFact
from ocop_badges.lifecycle import Action
from ocop_badges.models import Certificate, EvidenceFile, Extension, Revocation, RevocationGround, Suspension

from .checks import check_fields, check_near, check_state, refuse
from .locking import locked
from .periods import rewrite_badge_periods


@transaction.atomic
def suspend_certificate(
    *,
    certificate: Certificate,
    suspended_from: date,
    reason: str,
    at: datetime,
    by: Any = None,
    evidence_file: EvidenceFile | None = None,
    seen: int | None = None,
) -> Suspension:
    """Withhold the stars from ``suspended_from`` on, until lifted. Refused as ``lifecycle`` says of that day."""
    if not reason.strip():
        raise InvalidFact("A suspension gives its reason.", field="reason", code="required")
    check_near(suspended_from, "suspended_from")
    certificate = locked(certificate, seen=seen)
    check_state(certificate, Action.SUSPEND, on=suspended_from, field="suspended_from")
    if any(s.lifted_on is None or s.lifted_on > suspended_from for s in certificate.facts().suspensions):
        raise refuse(lifecycle.ALREADY_SUSPENDED, field="suspended_from")
    before = audit.state_of(certificate)
    suspension = Suspension(
        certificate=certificate,
        suspended_from=suspended_from,
        reason=reason.strip(),
        evidence_file=evidence_file,
        recorded_at=at,
        recorded_by=by,
    )
    check_fields(suspension)
    suspension.save()
    _close(certificate, Action.SUSPEND, before, at=at, by=by)
    return suspension


@transaction.atomic
def lift_suspension(
    *,
    certificate: Certificate,
    lifted_on: date,
    at: datetime,
    reason: str = "",
    by: Any = None,
    seen: int | None = None,
) -> Suspension:
    """Let the stars be shown again from ``lifted_on`` on. Refused where no suspension is open or nothing is left."""
    check_near(lifted_on, "lifted_on")
    certificate = locked(certificate, seen=seen)
    suspension = next((s for s in certificate.suspensions.all() if s.lifted_on is None), None)
    if suspension is not None and lifted_on < suspension.suspended_from:
        raise InvalidFact(
            f"The suspension begins on {suspension.suspended_from}.", field="lifted_on", code="before-the-suspension"
        )
    # One recorded before the first day may be lifted before it too: the status of such a day is not "suspended".
    if suspension is None or lifted_on >= certificate.valid_from:
        check_state(certificate, Action.LIFT, on=lifted_on, field="lifted_on" if suspension else "")
    if suspension is None:
        raise refuse(lifecycle.NOT_SUSPENDED)
    before = audit.state_of(certificate)
    suspension.lifted_on = lifted_on
    suspension.lift_reason = reason.strip()
    suspension.lift_recorded_at = at
    suspension.lift_recorded_by = by
    check_fields(suspension)
    suspension.save(update_fields=["lifted_on", "lift_reason", "lift_recorded_at", "lift_recorded_by"])
    _close(certificate, Action.LIFT, before, at=at, by=by)
    return suspension


@transaction.atomic
def revoke_certificate(
    *,
    certificate: Certificate,
    ground: RevocationGround,
    decision_number: str,
    effective_on: date,
    at: datetime,
    by: Any = None,
    note: str = "",
    evidence_file: EvidenceFile | None = None,
    seen: int | None = None,
) -> Revocation:
    """End a certificate by decision (Decision 26/2026/QĐ-TTg, article 8). Refused as ``lifecycle`` says of that day."""
    if not decision_number.strip():
        raise InvalidFact("A revocation names its decision.", field="decision_number", code="required")
    if ground not in RevocationGround.values:
        raise InvalidFact("A revocation has a ground of article 8.", field="ground", code="unknown-ground")
    check_near(effective_on, "effective_on")
    certificate = locked(certificate, seen=seen)
    if hasattr(certificate, "revocation"):
        raise refuse(lifecycle.ALREADY_REVOKED)
    check_state(certificate, Action.REVOKE, on=effective_on, field="effective_on")
    before = audit.state_of(certificate)
    revocation = Revocation(
        certificate=certificate,
        ground=ground,
        decision_number=decision_number.strip(),
        effective_on=effective_on,
        note=note,
        evidence_file=evidence_file,
        recorded_at=at,
        recorded_by=by,
    )
    check_fields(revocation)
    revocation.save()
    _close(certificate, Action.REVOKE, before, at=at, by=by)
    return revocation


@transaction.atomic
def extend_certificate(
    *,
    certificate: Certificate,
    days: int,
    granted_on: date,
    evidence: str,
    at: datetime,
    by: Any = None,
    evidence_file: EvidenceFile | None = None,
    seen: int | None = None,
) -> Extension:
    """Let a certificate stay valid past its end while its re-ranking file is decided.

    ``days`` past the end: 1 to ``MAX_EXTENSION_DAYS`` (Decision 26/2026/QĐ-TTg, article 12.3). Of several extensions
    the last recorded counts.
    """
    if not 1 <= days <= rules.MAX_EXTENSION_DAYS:
        raise InvalidFact(
            f"An extension is 1 to {rules.MAX_EXTENSION_DAYS} days (article 12.3).",
            field="days",
            code="extension-too-long",
        )
    if not evidence.strip():
        raise InvalidFact("An extension has its evidence (article 12.3).", field="evidence", code="required")
    check_near(granted_on, "granted_on")
    certificate = locked(certificate, seen=seen)
    if hasattr(certificate, "revocation"):
        raise refuse(lifecycle.REVOKED)
    check_state(certificate, Action.EXTEND, on=granted_on, field="granted_on")
    before = audit.state_of(certificate)
    extension = Extension(
        certificate=certificate,
        days=days,
        granted_on=granted_on,
        evidence=evidence.strip(),
        evidence_file=evidence_file,
        recorded_at=at,
        recorded_by=by,
    )
    check_fields(extension)
    extension.save()
    _close(certificate, Action.EXTEND, before, at=at, by=by)
    return extension


def _close(certificate: Certificate, action: Action, before: audit.State, *, at: datetime, by: Any) -> None:
    """The end of every measure: the periods follow the fact, the trail tells of it."""
    changed = Certificate.objects.with_facts().get(pk=certificate.pk)
    rewrite_badge_periods(product_id=certificate.product_id)
    audit.record(
        [audit.Deed(certificate.product_id, changed, action.value, before=before, after=audit.state_of(changed))],
        at=at,
        by=by,
    )
