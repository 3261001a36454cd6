"""CSV (RFC 4180) where every cell knows its line, so that a fault can be found again in an editor."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .faults import Fault, ImportRefused

_PLAIN = re.compile(r"[^,\r\n]*")
_QUOTED = re.compile(r'"((?:[^"]|"")*+)"')
_LINE_END = re.compile(r"\r\n|\r|\n")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
_BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Cell:
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class Record:
    """One row of cells. ``fault`` says why the rest of it could not be read; ``column`` of a fault is a number."""

    cells: list[Cell]
    fault: Fault | None = None

    @property
    def line(self) -> int:
        return self.cells[0].line


def decode(content: bytes) -> str:
    """The text of a file, bytes that are no UTF-8 kept as lone surrogates: the cells they stand in are told later."""
    if content.startswith(_UTF16):
        raise ImportRefused([Fault(1, "1", "this file is UTF-16; save it as UTF-8")])
    return content.removeprefix(_BOM).decode("utf-8", errors="surrogateescape")


def read_records(text: str) -> Iterator[Record]:
    """The records of a file, its header first; blank lines are passed over."""
    at, line = 0, 1
    while at < len(text):
        record, at, line = _read_record(text, at, line)
        if record.fault or len(record.cells) > 1 or record.cells[0].text.strip():
            yield record


def _read_record(text: str, at: int, line: int) -> tuple[Record, int, int]:
    cells: list[Cell] = []
    while True:
        if text.startswith('"', at):
            match = _QUOTED.match(text, at)
            if match is None:
                fault = Fault(line, str(len(cells) + 1), "a quote is opened here and never closed")
                return Record([*cells, Cell("", line)], fault), len(text), line
            cells.append(Cell(match[1].replace('""', '"'), line))
            line += len(_LINE_END.findall(match[0]))
        else:
            match = _PLAIN.match(text, at)
            cells.append(Cell(match[0] if match else "", line))
        at = match.end() if match else at
        if text.startswith(",", at):
            at += 1
            continue
        end = _LINE_END.match(text, at)
        if end is not None:
            return Record(cells), end.end(), line + 1
        if at >= len(text):
            return Record(cells), at, line
        fault = Fault(line, str(len(cells)), "there is text after the closing quote; write a quote inside a cell twice")
        rest = _LINE_END.search(text, at)
        return Record(cells, fault), rest.end() if rest else len(text), line + 1
