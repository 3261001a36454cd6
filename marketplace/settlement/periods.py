"""Weeks, months and years by the shop's calendar, as they are written: ``2026-W47``, ``2026-11``, ``2026``."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from ocop_badges.days import start_of

_MONTH = re.compile(r"(2[0-9]{3})-([0-9]{2})")
_WEEK = re.compile(r"(2[0-9]{3})-W([0-9]{2})")
_YEAR = re.compile(r"2[0-9]{3}")


@dataclass(frozen=True, slots=True)
class Period:
    """The days from ``first`` to ``last``, both included."""

    name: str
    first: date
    last: date

    @property
    def ends_at(self) -> datetime:
        """The first instant after it."""
        return start_of(self.last + timedelta(days=1))

    @property
    def is_month(self) -> bool:
        return _MONTH.fullmatch(self.name) is not None

    def __str__(self) -> str:
        return self.name


def parse_period(text: str) -> Period:
    """The period that is written so. Raises ``ValueError``."""
    try:
        if found := _MONTH.fullmatch(text):
            return month_of(date(int(found[1]), int(found[2]), 1))
        if found := _WEEK.fullmatch(text):
            first = date.fromisocalendar(int(found[1]), int(found[2]), 1)
            return Period(text, first, first + timedelta(days=6))
        if _YEAR.fullmatch(text):
            return Period(text, date(int(text), 1, 1), date(int(text), 12, 31))
    except ValueError:  # no such month, week or year
        pass
    raise ValueError(f"{text!r} is no period: write 2026-11, 2026-W47 or 2026")


def month_of(day: date) -> Period:
    first = day.replace(day=1)
    return Period(f"{first:%Y-%m}", first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def month_before(day: date) -> Period:
    """The last month that is over on ``day``."""
    return month_of(day.replace(day=1) - timedelta(days=1))
