"""How a producer's products stand on a day, and what is to be done now."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from catalog.models import Product
from ocop_badges import rules
from ocop_badges.badges import Badge, load_badges
from ocop_badges.dossiers.models import Dossier
from ocop_badges.models import Certificate, Regulation
from ocop_badges.rules import Status
from ocop_badges.verification import Family, load_families

SOON_DAYS = 365  # from here on a producer chooses: renew, upgrade or let it end


class Step(StrEnum):
    """What a producer does now about a certificate."""

    NONE = "none"  # no certificate yet: a first file
    WAIT = "wait"  # it has not begun
    REST = "rest"  # more than a year is left
    PREPARE = "prepare"  # the window opens within a year
    HAND_IN = "hand-in"  # the window is open
    ASK = "ask"  # the window has closed, the certificate has not ended
    EXTENDED = "extended"  # past the printed end, by an extension
    RENEWED = "renewed"  # the next certificate is on record
    PUT_RIGHT = "put-right"  # suspended
    BEGIN_ANEW = "begin-anew"  # ended or revoked: as for the first time


@dataclass(frozen=True, slots=True)
class Standing:
    """A product on ``day``: the certificate that speaks for it and what follows. Days are inclusive.

    ``window`` is when a file for ranking again may be handed in, None where none is due; ``file`` the one in progress.
    """

    product: Product
    day: date
    step: Step
    status: str
    badge: Badge | None = None
    certificate: Certificate | None = None
    since: date | None = None
    last_day: date | None = None
    window: tuple[date, date] | None = None
    successor: Certificate | None = None
    reason: str = ""
    file: Dossier | None = None

    @property
    def days_left(self) -> int:
        """Days after this one that the certificate still lasts; negative once it has ended."""
        return (self.last_day - self.day).days if self.last_day else 0


def load_standings(products: Iterable[Product], *, day: date) -> list[Standing]:
    """What wants doing first stands first. Six queries for any number of products."""
    listed = list(products)
    ids = {product.pk for product in listed}
    families, badges = load_families(ids), load_badges(ids, day=day)
    regulation = Regulation.objects.in_force_on(day).first()
    files = {dossier.product_id: dossier for dossier in Dossier.objects.of_products(sorted(ids)).in_progress()}
    standings = [
        replace(
            _standing(product, families.get(product.pk), badges.get(product.pk), regulation, day=day),
            file=files.get(product.pk),
        )
        for product in listed
    ]
    return sorted(standings, key=lambda each: (_URGENCY.index(each.step), each.days_left, each.product.name))


_URGENCY = (
    Step.HAND_IN, Step.PUT_RIGHT, Step.ASK, Step.EXTENDED, Step.BEGIN_ANEW,
    Step.PREPARE, Step.REST, Step.RENEWED, Step.WAIT, Step.NONE,
)  # fmt: skip


def _standing(
    product: Product, family: Family | None, badge: Badge | None, regulation: Regulation | None, *, day: date
) -> Standing:
    speaking = rules.certificate_in_question(family.facts, day) if family else None
    if family is None or speaking is None:
        return Standing(product, day, Step.NONE, "none")
    certificate = next(each for each in family.certificates if each.pk == speaking.sequence)
    status = family.status(certificate, day)
    successor = family.successor(certificate)
    is_in_force = status in (Status.VALID, Status.SUSPENDED)
    window = regulation.window_for(certificate.valid_until) if regulation and is_in_force else None
    return Standing(
        product=product,
        day=day,
        step=_step(certificate, status, successor, window, day=day),
        status=status,
        badge=badge,
        certificate=certificate,
        since=family.status_since(certificate, day),
        last_day=speaking.last_day,
        window=window,
        successor=successor,
        reason=_reason(certificate, status, day),
    )


def _step(
    certificate: Certificate,
    status: Status,
    successor: Certificate | None,
    window: tuple[date, date] | None,
    *,
    day: date,
) -> Step:
    if status in (Status.EXPIRED, Status.REVOKED):
        return Step.RENEWED if successor else Step.BEGIN_ANEW
    if status is Status.UPCOMING:
        return Step.WAIT
    if status is Status.SUSPENDED:
        return Step.PUT_RIGHT
    if successor is not None:
        return Step.RENEWED
    if day > certificate.valid_until:
        return Step.EXTENDED
    if window and day >= window[0]:
        return Step.HAND_IN if day <= window[1] else Step.ASK
    return Step.PREPARE if (certificate.valid_until - day).days <= SOON_DAYS else Step.REST


def _reason(certificate: Certificate, status: Status, day: date) -> str:
    """Why it is suspended; empty for every other status."""
    if status is not Status.SUSPENDED:
        return ""
    return next(
        suspension.reason
        for suspension in certificate.suspensions.all()
        if rules.SuspensionFact(suspension.suspended_from, suspension.lifted_on).holds_on(day)
    )
