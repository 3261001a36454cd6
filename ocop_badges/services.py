"""What changes certificates. Each function is one transaction that records a fact and rewrites the badge periods.

``at`` is the instant of recording, ``by`` who records (None: the system, such as an import). Every function raises
``InvalidFact`` (a ``DomainError``) where the fact cannot be recorded, and then has written nothing.
"""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction

from . import changes, rules
from .errors import DomainError, Fault, InvalidFact
from .models import BadgePeriod, Certificate, Extension, Regulation, Revocation, RevocationGround, Suspension
from .models.certificates import facts_of

BATCH = 1_000  # products whose certificates are recorded at once


def lock_product(product_id: int) -> None:
    """Let one transaction at a time change the certificates of a product (a parent before its children)."""
    _lock_products([product_id])


def _lock_products(product_ids: Sequence[int]) -> None:
    product_model: Any = Certificate._meta.get_field("product").related_model
    locked = product_model._base_manager.select_for_update().only("pk").filter(pk__in=product_ids).order_by("pk")
    if len(locked) < len(product_ids):
        raise product_model.DoesNotExist("A certificate is issued to a product that exists.")


def rewrite_badge_periods(*, product_id: int) -> list[BadgePeriod]:
    """Recompute the badge periods of a product from its facts. Call within the transaction that changed a fact."""
    return _rewrite_periods([product_id])


def _rewrite_periods(product_ids: Sequence[int]) -> list[BadgePeriod]:
    certificates: dict[int, list[Certificate]] = {product_id: [] for product_id in product_ids}
    for certificate in Certificate.objects.of_products(product_ids).with_facts():
        certificates[certificate.product_id].append(certificate)
    BadgePeriod.objects.of_products(product_ids).delete()
    periods = BadgePeriod.objects.bulk_create(
        BadgePeriod(
            product_id=product_id,
            certificate_id=period.sequence,
            stars=period.stars,
            starts_on=period.starts_on,
            ends_on=period.ends_on,
        )
        for product_id, of_product in certificates.items()
        for period in rules.badge_periods(facts_of(of_product))
    )
    changes.badge_periods_changed(product_ids)
    return periods


@transaction.atomic
def issue_certificate(
    *,
    product: models.Model,
    stars: int,
    decision_number: str,
    issued_on: date,
    at: datetime,
    by: Any = None,
    issuing_authority: str = "",
    valid_from: date | None = None,
    valid_until: date | None = None,
    end_reason: str = "",
    score: Decimal | int | None = None,
    regulation: Regulation | None = None,
    covers: str = "",
    legal_basis: str = "",
    evidence: str = "",
) -> Certificate:
    """Record a certificate: a first one, a renewal, an upgrade or a downgrade; the next supersedes the last.

    ``valid_from`` defaults to ``issued_on``, ``valid_until`` to the end by the regulation: 36 months from the issue,
    its first day not counted (Decision 26/2026/QĐ-TTg, article 4.3; Civil Code 2015, articles 147–148). The
    regulation is the latest in force on ``issued_on`` unless given. An end that differs wants ``end_reason``.
    """
    certificate = draft_certificate(
        product_id=product.pk,
        stars=stars,
        score=score,
        decision_number=decision_number,
        issuing_authority=issuing_authority,
        issued_on=issued_on,
        valid_from=valid_from,
        valid_until=valid_until,
        end_reason=end_reason,
        regulation=regulation or Regulation.objects.in_force_on(issued_on).first(),
        covers=covers,
        legal_basis=legal_basis,
        evidence=evidence,
    )
    return issue_certificates(drafts=[certificate], at=at, by=by)[0]


def draft_certificate(
    *,
    product_id: int,
    stars: int,
    decision_number: str,
    issued_on: date,
    regulation: Regulation | None,
    valid_from: date | None = None,
    valid_until: date | None = None,
    end_reason: str = "",
    score: Decimal | int | None = None,
    **facts: Any,
) -> Certificate:
    """A certificate by every rule that needs nothing but its own facts; not saved, no query. See ``issue_certificate``.

    ``regulation`` is the one it is issued under, None where none was in force.
    """
    if not rules.MIN_STARS <= stars <= rules.MAX_STARS:
        raise InvalidFact("A certificate has 3, 4 or 5 stars.", field="stars", code="stars-out-of-range")
    if score is not None:
        _check_score(stars=stars, score=score)
    decision_number = decision_number.strip()
    if not decision_number:
        raise InvalidFact("A certificate names the decision behind it.", field="decision_number", code="required")
    _check_near(issued_on, "issued_on")
    valid_from = valid_from or issued_on
    if valid_from < issued_on:
        raise InvalidFact("A certificate cannot begin before it is issued.", field="valid_from", code="before-issue")
    legal_end = rules.add_months(issued_on, regulation.validity_months) if regulation else None
    valid_until = valid_until or legal_end
    if valid_until is None:
        raise InvalidFact(
            f"No regulation was in force on {issued_on}: give the end as printed.", field="valid_until", code="required"
        )
    _check_near(valid_until, "valid_until")
    if valid_until < valid_from:
        raise InvalidFact("A certificate cannot end before it begins.", field="valid_until", code="end-before-start")
    if valid_until != legal_end and not end_reason.strip():
        raise InvalidFact(
            f"This end differs from the legal one ({legal_end or 'none'}): say why.",
            field="end_reason",
            code="required",
        )
    certificate = Certificate(
        product_id=product_id,
        stars=stars,
        score=score,
        decision_number=decision_number,
        issued_on=issued_on,
        valid_from=valid_from,
        valid_until=valid_until,
        end_reason=end_reason.strip() if valid_until != legal_end else "",
        regulation=regulation,
        **facts,
    )
    _check_fields(certificate)
    return certificate


@transaction.atomic
def issue_certificates(*, drafts: Sequence[Certificate], at: datetime, by: Any = None) -> list[Certificate]:
    """Record many certificates at once, as ``draft_certificate`` made them: all of them or, on any refusal, none.

    A bounded number of queries for each batch, whatever its size.
    """
    product_ids = sorted({draft.product_id for draft in drafts})
    issued: list[Certificate] = []
    for start in range(0, len(product_ids), BATCH):
        batch = product_ids[start : start + BATCH]
        _lock_products(batch)
        known = set(Certificate.objects.of_products(batch).values_list("product_id", "decision_number", "issued_on"))
        new = [draft for draft in drafts if batch[0] <= draft.product_id <= batch[-1]]
        for draft in new:
            key = (draft.product_id, draft.decision_number, draft.issued_on)
            if key in known:
                raise DomainError(
                    f"This product already has a certificate by decision {draft.decision_number} of {draft.issued_on}.",
                    code="certificate-exists",
                )
            known.add(key)
            draft.recorded_at, draft.recorded_by = at, by
        issued += Certificate.objects.bulk_create(new)
        _rewrite_periods(batch)
    return issued


@transaction.atomic
def suspend_certificate(
    *, certificate: Certificate, suspended_from: date, reason: str, at: datetime, by: Any = None
) -> Suspension:
    """Withhold the stars from ``suspended_from`` on, until lifted. Refused while already suspended or once revoked."""
    if not reason.strip():
        raise InvalidFact("A suspension gives its reason.", field="reason", code="required")
    certificate = _locked(certificate)
    facts = certificate.facts()
    if facts.revoked_on is not None and facts.revoked_on <= suspended_from:
        raise DomainError("A revoked certificate cannot be suspended.", code="certificate-revoked")
    if any(s.lifted_on is None or s.lifted_on > suspended_from for s in facts.suspensions):
        raise DomainError("This certificate is already suspended on or after that day.", code="already-suspended")
    if suspended_from > facts.last_day:
        raise InvalidFact(f"This certificate ends on {facts.last_day}.", field="suspended_from", code="after-the-end")
    suspension = Suspension(
        certificate=certificate,
        suspended_from=suspended_from,
        reason=reason.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    _check_fields(suspension)
    suspension.save()
    rewrite_badge_periods(product_id=certificate.product_id)
    return suspension


@transaction.atomic
def lift_suspension(
    *, certificate: Certificate, lifted_on: date, at: datetime, reason: str = "", by: Any = None
) -> Suspension:
    """Let the stars be shown again from ``lifted_on`` on. Refused where no suspension is open."""
    certificate = _locked(certificate)
    suspension = certificate.suspensions.filter(lifted_on__isnull=True).first()
    if suspension is None:
        raise DomainError("This certificate is not suspended.", code="not-suspended")
    if lifted_on < suspension.suspended_from:
        raise InvalidFact(
            f"The suspension begins on {suspension.suspended_from}.", field="lifted_on", code="before-the-suspension"
        )
    suspension.lifted_on = lifted_on
    suspension.lift_reason = reason.strip()
    suspension.lift_recorded_at = at
    suspension.lift_recorded_by = by
    _check_fields(suspension)
    suspension.save(update_fields=["lifted_on", "lift_reason", "lift_recorded_at", "lift_recorded_by"])
    rewrite_badge_periods(product_id=certificate.product_id)
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
) -> Revocation:
    """End a certificate by decision (Decision 26/2026/QĐ-TTg, article 8). Refused where already revoked."""
    if not decision_number.strip():
        raise InvalidFact("A revocation names its decision.", field="decision_number", code="required")
    if ground not in RevocationGround.values:
        raise InvalidFact("A revocation has a ground of article 8.", field="ground", code="unknown-ground")
    certificate = _locked(certificate)
    if hasattr(certificate, "revocation"):
        raise DomainError("This certificate is already revoked.", code="already-revoked")
    revocation = Revocation(
        certificate=certificate,
        ground=ground,
        decision_number=decision_number.strip(),
        effective_on=effective_on,
        note=note,
        recorded_at=at,
        recorded_by=by,
    )
    _check_fields(revocation)
    revocation.save()
    rewrite_badge_periods(product_id=certificate.product_id)
    return revocation


@transaction.atomic
def extend_certificate(
    *, certificate: Certificate, days: int, granted_on: date, evidence: str, at: datetime, by: Any = None
) -> Extension:
    """Let a certificate stay valid ``days`` (1–180) past its end while its re-ranking file is decided.

    Decision 26/2026/QĐ-TTg, article 12.3. Of several extensions the last recorded counts.
    """
    if not 1 <= days <= rules.MAX_EXTENSION_DAYS:
        raise InvalidFact("An extension is 1 to 180 days (article 12.3).", field="days", code="too-long")
    if not evidence.strip():
        raise InvalidFact("An extension has its evidence (article 12.3).", field="evidence", code="required")
    certificate = _locked(certificate)
    if hasattr(certificate, "revocation"):
        raise DomainError("A revoked certificate cannot be extended.", code="certificate-revoked")
    extension = Extension(
        certificate=certificate,
        days=days,
        granted_on=granted_on,
        evidence=evidence.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    _check_fields(extension)
    extension.save()
    rewrite_badge_periods(product_id=certificate.product_id)
    return extension


def _locked(certificate: Certificate) -> Certificate:
    lock_product(certificate.product_id)
    return Certificate.objects.with_facts().get(pk=certificate.pk)


def _check_near(day: date, field: str) -> None:
    if day >= rules.FAR_FUTURE:
        raise InvalidFact(f"{day} is too far in the future.", field=field, code="too-far")


def _check_fields(fact: models.Model) -> None:
    """What the columns can hold, told before the database refuses it (or, on SQLite, takes it)."""
    relations = {field.name for field in fact._meta.fields if field.is_relation}
    try:
        fact.clean_fields(exclude=relations)
    except ValidationError as error:
        faults = [
            Fault(" ".join(message.messages), message.code or "invalid", field)
            for field, messages in error.error_dict.items()
            for message in messages
        ]
        raise DomainError(faults[0].detail, code="invalid", status=400, faults=faults) from None


def _check_score(*, stars: int, score: Decimal | int) -> None:
    try:
        earned = rules.stars_for_score(score)
    except ValueError as error:
        raise InvalidFact(str(error), field="score", code="score-out-of-range") from None
    if earned != stars:
        raise InvalidFact(
            f"A score of {score} earns {earned} stars, not {stars} (article 3.3).", field="score", code="score-mismatch"
        )
