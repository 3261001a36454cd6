"""One certificate with all that may be told of it in public: for the verify page and the API."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db.models import Q

from . import hindsight, rules, subjects
from .models import Certificate, Regulation
from .models.certificates import facts_of
from .rules import Status
from .subjects import Subject


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a certificate. ``kind``: issued, extended, suspended, lifted, revoked, superseded.

    ``details`` is ready for JSON, its keys those of the API.
    """

    kind: str
    on: date
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Family:
    """All certificates of one product, in the order of their first days: they decide on each other's status."""

    certificates: tuple[Certificate, ...]
    facts: tuple[rules.CertificateFacts, ...]

    def facts_of(self, certificate: Certificate) -> rules.CertificateFacts:
        return next(facts for facts in self.facts if facts.sequence == certificate.pk)

    def status(self, certificate: Certificate, day: date) -> Status:
        return rules.status_on(self.facts_of(certificate), self.facts, day)

    def status_since(self, certificate: Certificate, day: date) -> date | None:
        return rules.status_since(self.facts_of(certificate), self.facts, day)

    def successor(self, certificate: Certificate) -> Certificate | None:
        """The certificate that supersedes this one, whenever it does."""
        own = self.facts_of(certificate)
        later = [facts for facts in self.facts if facts.order > own.order and facts.takes_effect]
        if not later:
            return None
        sequence = min(later, key=lambda facts: facts.order).sequence
        return next(other for other in self.certificates if other.pk == sequence)


@dataclass(frozen=True, slots=True)
class Verification:
    """What there is to say of a certificate on a day. ``since`` is None while it is upcoming."""

    certificate: Certificate
    family: Family
    facts: rules.CertificateFacts
    status: Status
    since: date | None
    subject: Subject
    events: tuple[Event, ...]
    successor: Certificate | None
    suspension_reason: str
    renewal_window: tuple[date, date] | None


def load_families(product_ids: set[int], *, known_at: datetime | None = None) -> dict[int, Family]:
    """The certificates of some products with their facts, only those on record before ``known_at`` if given.

    Three queries; five with ``known_at``.
    """
    by_product: dict[int, list[Certificate]] = {}
    certificates: Iterable[Certificate] = (
        Certificate.objects.of_products(product_ids).with_facts()
        if known_at is None
        else hindsight.recall_certificates(product_ids, known_at=known_at)
    )
    for certificate in certificates:
        by_product.setdefault(certificate.product_id, []).append(certificate)
    return {
        product_id: Family(tuple(certificates), tuple(facts_of(certificates)))
        for product_id, certificates in by_product.items()
    }


def verify(
    public_id: str, *, day: date, known_at: datetime | None = None, within: Q | None = None
) -> Verification | None:
    """A certificate as it stands on a day; None where there is no such certificate.

    ``known_at`` leaves out what was recorded from that instant on, ``within`` certificates outside the condition.
    """
    found = Certificate.objects.filter(within or Q(), public_id=public_id)
    product_id = found.values_list("product_id", flat=True).first()
    if product_id is None:
        return None
    family = load_families({product_id}, known_at=known_at).get(product_id, Family((), ()))
    certificate = next((c for c in family.certificates if c.public_id == public_id), None)
    if certificate is None:
        return None
    status = family.status(certificate, day)
    return Verification(
        certificate=certificate,
        family=family,
        facts=family.facts_of(certificate),
        status=status,
        since=family.status_since(certificate, day),
        subject=subjects.by_ids([product_id])[product_id],
        events=public_events(certificate, family),
        successor=family.successor(certificate),
        suspension_reason=_suspension_reason(certificate, day) if status is Status.SUSPENDED else "",
        renewal_window=_renewal_window(certificate, status, day),
    )


def public_events(certificate: Certificate, family: Family) -> tuple[Event, ...]:
    """What happened to a certificate, in the order of time. What stays inside: evidence, notes, and who recorded it."""
    events = [Event("issued", certificate.issued_on, {"decision_number": certificate.decision_number})]
    last_day = family.facts_of(certificate).last_day
    counting = max(certificate.extensions.all(), key=lambda extension: extension.pk, default=None)
    if counting is not None:
        events.append(Event("extended", counting.granted_on, {"valid_until": last_day.isoformat()}))
    for suspension in certificate.suspensions.all():
        events.append(Event("suspended", suspension.suspended_from, {"reason": suspension.reason}))
        if suspension.lifted_on is not None:
            events.append(Event("lifted", suspension.lifted_on, {"reason": suspension.lift_reason}))
    if (revocation := getattr(certificate, "revocation", None)) is not None:
        events.append(
            Event(
                "revoked",
                revocation.effective_on,
                {"decision_number": revocation.decision_number, "ground": revocation.ground},
            )
        )
    if (successor := family.successor(certificate)) is not None:
        events.append(Event("superseded", successor.valid_from, {"certificate": successor.public_id}))
    return tuple(sorted(events, key=lambda event: event.on))  # stable: of one day in the order above


def _suspension_reason(certificate: Certificate, day: date) -> str:
    return next(
        suspension.reason
        for suspension in certificate.suspensions.all()
        if rules.SuspensionFact(suspension.suspended_from, suspension.lifted_on).holds_on(day)
    )


def _renewal_window(certificate: Certificate, status: Status, day: date) -> tuple[date, date] | None:
    """When a re-ranking file may be handed in, by the regulation in force on ``day``; None where no file is due."""
    if status in (Status.REVOKED, Status.SUPERSEDED):
        return None
    regulation = Regulation.objects.in_force_on(day).first()
    return regulation.window_for(certificate.valid_until) if regulation else None
