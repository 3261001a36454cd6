"""The register as a file: CSV for spreadsheets and JSON Lines for programs, line by line."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from io import StringIO
from typing import Any

from .certificate_lines import Line

CSV, JSON_LINES, NDJSON = "text/csv", "application/jsonl", "application/x-ndjson"
CONTENT_TYPES = {CSV: "text/csv; charset=utf-8; header=present", JSON_LINES: JSON_LINES, NDJSON: NDJSON}
SUFFIXES = {CSV: "csv", JSON_LINES: "jsonl", NDJSON: "jsonl"}
VERSION = 1  # raised whenever the same certificates make another file

# The columns of the CSV: name, and where a line has it.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "id": ("id",),
    "stars": ("stars",),
    "decision_number": ("decision_number",),
    "issuing_authority": ("issuing_authority",),
    "issued_on": ("issued_on",),
    "valid_from": ("valid_from",),
    "valid_until": ("valid_until",),
    "status": ("status",),
    "status_since": ("status_since",),
    "product_id": ("product", "id"),
    "product_slug": ("product", "slug"),
    "product_name": ("product", "name"),
    "producer_slug": ("producer", "slug"),
    "producer_name": ("producer", "name"),
    "province_code": ("province", "code"),
    "province_name": ("province", "name"),
    "url": ("url",),
    "verify": ("verify",),
}

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def file_of(media_type: str, batches: Iterable[Iterable[Line]]) -> Iterator[bytes]:
    """The file with these lines, a piece for each batch. UTF-8 without a byte order mark; CSV by RFC 4180, with a
    header.
    """
    return _as_csv(batches) if media_type == CSV else _as_json_lines(batches)


def safe_cell(value: Any) -> str:
    """A value as a cell that no spreadsheet takes for a formula: such text gets an apostrophe in front."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def _as_csv(batches: Iterable[Iterable[Line]]) -> Iterator[bytes]:
    yield _rows([COLUMNS])
    for batch in batches:
        yield _rows([safe_cell(_at(line, path)) for path in COLUMNS.values()] for line in batch)


def _as_json_lines(batches: Iterable[Iterable[Line]]) -> Iterator[bytes]:
    for batch in batches:
        yield "".join(f"{_encode(line)}\n" for line in batch).encode()


def _rows(rows: Iterable[Iterable[str]]) -> bytes:
    text = StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _at(line: Line, path: tuple[str, ...]) -> Any:
    value: Any = line
    for name in path:
        value = value[name]
    return value
