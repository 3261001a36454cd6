"""A CSV file for each seller, as accountants read it into the software of a licensed provider."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from marketplace.invoices.models import Invoice, InvoiceKind
from marketplace.invoices.ports import ProviderUnavailable
from marketplace.settlement.private_files import write_private
from ocop_badges.downloads import safe_cell

# Column names of the import forms of the usual software, whatever language the shop is read in.
COLUMNS = (
    "Số chứng từ", "Ngày", "Loại", "Điều chỉnh cho", "Mã đơn hàng", "Tên người bán", "MST người bán",
    "Địa chỉ người bán", "Tên người mua", "Đơn vị mua", "MST người mua", "Địa chỉ người mua", "Email người mua",
    "Hình thức thanh toán", "Mã hàng", "Tên hàng", "Số lượng", "Thành tiền",
)  # fmt: skip
_KINDS = {InvoiceKind.SALE: "Hóa đơn bán hàng", InvoiceKind.ADJUSTMENT: "Điều chỉnh giảm"}
_METHODS = {"cod": "TM", "vietqr": "CK", "stripe": "CK"}


class FileExport:
    """Writes ``{seller}-{first number}-{last number}.csv`` into a folder; the same invoices are the same file."""

    code = "file"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def issue(self, invoices: Sequence[Invoice]) -> Mapping[int, str]:
        if not invoices:
            return {}
        numbers = [invoice.number for invoice in invoices]
        name = f"{invoices[0].producer.public_id}-{min(numbers):06}-{max(numbers):06}.csv"
        self._write(name, text_of(invoices))
        return {invoice.pk: name for invoice in invoices}

    def _write(self, name: str, text: str) -> None:
        """Whole or not at all, for its owner only: it names buyers."""
        try:
            write_private(self._folder / name, text.encode("utf-8-sig"))
        except OSError as error:
            raise ProviderUnavailable(f"The folder {self._folder} cannot be written: {error}") from error


def text_of(invoices: Sequence[Invoice]) -> str:
    """The file: a row for each line of an invoice; amounts of adjustments below zero."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for invoice in invoices:
        writer.writerows(_rows(invoice))
    return out.getvalue()


def _rows(invoice: Invoice) -> Iterator[list[str]]:
    sign = -1 if invoice.kind == InvoiceKind.ADJUSTMENT else 1
    head = [
        _number(invoice),
        invoice.drawn_up_on.isoformat(),
        _KINDS[InvoiceKind(invoice.kind)],
        _number(invoice.adjusts) if invoice.adjusts is not None else "",
        invoice.order.number,
        *map(
            safe_cell,
            (
                invoice.seller_name,
                invoice.seller_tax_code,
                invoice.seller_address,
                invoice.buyer_name,
                invoice.buyer_company,
                invoice.buyer_tax_code,
                invoice.buyer_address,
                invoice.buyer_email,
            ),
        ),
        _METHODS.get(invoice.payment_method, ""),
    ]
    for line in sorted(invoice.lines.all(), key=lambda line: line.position):
        yield [*head, safe_cell(line.sku), safe_cell(line.name), str(sign * line.quantity), str(sign * line.amount)]
    if invoice.shipping:
        yield [*head, "", "Phí giao hàng", str(sign), str(sign * invoice.shipping)]


def _number(invoice: Invoice) -> str:
    return f"{invoice.number:06}"
