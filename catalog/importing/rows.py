"""From the cells of a file to rows whose every value is known to be right by itself. No database here."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.models import OcopType
from catalog.models.fields import name_key
from ocop_badges.rules import MAX_STARS, MIN_STARS

from .cells import Cell, Record, read_records
from .faults import Fault, ImportRefused

# Every column, with the length its value may have.
COLUMNS = {
    "name": 255,
    "producer": 255,
    "producer_type": 20,
    "product_set": 60,
    "commune": 120,
    "former_district": 80,
    "former_province": 80,
    "province": 80,
    "stars": 1,
    "decision_number": 80,
    "issued_on": 10,
    "valid_until": 10,
    "issuing_authority": 200,
    "evidence": 20,
    "source": 200,
}
REQUIRED = ("name", "producer", "producer_type", "product_set", "province", "evidence")
DECISION, PRESS = "decision", "press"
MIN_YEAR, MAX_YEAR = 1990, 2100

_PARSED = frozenset({"stars", "issued_on", "valid_until"})
_STARS = {str(stars): stars for stars in range(MIN_STARS, MAX_STARS + 1)}
_YEAR = re.compile(r"[0-9]{4}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date as a source tells it: to the day, or only the year."""

    year: int
    day: date | None = None

    @property
    def earliest(self) -> date:
        return self.day or date(self.year, 1, 1)

    @property
    def latest(self) -> date:
        return self.day or date(self.year, 12, 31)

    def __str__(self) -> str:
        return self.day.isoformat() if self.day else str(self.year)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row whose values may still be wrong: those of its cells that can be read at all, each with its line."""

    values: Mapping[str, str]
    lines: Mapping[str, int]

    def fault(self, column: str, message: str) -> Fault:
        return Fault(self.lines[column], column, message)


ProductKey = tuple[str, str, str]  # folded name, folded producer, folded province


@dataclass(frozen=True, slots=True)
class Row:
    """One row. ``lines`` tells the physical line of each of its cells, ``key`` is what its product is known by."""

    lines: Mapping[str, int]
    key: ProductKey
    name: str
    producer: str
    producer_type: str
    product_set: str
    commune: str
    former_district: str
    former_province: str
    province: str
    stars: int | None
    decision_number: str
    issued_on: PartialDate | None
    valid_until: PartialDate | None
    issuing_authority: str
    evidence: str
    source: str

    @property
    def line(self) -> int:
        return self.lines["name"]

    @property
    def is_decision(self) -> bool:
        return self.evidence == DECISION

    def fault(self, column: str, message: str) -> Fault:
        return Fault(self.lines[column], column, message)

    def no_certificate_because(self) -> str | None:
        """Why this row is listed without a certificate; None for a row that makes one (only evidence grade A does)."""
        if not self.is_decision:
            return "a press report is no evidence of a certificate"
        if not self.decision_number:
            return "the decision has no number"
        if self.issued_on is None:
            return "the decision has no date"
        if self.issued_on.day is None:
            return f"only the year of the decision is known ({self.issued_on})"
        if self.valid_until is not None and self.valid_until.day is None:
            return f"only the year of its end is known ({self.valid_until})"
        return None


def read_rows(text: str) -> tuple[list[Row], list[RawRow], list[Fault]]:
    """The rows of a file that are right by themselves, all of its rows as they stand, and every fault found so far.

    Raises ``ImportRefused`` where the header leaves nothing to read.
    """
    records = read_records(text)
    header = next(records, None)
    if header is None:
        raise ImportRefused([Fault(1, "1", "the file is empty")])
    names = _read_header(header)
    rows: list[Row] = []
    raw_rows: list[RawRow] = []
    faults: list[Fault] = []
    for record in records:
        row_faults: list[Fault] = []
        raw = _read_raw(record, names, row_faults)
        row = _read_row(raw, row_faults)
        if row is not None and not row_faults:
            rows.append(row)
        raw_rows.append(raw)
        faults += row_faults
    if not raw_rows:
        faults.append(Fault(header.line, "1", "the file has a header and no row"))
    return rows, raw_rows, faults


def _read_header(header: Record) -> list[str]:
    names = [_clean(cell.text) for cell in header.cells]
    faults = [header.fault] if header.fault else []
    for number, (name, cell) in enumerate(zip(names, header.cells, strict=True), start=1):
        if fault := _unreadable(cell):
            faults.append(Fault(cell.line, str(number), fault))
        elif name not in COLUMNS:
            faults.append(Fault(cell.line, name or str(number), "this column is not known"))
        elif name in names[: number - 1]:
            faults.append(Fault(cell.line, name, "this column is there twice"))
    if len(names) == 1 and (";" in names[0] or "\t" in header.cells[0].text):
        faults = [Fault(header.line, "1", "the columns must be separated by commas")]
    else:
        faults += [Fault(header.line, name, "this column is missing") for name in COLUMNS if name not in names]
    if faults:
        raise ImportRefused(faults)
    return names


def _read_raw(record: Record, names: Sequence[str], faults: list[Fault]) -> RawRow:
    if record.fault:
        number = int(record.fault.column)
        column = names[number - 1] if number <= len(names) else str(number)
        faults.append(Fault(record.fault.line, column, record.fault.message))
    elif len(record.cells) < len(names):
        message = f"the row ends before this column: it has {len(record.cells)} cells, the header {len(names)}"
        faults.append(Fault(record.cells[-1].line, names[len(record.cells)], message))
    elif len(record.cells) > len(names):
        message = f"the row goes on after the last column: it has {len(record.cells)} cells, the header {len(names)}"
        faults.append(Fault(record.cells[len(names)].line, str(len(names) + 1), message))
    values: dict[str, str] = {}
    lines: dict[str, int] = {}
    if record.fault is None:
        for name, cell in zip(names, record.cells, strict=False):
            lines[name] = cell.line
            if fault := _unreadable(cell):
                faults.append(Fault(cell.line, name, fault))
            else:
                values[name] = _clean(cell.text)
    return RawRow(values, lines)


def _read_row(raw: RawRow, faults: list[Fault]) -> Row | None:
    """The row, where nothing is wrong with it; every fault of one cell is added to ``faults``."""
    for column, value in raw.values.items():
        if message := _wrong(column, value):
            faults.append(raw.fault(column, message))
    dates = _read_dates(raw, faults)
    stars = _read_stars(raw, faults)
    if faults:
        return None
    texts = {name: value for name, value in raw.values.items() if name not in _PARSED}
    key = name_key(texts["name"]), name_key(texts["producer"]), name_key(texts["province"])
    return Row(lines=raw.lines, key=key, stars=stars, **dates, **texts)  # type: ignore[arg-type]


def _wrong(column: str, value: str) -> str:
    if column in _PARSED:
        return ""
    if len(value) > COLUMNS[column]:
        return f"this is longer than {COLUMNS[column]} characters"
    if column in REQUIRED and not name_key(value):
        return "this must not be empty"
    if column == "producer_type" and value not in OcopType.values:
        return f"unknown type “{value}”; known are {', '.join(OcopType.values)}"
    if column == "evidence" and value not in {DECISION, PRESS}:
        return f"unknown evidence “{value}”; known are {DECISION}, {PRESS}"
    return ""


def _unreadable(cell: Cell) -> str:
    if cell.text.isprintable():
        return ""
    for character in cell.text:
        if "\ud800" <= character <= "\udfff":
            return f"this is not UTF-8 (byte 0x{ord(character) & 0xFF:02X})"
        if character == "\0":
            return "this holds a NUL character"
        if unicodedata.category(character) == "Cc" and not character.isspace():
            return f"this holds a control character (U+{ord(character):04X})"
    return ""


def _read_dates(raw: RawRow, faults: list[Fault]) -> dict[str, PartialDate | None]:
    dates: dict[str, PartialDate | None] = {}
    for column in ("issued_on", "valid_until"):
        try:
            dates[column] = read_date(raw.values.get(column, ""))
        except ValueError as error:
            faults.append(raw.fault(column, str(error)))
    start, end = dates.get("issued_on"), dates.get("valid_until")
    if start and end and end.latest < start.earliest:
        faults.append(raw.fault("valid_until", f"the end {end} is before the start {start}"))
    return dates


def read_date(text: str) -> PartialDate | None:
    """A date cell: empty, ``YYYY`` or ``YYYY-MM-DD``. Raises ``ValueError`` with the message for people."""
    if not text:
        return None
    if _YEAR.fullmatch(text):
        found = PartialDate(int(text))
    elif _DAY.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise ValueError(f"there is no day {text}") from None
        found = PartialDate(day.year, day)
    else:
        raise ValueError(f"“{text}” is neither empty nor YYYY nor YYYY-MM-DD")
    if not MIN_YEAR <= found.year <= MAX_YEAR:
        raise ValueError(f"the year of {text} is not between {MIN_YEAR} and {MAX_YEAR}")
    return found


def _read_stars(raw: RawRow, faults: list[Fault]) -> int | None:
    text = raw.values.get("stars", "")
    if text in _STARS:
        return _STARS[text]
    if text:
        faults.append(raw.fault("stars", f"“{text}” stars; only 3, 4 or 5 have a certificate"))
    elif "stars" in raw.values and raw.values.get("evidence") == DECISION:
        faults.append(raw.fault("stars", "a decision says how many stars"))
    return None


def _clean(text: str) -> str:
    """Composed letters, single spaces, nothing invisible: what makes two spellings look alike."""
    text = unicodedata.normalize("NFC", text)
    if not text.isprintable():
        text = "".join(character for character in text if unicodedata.category(character) != "Cf")
    return " ".join(text.split())
