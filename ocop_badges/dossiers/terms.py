"""Legal deadlines: working days, periods and rounds. Pure: holidays and terms are handed in as data, no clock.

A period does not count its first day and, where its last day is none that is worked, ends with the next one that is
(Civil Code 2015, articles 147 and 148). The day of a round is a date of the decision and does not move.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

ONE_DAY = timedelta(days=1)
SATURDAY = 5


class Level(StrEnum):
    """Which council: the province's, or the central one that judges five stars."""

    PROVINCE = "province"
    MINISTRY = "ministry"


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked: Monday to Friday, without those ``off`` and with the weekend days swapped in."""

    off: frozenset[date] = field(default_factory=frozenset)
    worked: frozenset[date] = field(default_factory=frozenset)

    def is_worked(self, day: date) -> bool:
        return day in self.worked or (day.weekday() < SATURDAY and day not in self.off)

    def working_day_from(self, day: date) -> date:
        """The day itself where it is worked, else the next one that is."""
        while not self.is_worked(day):
            day += ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """The ``count``-th working day after ``day``, which is not counted. With 0: ``working_day_from(day)``."""
        if count == 0:
            return self.working_day_from(day)
        while count:
            day += ONE_DAY
            count -= self.is_worked(day)
        return day


@dataclass(frozen=True, slots=True)
class Round:
    """One round of evaluation: files that lie there by one day are decided by another."""

    files_by: date
    decided_by: date


@dataclass(frozen=True, slots=True)
class RoundDays:
    """A round of every year at a level, as (month, day)."""

    level: Level
    files_by: tuple[int, int]
    decided_by: tuple[int, int]

    def in_year(self, year: int) -> Round:
        files_by, decided_by = date(year, *self.files_by), date(year, *self.decided_by)
        if decided_by < files_by:
            decided_by = date(year + 1, *self.decided_by)
        return Round(files_by, decided_by)


def round_of(day: date, rounds: Sequence[RoundDays], *, level: Level) -> Round | None:
    """The round that takes a file which reached its council on a day: the next to close. None: no rounds on record."""
    candidates = [
        each
        for days in rounds
        if days.level is level
        for each in (days.in_year(day.year), days.in_year(day.year + 1))
        if day <= each.files_by
    ]
    return min(candidates, key=lambda each: each.files_by, default=None)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a regulation says of time: working days for the commune's check (article 7.2), days for the decision on a
    complete re-ranking file (7.6.g), and the rounds of a year (5.1, 5.2)."""

    commune_working_days: int
    decision_days: int
    rounds: tuple[RoundDays, ...] = ()


def commune_check_due(handed_in_on: date, *, terms: Terms, calendar: WorkCalendar) -> date:
    """The last day for the commune's check."""
    return calendar.add_working_days(handed_in_on, terms.commune_working_days)


def decision_due(complete_on: date, *, terms: Terms, calendar: WorkCalendar) -> date:
    """The last day for the decision on a re-ranking file."""
    return calendar.working_day_from(complete_on + timedelta(days=terms.decision_days))
