"""Announced holidays as a CSV file: ``day,kind,name,name_en,source``, one day a line."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from ocop_badges.errors import DomainError, Fault

from .models import HolidayKind
from .terms import SATURDAY

COLUMNS = ("day", "kind", "name", "name_en", "source")
ORDINARY = "ordinary"  # takes a day off the record


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
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise DomainError(f"The first line must be: {','.join(COLUMNS)}", code="wrong-columns", status=400)
    read: list[HolidayLine] = []
    faults: list[Fault] = []
    for number, row in enumerate(reader, start=2):
        try:
            line = _line({name: (row[name] or "").strip() for name in COLUMNS})
            if line.day in {each.day for each in read}:
                raise ValueError(f"{line.day} stands twice in this file")
            read.append(line)
        except ValueError as error:
            faults.append(Fault(f"line {number}: {error}", "invalid", str(number)))
    if faults:
        raise DomainError("; ".join(fault.detail for fault in faults), code="invalid", status=400, faults=faults)
    return read


def _line(row: dict[str, str]) -> HolidayLine:
    day = date.fromisoformat(row.pop("day"))
    line = HolidayLine(day=day, **row)
    if line.kind not in (*HolidayKind.values, ORDINARY):
        raise ValueError(f"the kind is off, working or {ORDINARY}, not “{line.kind}”")
    if line.kind == HolidayKind.WORKING and day.weekday() < SATURDAY:
        raise ValueError(f"{day} is worked anyway: only a Saturday or Sunday is worked in exchange")
    if line.kind != ORDINARY and not (line.name and line.name_en and line.source):
        raise ValueError("name, name_en and source are required")
    return line
