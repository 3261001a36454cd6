"""A list of communes as a CSV file: ``province,code,kind,name``, one unit a line, named by the day it holds from."""

import csv
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import catalog
from catalog.models import CommuneKind, Province
from ocop_badges.errors import DomainError, Fault

COLUMNS = ("province", "code", "kind", "name")
# The lists that come with the shop, oldest first. Where they are from: catalog/data/README.md.
OWN_LISTS = tuple(sorted((Path(catalog.__file__).parent / "data").glob("communes-*.csv")))

_CODE = re.compile(r"[0-9]{5}")
_DAY = re.compile(r"-(\d{4}-\d{2}-\d{2})$")
_MAX_NAME = 100


@dataclass(frozen=True, slots=True)
class CommuneLine:
    """A unit of the list. ``name`` holds the kind's word too: "xã Ninh Gia"."""

    province: Province
    code: str
    kind: CommuneKind
    name: str


def day_of_file(path: Path) -> date:
    """The day a list holds from, which ends its file's name. Raises ``DomainError`` where it does not."""
    found = _DAY.search(path.stem)
    try:
        return date.fromisoformat(found[1] if found else "")
    except ValueError:
        detail = f"the name of {path.name} does not end in the list's first day, as in communes-2025-07-01.csv"
        raise DomainError(detail, code="no-day", status=400) from None


def read_communes(lines: Iterable[str]) -> list[CommuneLine]:
    """The units of a file. Raises ``DomainError`` with a fault for every line that cannot be taken."""
    reader = csv.DictReader(lines)
    if tuple(reader.fieldnames or ()) != COLUMNS:
        raise DomainError(f"The first line must be: {','.join(COLUMNS)}", code="wrong-columns", status=400)
    provinces = {province.code: province for province in Province.objects.all()}
    read: list[CommuneLine] = []
    faults: list[Fault] = []
    codes: set[str] = set()
    names: set[tuple[str, str]] = set()
    for row in reader:
        number = reader.line_num
        try:
            if None in row:
                raise ValueError(f"more than {len(COLUMNS)} values; a name with a comma stands in quotes")
            line = _line({name: " ".join((row[name] or "").split()) for name in COLUMNS}, provinces)
            name = (line.province.code, line.name.casefold())
            if line.code in codes or name in names:
                raise ValueError(f"{line.code} {line.name} stands twice in this file")
            codes.add(line.code)
            names.add(name)
            read.append(line)
        except ValueError as error:
            faults.append(Fault(f"line {number}: {error}", "invalid", str(number)))
    if not read and not faults:
        faults.append(Fault("the file names no unit", "empty"))
    if faults:
        raise DomainError("; ".join(fault.detail for fault in faults), code="invalid", status=400, faults=faults)
    return read


def _line(row: dict[str, str], provinces: Mapping[str, Province]) -> CommuneLine:
    if row["province"] not in provinces:
        raise ValueError(f"unknown province “{row['province']}”")
    if not _CODE.fullmatch(row["code"]):
        raise ValueError(f"a code has five digits, not “{row['code']}”")
    if row["kind"] not in CommuneKind.values:
        raise ValueError(f"the kind is {', '.join(CommuneKind.values)}, not “{row['kind']}”")
    if not row["name"] or len(row["name"]) > _MAX_NAME:
        raise ValueError(f"a name has 1 to {_MAX_NAME} characters")
    kind = CommuneKind(row["kind"])
    return CommuneLine(provinces[row["province"]], row["code"], kind, f"{kind.word} {row['name']}")
