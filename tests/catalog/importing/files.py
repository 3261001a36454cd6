"""CSV files made from a good row, each differing from it by what a test is about."""

import csv
from collections.abc import Iterable
from io import StringIO
from typing import Any

from catalog.importing.importer import import_products
from catalog.importing.report import Report
from catalog.importing.rows import COLUMNS
from tests.factories import AT, DAY

GOOD = {
    "name": "Mắc ca Lê Anh",
    "producer": "Hợp tác xã Long Việt",
    "producer_type": "cooperative",
    "product_set": "che-bien-tu-rau-cu-qua-hat",
    "commune": "xã Quảng Trực",
    "former_district": "Tuy Đức",
    "former_province": "Đắk Nông",
    "province": "Lâm Đồng",
    "stars": "4",
    "decision_number": "858/QĐ-UBND",
    "issued_on": "2025-06-19",
    "valid_until": "2028-06-19",
    "issuing_authority": "UBND tỉnh Đắk Nông",
    "evidence": "decision",
    "source": "Lâm Đồng OCOP decisions",
}
PRESS = {**GOOD, "evidence": "press", "decision_number": "", "issued_on": "2022", "valid_until": ""}


def row(**cells: str) -> dict[str, str]:
    return {**GOOD, **cells}


def press(**cells: str) -> dict[str, str]:
    return {**PRESS, **cells}


def csv_text(*rows: dict[str, str], columns: Iterable[str] = COLUMNS) -> str:
    output = StringIO()
    writer = csv.DictWriter(output, list(columns), extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return output.getvalue()


def take(*rows: dict[str, str], **options: Any) -> Report:
    return import_products(content=csv_text(*rows).encode(), **{"at": AT, "day": DAY, **options})
