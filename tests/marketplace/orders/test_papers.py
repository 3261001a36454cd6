"""What is printed: the packing slip and the receipt, read back from their PDFs."""

import json
import re
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from marketplace.orders import services
from marketplace.orders.collecting import amount_to_collect
from marketplace.orders.models import PaymentMethod, Recipient
from marketplace.orders.papers import Packed, draw, receipt_of, slip_of
from marketplace.orders.services import Actor
from ocop_badges.typeset import typeset
from tests.factories import AT, DAY, make_bundle, make_pack, make_producer, make_product
from tests.trade import make_order, open_shop

pytestmark = pytest.mark.django_db
AMOUNT = re.compile(r"\d[.,]\d{3}")  # every amount here has thousands
HOME = Packed(("HTX Sao Việt", "Thôn 3, Lâm Đồng", "0912000000"), ("Trần Văn Nam", "12 Trần Phú", "0912345678"))


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


def text_of(pdf: bytes) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(pdf)).pages]


def make_slip(lang: str = "vi", **fields: Any) -> str:
    pack = make_pack(make_product(name="Mật ong hoa cà phê"), price=876_543, on_hand=5, name="Lọ 500 ml")
    order = make_order((pack, 2), **fields)
    Recipient.objects.update(card="Chúc mừng năm mới!\nThương gửi.")
    fulfilment = order.fulfilments.select_related("order", "recipient").get()
    return slip_of(fulfilment, list(fulfilment.items.all()), HOME, day=DAY, lang=lang)


def test_a_slip_says_what_goes_to_whom_and_the_card_has_a_page_of_its_own() -> None:
    first, card = text_of(draw("slip", make_slip("en")))
    for words in ("Mật ong hoa cà phê", "Lọ 500 ml", "Trần Văn Nam", "0912345678", "HTX Sao Việt", "To be collected"):
        assert words in first
    assert "₫1,753,086" in first
    assert "Chúc mừng năm mới!" in card
    assert "Chúc mừng" not in first


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_gift_has_no_price_on_its_slip(lang: str) -> None:
    words = make_slip(lang, hides_prices=True, method=PaymentMethod.VIETQR)
    assert "₫" not in words
    assert json.loads(words)["has_amounts"] is False
    assert not AMOUNT.search(" ".join(text_of(draw("slip", words))))
    assert AMOUNT.search(" ".join(text_of(draw("slip", make_slip(lang)))))


def test_a_slip_shows_what_is_left_and_its_lots() -> None:
    pack = make_pack(make_product(), on_hand=9)
    pack.stock.update(lot="LÔ-7")
    order = make_order((pack, 3))
    fulfilment, item = order.fulfilments.get(), order.items.get()
    services.cancel_shortage(fulfilment_id=fulfilment.pk, counts={item.pk: 1}, at=AT)
    item.refresh_from_db()
    row = json.loads(slip_of(fulfilment, [item], HOME, day=DAY, lang="vi"))["rows"][0]
    assert (row["quantity"], row["lots"]) == ("2", ["LÔ-7 × 2"])


@pytest.mark.parametrize("greeting", ["Chúc mừng 🎉", "新年快乐"])
def test_a_card_in_signs_that_the_fonts_lack_is_printed(greeting: str) -> None:
    words = make_slip().replace("Chúc mừng năm mới!", greeting)
    assert greeting in words
    assert "Thương gửi." in text_of(draw("slip", words))[1]


def test_markup_in_a_text_stays_text() -> None:
    pack = make_pack(make_product(name='#panic("x") *đậm* $1$'), on_hand=5)
    order = make_order((pack, 1))
    Recipient.objects.update(card="#sys.inputs " + "x" * 400)
    fulfilment = order.fulfilments.get()
    words = slip_of(fulfilment, list(fulfilment.items.all()), HOME, day=DAY, lang="vi")
    assert '#panic("x") *đậm* $1$' in " ".join(text_of(draw("slip", words)))


def test_the_same_words_are_the_same_file() -> None:
    words = make_slip()
    first = draw("slip", words)
    typeset.cache_clear()
    assert draw("slip", words) == first


def test_a_receipt_sums_up_and_says_that_it_is_no_invoice() -> None:
    first, second = make_pack(make_product(), price=100_000, on_hand=5), make_pack(
        make_product(producer=make_producer(name="HTX Thứ Hai")), price=50_000, on_hand=5
    )  # fmt: skip
    order = make_order(
        (make_bundle(first, second, title="Quà Tết"), 1),
        (second, 1),
        invoice_company="Công ty Hoa Sen",
        invoice_tax_code="0100109106",
    )
    (page,) = text_of(draw("receipt", receipt_of(order, day=DAY, lang="en", payment="on delivery")))
    for words in (
        order.number,
        "Quà Tết",
        "HTX Thứ Hai",
        "Công ty Hoa Sen",
        "Tax code 0100109106",
        "This receipt is no legal e-invoice.",
        f"₫{order.total:,}",
    ):
        assert words in page


def test_a_receipt_of_a_paid_order_says_what_goes_back() -> None:
    pack = make_pack(make_product(), price=100_000, on_hand=5)
    order = make_order((pack, 2), method="vietqr")
    services.confirm_order(order_id=order.pk, at=AT)
    services.cancel_shortage(fulfilment_id=order.fulfilments.get().pk, counts={order.items.get().pk: 1}, at=AT)
    words = json.loads(receipt_of(order, day=DAY, lang="en", payment="paid"))
    assert words["refunded"][1] == "−₫100,000"


def test_a_receipt_leaves_out_what_was_never_charged() -> None:
    pack = make_pack(make_product(), price=100_000, on_hand=5)
    other = make_pack(make_product(producer=make_producer()), price=50_000, on_hand=5)
    order = make_order((pack, 2), (other, 1))
    first, second = order.fulfilments.order_by("position")
    services.cancel_shortage(fulfilment_id=first.pk, counts={first.items.get().pk: 1}, at=AT)
    services.cancel_fulfilment(fulfilment_id=second.pk, actor=Actor.OPERATOR, at=AT)
    words = json.loads(receipt_of(order, day=DAY, lang="en", payment="on delivery"))
    assert words["total"][1] == f"₫{amount_to_collect(first):,}" == f"₫{100_000 + first.shipping:,}"
    assert words["refunded"] is None


def test_a_receipt_of_an_order_that_was_never_paid_asks_for_nothing() -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 2), method="vietqr")
    order = services.cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    assert json.loads(receipt_of(order, day=DAY, lang="en", payment="cancelled"))["total"][1] == "₫0"
