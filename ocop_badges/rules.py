"""From the facts of one product to the days on which it may show stars. Pure calculation, no database, no clock.

Days are calendar days in Asia/Ho_Chi_Minh. A range is half-open: it holds its first day and not its ``ends_on``.
"""

import calendar
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

MIN_STARS, MAX_STARS = 3, 5
MAX_SCORE = 100
STAR_BOUNDS = (30, 50, 70, 90)  # of points from which there are two, three, four and five stars (article 3.3)
MAX_EXTENSION_DAYS = 180  # Decision 26/2026/QĐ-TTg, article 12.3
ONE_DAY = timedelta(days=1)
FAR_FUTURE = date(2200, 1, 1)  # no day of a certificate is that late: whoever writes one has mistyped it


class Status(StrEnum):
    """Where a certificate stands on a day."""

    UPCOMING = "upcoming"
    VALID = "valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SUPERSEDED = "superseded"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class SuspensionFact:
    """``suspended_from`` is the first day without stars, ``lifted_on`` the first day with stars again."""

    suspended_from: date
    lifted_on: date | None = None

    def holds_on(self, day: date) -> bool:
        return self.suspended_from <= day and (self.lifted_on is None or day < self.lifted_on)


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    """What is known of one certificate. ``sequence`` is the order of recording; it decides between equal first days.

    ``valid_until`` is the last day with stars as issued; ``extended_until`` the last day by an extension, if any;
    ``revoked_on`` the first day without stars by a revocation, if any.
    """

    sequence: int
    stars: int
    valid_from: date
    valid_until: date
    extended_until: date | None = None
    revoked_on: date | None = None
    suspensions: tuple[SuspensionFact, ...] = ()

    @property
    def last_day(self) -> date:
        return self.extended_until or self.valid_until

    @property
    def takes_effect(self) -> bool:
        """False for a certificate revoked before its first day: it shows nothing and supersedes nothing."""
        return self.revoked_on is None or self.revoked_on >= self.valid_from

    @property
    def order(self) -> tuple[date, int]:
        return (self.valid_from, self.sequence)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days on which a product shows the stars of one certificate."""

    starts_on: date
    ends_on: date
    stars: int
    sequence: int

    def covers(self, day: date) -> bool:
        return self.starts_on <= day < self.ends_on


def add_months(day: date, months: int) -> date:
    """The corresponding day ``months`` later, or the last day of that month (Civil Code 2015, articles 147–148)."""
    month_index = day.year * 12 + day.month - 1 + months
    year, month = divmod(month_index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def stars_for_score(score: Decimal | int) -> int:
    """Stars for a score out of 100 (Decision 26/2026/QĐ-TTg, article 3.3; the same in Decision 148/QĐ-TTg).

    Raises ``ValueError`` outside 0–100. One and two stars get no certificate.
    """
    if not 0 <= score <= MAX_SCORE:
        raise ValueError(f"a score is between 0 and 100, not {score}")
    return 1 + sum(score >= bound for bound in STAR_BOUNDS)


def score_for_stars(stars: int) -> int:
    """The points from which there are so many stars (article 3.3)."""
    return STAR_BOUNDS[stars - 2] if stars > 1 else 0


def superseded_on(certificate: CertificateFacts, all_of_product: Iterable[CertificateFacts]) -> date | None:
    """The first day of the next certificate, which ends this one and stays its end whatever becomes of the next."""
    return min(
        (other.valid_from for other in all_of_product if other.order > certificate.order and other.takes_effect),
        default=None,
    )


def badge_periods(certificates: Sequence[CertificateFacts]) -> list[Period]:
    """The badge periods of one product, in order, never overlapping."""
    periods: list[Period] = []
    for certificate in certificates:
        ends = [certificate.last_day + ONE_DAY]
        if certificate.revoked_on is not None:
            ends.append(certificate.revoked_on)
        if (successor := superseded_on(certificate, certificates)) is not None:
            ends.append(successor)
        starts_on, ends_on = certificate.valid_from, min(ends)
        for suspension in sorted(certificate.suspensions, key=lambda s: s.suspended_from):
            if suspension.lifted_on is not None and suspension.lifted_on <= suspension.suspended_from:
                continue  # lifted before it began
            if starts_on < min(suspension.suspended_from, ends_on):
                periods.append(
                    Period(starts_on, min(suspension.suspended_from, ends_on), certificate.stars, certificate.sequence)
                )
            starts_on = max(starts_on, suspension.lifted_on or date.max)
        if starts_on < ends_on:
            periods.append(Period(starts_on, ends_on, certificate.stars, certificate.sequence))
    return sorted(periods)


def status_on(certificate: CertificateFacts, all_of_product: Sequence[CertificateFacts], day: date) -> Status:
    """The status of a certificate on a day: the first that holds, in this order."""
    successor = superseded_on(certificate, all_of_product)
    if day < certificate.valid_from:
        return Status.UPCOMING
    if certificate.revoked_on is not None and certificate.revoked_on <= day:
        return Status.REVOKED
    if successor is not None and successor <= day:
        return Status.SUPERSEDED
    if certificate.last_day < day:
        return Status.EXPIRED
    if any(suspension.holds_on(day) for suspension in certificate.suspensions):
        return Status.SUSPENDED
    return Status.VALID


def status_since(certificate: CertificateFacts, all_of_product: Sequence[CertificateFacts], day: date) -> date | None:
    """The first day of the unbroken run of days up to ``day`` with the status of ``day``; None while upcoming."""
    changes = {certificate.valid_from, certificate.last_day + ONE_DAY, certificate.revoked_on}
    changes.add(superseded_on(certificate, all_of_product))
    for suspension in certificate.suspensions:
        changes |= {suspension.suspended_from, suspension.lifted_on}
    status = status_on(certificate, all_of_product, day)
    since = None
    for change in sorted((c for c in changes if c is not None and certificate.valid_from <= c <= day), reverse=True):
        if status_on(certificate, all_of_product, change) is not status:
            break
        since = change
    return since


def certificate_in_question(certificates: Sequence[CertificateFacts], day: date) -> CertificateFacts | None:
    """The certificate that speaks for a product on a day: the latest begun one, else the first upcoming, else None.

    One revoked before its first day speaks only where no other has begun, as it superseded nothing.
    """
    begun = [c for c in certificates if c.valid_from <= day]
    if begun:
        return max([c for c in begun if c.takes_effect] or begun, key=lambda c: c.order)
    return min(certificates, key=lambda c: c.order, default=None)


def renewal_window(valid_until: date, *, opens_days: int, closes_days: int) -> tuple[date, date]:
    """First and last day on which a re-ranking file may be handed in (Decision 26/2026/QĐ-TTg, article 7.6.a)."""
    return valid_until - timedelta(days=opens_days), valid_until - timedelta(days=closes_days)
