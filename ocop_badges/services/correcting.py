"""Clerical errors put right: the row says what is right, a correction what stood there."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction

from ocop_badges import audit, lifecycle, rules
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.lifecycle import Action
from ocop_badges.models import Certificate, CorrectedField, Correction, EvidenceFile, Revocation

from .checks import check_certificate, check_fields, check_near, family_of, refuse
from .locking import locked
from .periods import rewrite_badge_periods


@transaction.atomic
def correct_certificate(
    *,
    certificate: Certificate,
    changes: Mapping[str, Any],
    reason: str,
    at: datetime,
    by: Any = None,
    evidence_file: EvidenceFile | None = None,
    seen: int | None = None,
) -> list[Correction]:
    """Put right what was written down wrongly. ``changes`` maps a ``CorrectedField`` to the value that is right.

    Fields given as they stand are left out; where nothing differs, or what would stand breaks a rule of certificates,
    it is refused and nothing is written. A wrong stars' count wants the score with it where one is known.
    """
    if not reason.strip():
        raise InvalidFact("A correction gives its reason.", field="reason", code="required")
    unknown = set(changes) - set(CorrectedField.values)
    if unknown:
        raise InvalidFact(f"{sorted(unknown)[0]} cannot be corrected.", field="changes", code="unknown-field")
    certificate = locked(certificate, seen=seen)
    before = audit.state_of(certificate)
    revocation = getattr(certificate, "revocation", None)
    corrections = []
    for name, value in sorted(changes.items()):
        fact, attribute = _fact_and_attribute(certificate, revocation, name)
        old = getattr(fact, attribute)
        if isinstance(value, str):
            value = value.strip()
        if old == value:
            continue
        setattr(fact, attribute, value)
        corrections.append(
            Correction(
                certificate=certificate,
                field=name,
                before=_text(old),
                after=_text(value),
                reason=reason.strip(),
                evidence_file=evidence_file,
                recorded_at=at,
                recorded_by=by,
            )
        )
    if not corrections:
        raise DomainError("This is what stands there already.", code="nothing-to-correct", status=400)
    _check(certificate)
    if revocation is not None:
        _check_revocation(certificate, revocation)
    for correction in corrections:
        check_fields(correction)
    certificate.save()
    if revocation is not None:
        revocation.save()
    Correction.objects.bulk_create(corrections)
    changed = Certificate.objects.with_facts().get(pk=certificate.pk)
    rewrite_badge_periods(product_id=certificate.product_id)
    audit.record(
        [audit.Deed(changed.product_id, changed, Action.CORRECT.value, before=before, after=audit.state_of(changed))],
        at=at,
        by=by,
    )
    return corrections


def _fact_and_attribute(certificate: Certificate, revocation: Any, name: str) -> tuple[Any, str]:
    owner, _, attribute = name.rpartition(".")
    if not owner:
        return certificate, attribute
    if revocation is None:
        raise InvalidFact("This certificate is not revoked.", field=name, code="not-revoked")
    return revocation, attribute


def _check_revocation(certificate: Certificate, revocation: Revocation) -> None:
    """What ``revoke_certificate`` asks of one: a decision, a ground, a day on which there was something to revoke."""
    day, field = revocation.effective_on, CorrectedField.REVOCATION_DAY.value
    if not revocation.decision_number:
        raise InvalidFact(
            "A revocation names its decision.", field=CorrectedField.REVOCATION_DECISION.value, code="required"
        )
    check_near(day, field)
    others = [facts for facts in family_of(certificate.product_id) if facts.sequence != certificate.pk]
    own = replace(certificate.facts(), revoked_on=None)
    refusal = lifecycle.refusal_of(Action.REVOKE, rules.status_on(own, [*others, own], day))
    if refusal is not None:
        raise refuse(refusal, field=field)
    check_fields(revocation)


def _check(certificate: Certificate) -> None:
    check_certificate(certificate)
    twin = Certificate.objects.filter(
        product=certificate.product_id, decision_number=certificate.decision_number, issued_on=certificate.issued_on
    ).exclude(pk=certificate.pk)
    if twin.exists():
        raise DomainError(
            f"This product already has a certificate by decision {certificate.decision_number} of "
            f"{certificate.issued_on}.",
            code="certificate-exists",
        )


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return str(value)
