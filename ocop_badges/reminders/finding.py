"""Which reminders are due on a day, read from the facts in batches: memory stays flat whatever their number."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ocop_badges import rules, subjects
from ocop_badges.models import Certificate, Regulation
from ocop_badges.rules import Status
from ocop_badges.verification import Family, load_families

from .models import Reminder
from .rules import FIRST_STEP, FOLLOWED_DAYS, Step, Window, steps_reached, topic_on

BATCH = 500  # products looked at together
_PRODUCER = f"product__{subjects.PRODUCER}"

Days = tuple[int, int]  # the window as a regulation sets it, in days before the end


def count_followed(day: date) -> int:
    """How many products have a certificate near its end. One query."""
    return Certificate.objects.filter(**_near_their_end(day)).values("product").distinct().count()


def followed_batches(day: date, *, size: int = BATCH) -> Iterator[list[int]]:
    """The ids of those products, those of one producer always in one batch. A query for each batch.

    A batch has ``size`` products at most, unless one producer has more.
    """
    followed = Certificate.objects.filter(**_near_their_end(day)).order_by(_PRODUCER, "product").distinct()
    last = 0
    while rows := list(
        followed.filter(**{f"{_PRODUCER}__gt": last}).values_list(f"{_PRODUCER}_id", "product_id")[: size + 1]
    ):
        if len(rows) > size:
            first, cut = rows[0][0], rows[-1][0]
            if first == cut:
                rows = list(followed.filter(**{_PRODUCER: first}).values_list(f"{_PRODUCER}_id", "product_id"))
            else:
                rows = [row for row in rows if row[0] != cut]
        last = rows[-1][0]
        yield [product_id for _, product_id in rows]


def window_days(day: date) -> Days | None:
    """What the regulation in force on a day says of the window for re-ranking; None where it says nothing. A query."""
    regulation = Regulation.objects.in_force_on(day).first()
    return regulation.renewal_days if regulation else None


@dataclass(frozen=True, slots=True)
class Due:
    """A reminder to be told, not saved, and the earlier steps that nobody recorded and it overtakes."""

    reminder: Reminder
    overtaken: tuple[Step, ...]


def find_due(product_ids: Collection[int], *, day: date, at: datetime, days: Days | None) -> list[Due]:
    """What is due for some products and not recorded yet: of each certificate the last step reached. Five queries.

    Left alone are certificates that are revoked, or have a successor, begun or not; a suspended one is not.
    """
    ends = _ends(product_ids, day)
    taken = set(
        Reminder.objects.filter(certificate__in=[certificate.pk for certificate, _, _ in ends]).values_list(
            "certificate_id", "last_day", "step"
        )
    )
    due: list[Due] = []
    for certificate, family, steps in ends:
        reminder = _reminder(certificate, family, steps[-1], day=day, at=at, days=days)
        if (certificate.pk, reminder.last_day, reminder.step) in taken:
            continue
        overtaken = (each for each in steps[:-1] if (certificate.pk, reminder.last_day, each.days_before) not in taken)
        due.append(Due(reminder, tuple(overtaken)))
    return due


def find_reached(product_ids: Collection[int], *, day: date, at: datetime, days: Days | None) -> list[Reminder]:
    """The last step reached of each certificate as it is told today, recorded or not. Not saved. Three queries."""
    return [
        _reminder(certificate, family, steps[-1], day=day, at=at, days=days)
        for certificate, family, steps in _ends(product_ids, day)
    ]


def _ends(product_ids: Collection[int], day: date) -> list[tuple[Certificate, Family, tuple[Step, ...]]]:
    """The certificates to be reminded of, each with the steps reached."""
    return [
        (certificate, family, steps)
        for family in load_families(set(product_ids)).values()
        for certificate in family.certificates
        if (steps := _reached(certificate, family, day))
    ]


def _reminder(
    certificate: Certificate, family: Family, step: Step, *, day: date, at: datetime, days: Days | None
) -> Reminder:
    facts, window = family.facts_of(certificate), _window(certificate, days)
    return Reminder(
        certificate=certificate,
        last_day=facts.last_day,
        step=step.days_before,
        topic=topic_on(step, day, window=window, is_extended=facts.extended_until is not None).value,
        on=day,
        opens_on=window[0] if window else None,
        closes_on=window[1] if window else None,
        is_suspended=family.status(certificate, day) is Status.SUSPENDED,
        recorded_at=at,
    )


def _reached(certificate: Certificate, family: Family, day: date) -> tuple[Step, ...]:
    facts = family.facts_of(certificate)
    if day < facts.valid_from or facts.revoked_on is not None:
        return ()
    steps = tuple(steps_reached(facts.last_day, day))
    return () if not steps or family.successor(certificate) is not None else steps


def _window(certificate: Certificate, days: Days | None) -> Window | None:
    """Of the end as issued: an extension is for a file that was handed in, and opens no window of its own."""
    if days is None:
        return None
    return rules.renewal_window(certificate.valid_until, opens_days=days[0], closes_days=days[1])


def _near_their_end(day: date) -> dict[str, object]:
    followed = timedelta(days=FOLLOWED_DAYS + rules.MAX_EXTENSION_DAYS)
    return {
        "valid_until__gte": day - followed,
        "valid_until__lte": day + timedelta(days=FIRST_STEP),
        "revocation__isnull": True,
    }
