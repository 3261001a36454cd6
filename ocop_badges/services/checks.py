"""What every service asks of a fact before it writes it."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext as _

from ocop_badges import lifecycle, rules
from ocop_badges.errors import DomainError, Fault, InvalidFact
from ocop_badges.lifecycle import Action, Refusal
from ocop_badges.models import AuthorityLevel, Certificate
from ocop_badges.rules import CertificateFacts


def refuse(refusal: Refusal, *, field: str = "") -> DomainError:
    """The error that tells a refusal, its article included."""
    detail = str(refusal)
    return DomainError(detail, code=refusal.code, faults=[Fault(detail, refusal.code, field)])


def check_state(certificate: Certificate, action: Action, *, on: date, field: str = "") -> None:
    """Raise unless the state of a certificate on a day allows an act. The product is locked, ``with_facts``."""
    facts = family_of(certificate.product_id)
    own = next(each for each in facts if each.sequence == certificate.pk)
    refusal = lifecycle.refusal_of(action, rules.status_on(own, facts, on))
    if refusal is not None:
        raise refuse(refusal, field=field)


def family_of(product_id: int) -> list[CertificateFacts]:
    """The facts of all certificates of a product."""
    return families_of([product_id])[product_id]


def families_of(product_ids: Sequence[int]) -> dict[int, list[CertificateFacts]]:
    """The facts of all certificates of some products. Three queries."""
    families: dict[int, list[CertificateFacts]] = {product_id: [] for product_id in product_ids}
    for certificate in Certificate.objects.of_products(product_ids).with_facts():
        families[certificate.product_id].append(certificate.facts())
    return families


def check_near(day: date, field: str) -> None:
    """Raise where a day is so late that it can only be a slip."""
    if day >= rules.FAR_FUTURE:
        raise InvalidFact(f"{day} is too far in the future.", field=field, code="too-far")


def check_certificate(certificate: Certificate) -> None:
    """Raise unless a certificate keeps every rule that needs nothing but its own columns and its regulation."""
    if not rules.MIN_STARS <= certificate.stars <= rules.MAX_STARS:
        raise InvalidFact("A certificate has 3, 4 or 5 stars.", field="stars", code="stars-out-of-range")
    if certificate.score is not None:
        check_score(stars=certificate.stars, score=certificate.score)
    if not certificate.decision_number:
        raise InvalidFact("A certificate names the decision behind it.", field="decision_number", code="required")
    check_near(certificate.issued_on, "issued_on")
    if certificate.valid_from < certificate.issued_on:
        raise InvalidFact("A certificate cannot begin before it is issued.", field="valid_from", code="before-issue")
    check_near(certificate.valid_until, "valid_until")
    if certificate.valid_until < certificate.valid_from:
        raise InvalidFact("A certificate cannot end before it begins.", field="valid_until", code="end-before-start")
    regulation = certificate.regulation
    legal_end = rules.add_months(certificate.issued_on, regulation.validity_months) if regulation else None
    if certificate.valid_until != legal_end and not certificate.end_reason:
        raise InvalidFact(
            f"This end differs from the legal one ({legal_end or 'none'}): say why.",
            field="end_reason",
            code="required",
        )
    check_authority(certificate)
    check_fields(certificate)


def check_score(*, stars: int, score: Decimal | int) -> None:
    """Raise unless the score earns these stars (Decision 26/2026/QĐ-TTg, article 3.3)."""
    try:
        earned = rules.stars_for_score(score)
    except ValueError as error:
        raise InvalidFact(str(error), field="score", code="score-out-of-range") from None
    if earned != stars:
        raise InvalidFact(
            f"A score of {score} earns {earned} stars, not {stars} (article 3.3).", field="score", code="score-mismatch"
        )


def check_authority(certificate: Certificate) -> None:
    """Raise where the level of the authority, if said, may not issue so many stars (article 4.1)."""
    allowed = lifecycle.authorities_for(stars=certificate.stars, issued_on=certificate.issued_on)
    if certificate.authority and certificate.authority not in {level.value for level in allowed}:
        names = ", ".join(str(AuthorityLevel(level.value).label) for level in sorted(allowed))
        raise InvalidFact(
            _("%(stars)s stars are issued by: %(names)s (26/2026/QĐ-TTg, Điều 4.1).")
            % {"stars": certificate.stars, "names": names},
            field="authority",
            code="wrong-authority",
        )


def check_fields(fact: models.Model) -> None:
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
