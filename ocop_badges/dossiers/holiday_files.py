"""Announced holidays as a CSV file: ``day,kind,name,name_en,source``, one day a line."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ocop_badges.errors import DomainError, Fault
from ocop_badges.rules import FAR_FUTURE

from .models import Holiday, HolidayKind
from .terms import SATURDAY

COLUMNS = ("day", "kind", "name", "name_en", "source")
ORDINARY = "ordinary"  # takes a day off the record
MAX_DAYS = 1_000  # in one file: more than the days of two years


@dataclass(frozen=True, slots=True)
class HolidayLine:
    """A day as announced; ``kind`` is ``off``, ``working`` or ``ordinary``."""

    day: date
    kind: str
    name: str
    name_en: str
    source: str


def read_holidays(lines: Iterable[str]) -> list[HolidayLine]:
    """The days of a file. Raises ``DomainError`` with a fault for every line that cannot be taken."""
    reader = csv.reader(lines, strict=True)
    read: dict[date, HolidayLine] = {}
    faults: list[Fault] = []
    try:
        if tuple(next(reader, ())) != COLUMNS:
            raise DomainError(f"The first line must be: {','.join(COLUMNS)}", code="wrong-columns", status=400)
        for row in reader:
            if not row:
                continue
            if len(read) + len(faults) == MAX_DAYS:
                raise DomainError(
                    f"line {reader.line_num}: more than {MAX_DAYS} days, split the file", code="too-many", status=400
                )
            try:
                line = _line(row)
                if line.day in read:
                    raise ValueError(f"{line.day} stands twice in this file")
                read[line.day] = line
            except ValueError as error:
                faults.append(_fault(reader.line_num, error))
    except csv.Error as error:  # what follows cannot be told from what it breaks
        faults.append(_fault(reader.line_num, error))
    if faults:
        raise DomainError("; ".join(fault.detail for fault in faults), code="invalid", status=400, faults=faults)
    if not read:
        raise DomainError("No day stands below the first line.", code="empty", status=400)
    return list(read.values())


def _fault(number: int, error: Exception) -> Fault:
    return Fault(f"line {number}: {error}", "invalid", str(number))


def _line(row: list[str]) -> HolidayLine:
    if len(row) != len(COLUMNS):
        raise ValueError(f"{len(row)} cells, not {len(COLUMNS)}")
    cells = dict(zip(COLUMNS, (cell.strip() for cell in row), strict=True))
    day = _day(cells.pop("day"))
    line = HolidayLine(day=day, **cells)
    if line.kind not in (*HolidayKind.values, ORDINARY):
        raise ValueError(f"the kind is off, working or {ORDINARY}, not “{line.kind}”")
    if line.kind == HolidayKind.WORKING and day.weekday() < SATURDAY:
        raise ValueError(f"{day} is worked anyway: only a Saturday or Sunday is worked in exchange")
    if line.kind != ORDINARY and not (line.name and line.name_en and line.source):
        raise ValueError("name, name_en and source are required")
    for name in ("name", "name_en", "source"):
        _check_text(name, cells[name])
    return line


def _day(text: str) -> date:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise ValueError(f"the day is written like 2027-02-05, not “{text[:20]}”") from None
    if day >= FAR_FUTURE:
        raise ValueError(f"{day} is too far in the future")
    return day


def _check_text(name: str, text: str) -> None:
    field: Any = Holiday._meta.get_field(name)
    if len(text) > field.max_length:
        raise ValueError(f"{name} has more than {field.max_length} characters")
    if not text.isprintable():
        raise ValueError(f"{name} has a character that cannot be seen")
