"""Tables that people upload: CSV or XLSX to lines of text, whatever a spreadsheet made of them."""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils.exceptions import InvalidFileException

from ocop_badges.errors import DomainError

MAX_BYTES = 2 * 1024 * 1024
MAX_UNPACKED = 40 * 1024 * 1024
MAX_LINES = 1_000
MAX_ROWS = 20 * MAX_LINES  # of a sheet, the empty ones that a spreadsheet keeps included
MAX_CELL = 2_000  # characters
# What a file that only looks like a workbook makes its reader raise.
_UNREADABLE = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, IndexError, TypeError, SyntaxError, OSError,
    AttributeError, EOFError, RuntimeError, ArithmeticError, zlib.error,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the table. ``number`` is the one that the spreadsheet shows; the heading has 1."""

    number: int
    cells: dict[str, str]


def read_lines(content: bytes, *, columns: tuple[str, ...], required: tuple[str, ...]) -> list[Line]:
    """The lines below the heading, empty ones left out. Raises ``DomainError`` where it is no such table."""
    if not content:
        raise _bad(_("This file is empty."))
    if len(content) > MAX_BYTES:
        raise _bad(_("This file has more than 2 MB."))
    rows = _xlsx(content) if content.startswith(b"PK") else _csv(content)
    try:
        heading = [cell.strip().lower() for cell in next(rows, [])]
        _check_heading(heading, columns, required)
        lines: list[Line] = []
        for number, row in enumerate(rows, start=2):
            if any(len(cell) > MAX_CELL for cell in row):
                raise _bad(_("Line %(line)s has a cell that is too long.") % {"line": number})
            if any(ILLEGAL_CHARACTERS_RE.search(cell) for cell in row):
                raise _bad(_("Line %(line)s has a control character, which cannot be seen.") % {"line": number})
            if not any(cell.strip() for cell in row):
                continue
            if len(lines) == MAX_LINES:
                raise _bad(_("This file has more than %(limit)s lines: split it.") % {"limit": MAX_LINES})
            if any(cell.strip() for cell in row[len(heading) :]):
                raise _bad(_("Line %(line)s has more cells than the heading.") % {"line": number})
            lines.append(Line(number, {name: cell.strip() for name, cell in zip(heading, row, strict=False) if name}))
    except csv.Error as error:
        raise _bad(_("This is no CSV file that can be read: %(why)s") % {"why": error}) from None
    if not lines:
        raise _bad(_("This file has no line below its heading."))
    return lines


def _check_heading(heading: list[str], columns: tuple[str, ...], required: tuple[str, ...]) -> None:
    named = [name for name in heading if name]
    if missing := [name for name in required if name not in named]:
        raise _bad(_("Columns are missing from the first line: %(names)s") % {"names": ", ".join(missing)})
    if unknown := [name[:40] for name in named if name not in columns]:
        raise _bad(_("Unknown columns: %(names)s") % {"names": ", ".join(unknown)})
    if len(set(named)) < len(named):
        raise _bad(_("A column stands there twice."))


def _csv(content: bytes) -> Iterator[list[str]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _bad(_("Save the file as CSV UTF-8 or as XLSX: it is in another encoding.")) from None
    if "\x00" in text:
        raise _bad(_("This is neither a CSV nor an XLSX file."))
    first = text.split("\n", 1)[0]
    delimiter = ";" if first.count(";") > first.count(",") else ","
    yield from csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)


def _xlsx(content: bytes) -> Iterator[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as parts:
            if sum(part.file_size for part in parts.infolist()) > MAX_UNPACKED:
                raise _bad(_("This workbook unpacks to too much."))
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        sheet = book.worksheets[0]
        for number, row in enumerate(sheet.iter_rows(values_only=True, max_col=60)):
            if number > MAX_ROWS:
                raise _bad(_("This sheet has too many lines, even if most are empty: delete those below the table."))
            yield [_text(value) for value in row]
    except _UNREADABLE:
        raise _bad(_("This workbook does not open.")) from None


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _bad(detail: str) -> DomainError:
    return DomainError(detail, code="bad-file", status=400)
