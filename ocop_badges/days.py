"""The one clock for days.

A badge lives by calendar days in Asia/Ho_Chi_Minh, whatever the zone of the server, the database or the user.
Only views, commands and tasks read this clock; domain functions are handed the day or instant they judge by.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@dataclass(frozen=True, slots=True)
class ShopTime:
    """One reading of the clock: the instant, and the shop's day at that instant."""

    at: datetime
    day: date


def now() -> ShopTime:
    """Read the clock once. ``settings.TODAY`` (development only) moves the day and no instant."""
    at = datetime.now(ZONE)
    return ShopTime(at=at, day=date.fromisoformat(settings.TODAY) if settings.TODAY else at.date())


def today() -> date:
    """The shop's day now."""
    return now().day


def start_of(day: date) -> datetime:
    """The instant at which ``day`` begins in Asia/Ho_Chi_Minh."""
    return datetime.combine(day, time.min, tzinfo=ZONE)


def seconds_to_midnight(at: datetime) -> int:
    """Whole seconds, rounded down, from ``at`` to the next midnight in Asia/Ho_Chi_Minh."""
    local = at.astimezone(ZONE)
    return int((start_of(local.date() + timedelta(days=1)) - local).total_seconds())
