"""Tables of money as CSV files that a spreadsheet opens and never takes for a formula."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO
from typing import Any

from ocop_badges.downloads import safe_cell

_BYTE_ORDER_MARK = "\ufeff"  # without it Excel takes Vietnamese for Windows-1252


def as_csv(rows: Iterable[Sequence[Any]]) -> bytes:
    """UTF-8 with a byte order mark. Numbers stay numbers, below zero too; text gets harmless."""
    text = StringIO(_BYTE_ORDER_MARK, newline="")
    text.seek(0, 2)
    writer = csv.writer(text)
    for row in rows:
        writer.writerow([safe_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return text.getvalue().encode()
