"""VietQR codes: equal to published ones, read back from their picture, refused where they would mislead."""

import re
from io import BytesIO
from typing import Any

import pytest
import segno
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw

from marketplace.orders.numbers import new_order_number
from marketplace.payments.vietqr_payload import crc16, field, payload, read, seal
from marketplace.payments.vietqr_picture import picture

from .vietqr_vectors import NAPAS, PAY_JS, SUBIZ


@pytest.mark.parametrize(("bank", "account", "amount", "purpose", "expected"), [*PAY_JS, *SUBIZ])
def test_payloads_are_those_that_others_published(
    bank: str, account: str, amount: int | None, purpose: str, expected: str
) -> None:
    assert payload(bank_bin=bank, account=account, amount=amount, purpose=purpose) == expected


@pytest.mark.parametrize("published", NAPAS)
def test_fields_and_checksum_are_those_of_the_specifications_examples(published: str) -> None:
    fields = read(published)
    assert seal(published[:-8]) == published
    assert fields["38"] == field("00", "A000000727") + field("01", read(fields["38"])["01"]) + field(
        "02", read(fields["38"])["02"]
    )
    assert "".join(field(tag, value) for tag, value in fields.items()) == published


def test_the_specifications_transfer_to_an_account_differs_from_ours_by_its_bill_number_only() -> None:
    ours = payload(bank_bin="970403", account="0011012345678", amount=180_000, purpose="thanh toan don hang")
    ours_fields, theirs = read(ours), read(NAPAS[1])
    assert {tag for tag in theirs if theirs[tag] != ours_fields[tag]} == {"62", "63"}
    assert read(theirs["62"]) == {"01": "NPS6869", **read(ours_fields["62"])}


def test_the_checksum_is_the_named_one() -> None:
    """Check value of CRC-16/CCITT-FALSE (CRC-16/IBM-3740 in the catalogue of parametrised CRC algorithms)."""
    assert crc16(b"123456789") == 0x29B1


@pytest.mark.parametrize(
    "wrong",
    [
        {"bank_bin": "97040"},
        {"bank_bin": "97040x"},
        {"account": ""},
        {"account": "1" * 20},
        {"account": "12 34"},
        {"amount": 0},
        {"amount": -1},
        {"amount": 10**13},
    ],
)
def test_it_refuses_what_would_lead_money_elsewhere(wrong: dict[str, Any]) -> None:
    usual: dict[str, Any] = {"bank_bin": "970400", "account": "0123456789", "amount": 1}
    payload(**usual)
    with pytest.raises(ValueError):
        payload(**{**usual, **wrong})


@given(
    amount=st.integers(1, 10**13 - 1),
    account=st.from_regex(r"[0-9A-Z]{1,19}", fullmatch=True),
    purpose=st.text(max_size=60),
)
def test_whatever_is_asked_for_can_be_read_again(amount: int, account: str, purpose: str) -> None:
    text = payload(bank_bin="970436", account=account, amount=amount, purpose=purpose)
    fields = read(text)
    assert text.isascii()
    assert seal(text[:-8]) == text
    assert fields["54"] == str(amount)
    assert read(read(fields["38"])["01"])["01"] == account
    assert len(read(fields.get("62", ""))["08"] if "62" in fields else "") <= 25


def rastered(svg: str, *, scale: int = 6) -> Image.Image:
    """The picture of an SVG that segno drew: a white ground and one path of strokes, each a run of dark modules."""
    (size,) = map(int, re.findall(r'viewBox="0 0 (\d+) \d+"', svg))
    (dark,) = re.findall(r'class="qrline" stroke="#000" d="([^"]+)"', svg)
    image = Image.new("L", (size * scale, size * scale), 255)
    draw = ImageDraw.Draw(image)
    x = y = 0.0
    for command, numbers in re.findall(r"([MmHh])([^MmHh]*)", dark):
        values = [float(number) for number in re.findall(r"-?\d*\.?\d+", numbers)]
        match command:
            case "M":
                x, y = values
            case "m":
                x, y = x + values[0], y + values[1]
            case "h":
                top = (y - 0.5) * scale
                draw.rectangle((x * scale, top, (x + values[0]) * scale - 1, top + scale - 1), fill=0)
                x += values[0]
    return image


def test_our_picture_is_read_back_by_a_scanner() -> None:
    for amount in (1, 218_000, 99_999_999):
        text = payload(bank_bin="970436", account="0011001932418", amount=amount, purpose=new_order_number())
        (found,) = zxingcpp.read_barcodes(rastered(picture(text, title="Mã VietQR")))
        assert found.text == text
        assert found.format == zxingcpp.BarcodeFormat.QRCode


def test_the_svg_draws_the_very_code_that_a_png_of_it_has() -> None:
    text = payload(bank_bin="970436", account="0011001932418", amount=5, purpose="OC2345678923")
    png = BytesIO()
    segno.make_qr(text, error="m", boost_error=False).save(png, kind="png", scale=6, border=4)
    with Image.open(png) as expected:
        assert rastered(picture(text, title="x")).tobytes() == expected.convert("L").tobytes()


def test_the_picture_says_what_it_is_and_is_the_same_each_time() -> None:
    svg = picture("x", title="Mã <VietQR>", description="Chuyển 218.000 đ & chờ")
    assert svg == picture("x", title="Mã <VietQR>", description="Chuyển 218.000 đ & chờ")
    assert svg.startswith('<svg role="img" ')
    assert "<title>Mã &lt;VietQR&gt;</title><desc>Chuyển 218.000 đ &amp; chờ</desc>" in svg
