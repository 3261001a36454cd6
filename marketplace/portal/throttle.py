"""How often something may be tried. Counted in the database, so that every process counts alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import salted_hmac

from .models import Attempt, AttemptKind

FORGOTTEN_AFTER = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` tries of one key within any stretch of time of the length ``within``."""

    kind: AttemptKind
    most: int
    within: timedelta


# An address may be a whole village behind one line; an account is one person.
SIGN_IN_BY_ACCOUNT = Limit(AttemptKind.SIGN_IN_ACCOUNT, most=6, within=timedelta(minutes=15))
SIGN_IN_BY_ADDRESS = Limit(AttemptKind.SIGN_IN_ADDRESS, most=40, within=timedelta(minutes=15))
RESET_BY_ACCOUNT = Limit(AttemptKind.RESET_ACCOUNT, most=3, within=timedelta(hours=1))
RESET_BY_ADDRESS = Limit(AttemptKind.RESET_ADDRESS, most=20, within=timedelta(hours=1))
INVITE_BY_PERSON = Limit(AttemptKind.INVITE, most=20, within=timedelta(hours=1))


@dataclass
class TooOften(Exception):
    """Refused for now. ``again_at`` is the instant from which a try is taken again."""

    again_at: datetime


def count_attempt(keys: Mapping[Limit, str], *, at: datetime) -> None:
    """Count one try under every limit, or raise ``TooOften`` and count it under none.

    The try is written before the others are counted: of many at once none is overlooked. A refused one is taken back,
    so that asking again and again does not push the end of the wait away.
    """
    Attempt.objects.filter(tried_at__lt=at - FORGOTTEN_AFTER).delete()
    written = [
        Attempt.objects.create(kind=limit.kind, key=_hashed(limit, key), tried_at=at) for limit, key in keys.items()
    ]
    waits = [wait for limit, key in keys.items() if (wait := _wait(limit, key, at=at)) is not None]
    if waits:
        Attempt.objects.filter(pk__in=[attempt.pk for attempt in written]).delete()
        raise TooOften(again_at=max(waits))


def forget_attempts(limit: Limit, key: str) -> None:
    """Begin to count anew, after a success."""
    Attempt.objects.filter(kind=limit.kind, key=_hashed(limit, key)).delete()


def _wait(limit: Limit, key: str, *, at: datetime) -> datetime | None:
    """The instant at which one more try fits, None where the one just written does."""
    tried = Attempt.objects.filter(kind=limit.kind, key=_hashed(limit, key), tried_at__gt=at - limit.within)
    times = list(tried.order_by("-tried_at").values_list("tried_at", flat=True)[: limit.most + 1])
    return times[-1] + limit.within if len(times) > limit.most else None


def _hashed(limit: Limit, key: str) -> str:
    return salted_hmac(f"portal.attempts.{limit.kind}", key.strip().casefold(), algorithm="sha256").hexdigest()
