"""Certificates as lines of a table that a spreadsheet opens and never takes for a formula."""

import csv
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from ocop_badges import subjects
from ocop_badges.downloads import safe_cell
from ocop_badges.models.certificates import CertificateQuerySet
from ocop_badges.rules import Status

from .wording import LAPSED

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHUNK = 1_000
_COLUMNS = (
    ("public_id", "public_id"),
    ("product", "product__slug"),
    ("product_name", f"product__{subjects.PRODUCT_NAME}"),
    ("producer", f"product__{subjects.PRODUCER_NAME}"),
    ("product_set", f"product__{subjects.PRODUCT_SET_NAME}"),
    ("province", "product__province__name"),
    ("commune", f"product__{subjects.COMMUNE_NAME}"),
    ("stars", "stars"),
    ("score", "score"),
    ("status", "status"),
    ("decision_number", "decision_number"),
    ("authority", "authority"),
    ("issuing_authority", "issuing_authority"),
    ("issued_on", "issued_on"),
    ("valid_from", "valid_from"),
    ("valid_until", "valid_until"),
    ("last_day", "effective_until"),
    ("renewed", "is_renewed"),
)
HEADINGS = tuple(name for name, _lookup in _COLUMNS)
_STATUS, _RENEWED = HEADINGS.index("status"), HEADINGS.index("renewed")


def lines_of(certificates: CertificateQuerySet) -> Iterator[list[Any]]:
    """The heading, then a line for each certificate of ``filters.find``, read a chunk at a time."""
    yield list(HEADINGS)
    for row in certificates.values_list(*(lookup for _name, lookup in _COLUMNS)).iterator(CHUNK):
        line = list(row)
        if line[_STATUS] == Status.EXPIRED and not line[_RENEWED]:
            line[_STATUS] = LAPSED
        line[_RENEWED] = "yes" if line[_RENEWED] else ""
        yield [harmless(value) for value in line]


def harmless(value: Any) -> Any:
    """A cell that no spreadsheet computes: text that would begin a formula gets an apostrophe before it.

    Control characters go: no workbook holds them.
    """
    return safe_cell(ILLEGAL_CHARACTERS_RE.sub("", value)) if isinstance(value, str) else value


class _Echo:
    def write(self, text: str) -> str:
        return text


def as_csv(lines: Iterable[list[Any]]) -> Iterator[str]:
    """CSV with a byte order mark, so that spreadsheets read it as UTF-8; a line at a time."""
    writer = csv.writer(_Echo())
    yield "\ufeff"
    for line in lines:
        yield writer.writerow(line)


def as_xlsx(lines: Iterable[list[Any]]) -> IO[bytes]:
    """A workbook of one sheet, in a temporary file that goes when it is closed."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_("Certificates"))
    for line in lines:
        sheet.append(line)
    file = TemporaryFile()  # noqa: SIM115 - the response closes it
    book.save(file)
    file.seek(0)
    return file
