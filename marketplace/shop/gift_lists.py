"""Recipients by CSV: read, checked line by line, kept whole or not at all."""

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from catalog.search.folding import fold
from marketplace.orders import services
from marketplace.orders.models import Cart
from marketplace.orders.rules import MAX_LINE_QUANTITY, MAX_RECIPIENTS
from marketplace.shop.models import GiftList
from marketplace.shop.places import Places
from marketplace.shop.rules import KEEP_GIFT_LISTS
from marketplace.shop.serializers import RecipientInput
from ocop_badges.errors import DomainError

MAX_BYTES = 500_000
COLUMNS = ("name", "phone", "province", "commune", "street", "card", "deliver_on", "quantity")
NEEDED = ("name", "phone", "province", "commune", "street")
# What the columns are called, in the order above, in the languages other than English.
_HEADINGS = {"vi": ("Họ tên", "Điện thoại", "Tỉnh", "Xã/Phường", "Địa chỉ", "Thiệp", "Ngày giao", "Số lượng")}
# What they may be called besides, without case and accents.
_ALSO = {
    "ho ten": "name", "ho va ten": "name", "nguoi nhan": "name", "ten": "name",
    "dien thoai": "phone", "so dien thoai": "phone", "sdt": "phone",
    "tinh": "province", "tinh thanh": "province", "tinh/thanh pho": "province",
    "xa": "commune", "xa phuong": "commune", "xa/phuong": "commune", "phuong": "commune",
    "dia chi": "street", "so nha": "street", "duong": "street",
    "thiep": "card", "loi chuc": "card", "ngay giao": "deliver_on", "so luong": "quantity",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong in a line of the file, counted from 1 with its heading; 0: in the file as a whole."""

    line: int
    detail: str


class BadList(Exception):
    """A file that cannot be taken; everything that is wrong with it."""

    def __init__(self, faults: Iterable[LineFault]) -> None:
        self.faults = list(faults)
        super().__init__(f"{len(self.faults)} faults")


def headings() -> dict[str, str]:
    """What to call each of ``COLUMNS``, in the language at hand."""
    return dict(zip(COLUMNS, _HEADINGS.get(get_language() or "", COLUMNS), strict=True))


def read_recipients(content: bytes, *, on: date) -> list[dict[str, Any]]:
    """The rows of a file, checked. Raises ``BadList`` with every fault there is."""
    rows, faults = [], []
    places = Places(on=on)
    called, lines = _lines(content)
    for line, values in lines:
        try:
            rows.append(_checked(values, called, places, on=on))
        except _Wrong as wrong:
            faults += [LineFault(line, detail) for detail in wrong.details]
    if faults:
        raise BadList(faults)
    if not rows:
        raise BadList([LineFault(0, _("There is no recipient in this file."))])
    return rows


@transaction.atomic
def keep_gift_list(*, cart: Cart, rows: list[dict[str, Any]], at: datetime, on: date) -> GiftList:
    """Let these recipients get the one gift in the cart, whose quantity becomes the sum of theirs.

    Raises ``DomainError``: ``not-one-gift`` (409), and what ``change_line`` raises.
    """
    lines = list(cart.lines.in_order())
    if len(lines) != 1:
        raise DomainError(_("A list of recipients is for a cart with one gift in it."), code="not-one-gift")
    wanted = sum(row["quantity"] for row in rows)
    services.change_line(cart_id=cart.pk, line_id=lines[0].pk, quantity=wanted, at=at, on=on)
    kept, _made = GiftList.objects.update_or_create(cart=cart, defaults={"rows": rows, "created_at": at})
    return kept


def drop_gift_list(*, cart: Cart) -> None:
    GiftList.objects.filter(cart=cart).delete()


def prune_gift_lists(*, at: datetime) -> int:
    """Forget the recipients of gifts that nobody ordered for long; returns how many lists there were."""
    gone, _by_model = GiftList.objects.filter(created_at__lt=at - KEEP_GIFT_LISTS).delete()
    return gone


class _Wrong(Exception):
    def __init__(self, details: list[str]) -> None:
        self.details = details


def _lines(content: bytes) -> tuple[Mapping[str, str], list[tuple[int, Mapping[str, str]]]]:
    """What the file calls each column; number and values of every line that is not empty."""
    if len(content) > MAX_BYTES:
        raise BadList([LineFault(0, _("The file is larger than {size} kB.").format(size=MAX_BYTES // 1000))])
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadList([LineFault(0, _("The file is not in UTF-8. Save it as “CSV UTF-8”."))]) from None
    if "\x00" in text:
        raise BadList([LineFault(0, _("This is no CSV file."))])
    heading = text.partition("\n")[0]
    separator = max(",;\t", key=heading.count)
    try:
        found = [
            (number, row)
            for number, row in _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
            if any(value.strip() for value in row)
        ]
    except csv.Error:
        raise BadList([LineFault(0, _("This is no CSV file."))]) from None
    if not found:
        raise BadList([LineFault(0, _("The file is empty."))])
    names = [_column(name) for name in found[0][1]]
    if missing := [name for name in NEEDED if name not in names]:
        names_missing = ", ".join(headings()[name] for name in missing)
        detail = _("The first line names the columns; missing: {names}.").format(names=names_missing)
        raise BadList([LineFault(found[0][0], detail)])
    if len(found) - 1 > MAX_RECIPIENTS:
        raise BadList([LineFault(0, _("At most {most} recipients for one order.").format(most=MAX_RECIPIENTS))])
    called = dict(zip(names, (name.strip() for name in found[0][1]), strict=True))
    return called, [(number, dict(zip(names, row, strict=False))) for number, row in found[1:]]


def _numbered(reader: Any) -> Iterable[tuple[int, list[str]]]:
    """Each row with the line of the file it begins in: a quoted value may go over several."""
    begins = 1
    for row in reader:
        yield begins, row
        begins = reader.line_num + 1


def _column(name: str) -> str:
    plain = " ".join(fold(name).split())
    return _ALSO.get(plain, plain)


def _checked(values: Mapping[str, str], called: Mapping[str, str], places: Places, *, on: date) -> dict[str, Any]:
    """A row as it is kept. Raises ``_Wrong``, which names the columns as the file does."""
    given = {name: values.get(name, "").strip() for name in COLUMNS}
    province = places.province(given["province"])
    row = {
        "name": given["name"],
        "phone": given["phone"],
        "address": {
            "province": province.code if province else given["province"][:2] or "?",
            "commune": given["commune"],
            "street": given["street"],
        },
        "card": given["card"],
        "deliver_on": _iso_day(given["deliver_on"]),
    }
    form = RecipientInput(data={**row, "lines": [1]}, context={"on": on, "places": places})
    details = [] if form.is_valid() else [f"{called.get(name, name)}: {text}" for name, text in _told(form.errors)]
    quantity = given["quantity"] or "1"
    is_number = quantity.isascii() and quantity.isdigit() and len(quantity) <= 6
    if not is_number or not 1 <= int(quantity) <= MAX_LINE_QUANTITY:
        text = _("a whole number from 1 to {most}.").format(most=MAX_LINE_QUANTITY)
        details.append(f"{called.get('quantity', 'quantity')}: {text}")
    if details:
        raise _Wrong(details)
    return {**row, "phone": form.validated_data["phone"], "quantity": int(quantity)}


def _told(errors: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for name, found in errors.items():
        if isinstance(found, Mapping):
            yield from _told(found)
        else:
            yield name, str(found[0])


def _iso_day(text: str) -> str | None:
    """A day as written in Vietnam or in ISO 8601, as the latter; what is neither is left for the check to refuse."""
    parts = text.replace(".", "/").replace("-", "/").split("/")
    if len(parts) == 3 and len(parts[2]) == 4 and all(part.isdigit() for part in parts):
        return f"{parts[2]}-{parts[1]:0>2}-{parts[0]:0>2}"
    return text or None
