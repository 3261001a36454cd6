"""Money, numbers, days and addresses as each language writes them."""

from datetime import date
from decimal import Decimal

import pytest
from django.utils.translation import override

from catalog import wording
from catalog.templatetags import shop


@pytest.mark.parametrize(
    ("amount", "vietnamese", "english"),
    [(0, "0\u00a0₫", "₫0"), (999, "999\u00a0₫", "₫999"), (120_000, "120.000\u00a0₫", "₫120,000"),
     (1_234_567_000, "1.234.567.000\u00a0₫", "₫1,234,567,000"),
     (-19_200, "−19.200\u00a0₫", "−₫19,200"), (None, "", "")],
)  # fmt: skip
def test_it_writes_money(amount: int | None, vietnamese: str, english: str) -> None:
    with override("vi"):
        assert wording.money(amount) == vietnamese
    with override("en"):
        assert wording.money(amount) == english


@pytest.mark.parametrize(
    ("value", "vietnamese", "english"),
    [
        ("500.000", "500", "500"),
        ("0.250", "0,25", "0.25"),
        ("1061.5", "1.061,5", "1,061.5"),
        ("1E+3", "1.000", "1,000"),
    ],
)
def test_it_writes_quantities(value: str, vietnamese: str, english: str) -> None:
    with override("vi"):
        assert wording.decimal(Decimal(value)) == vietnamese
        assert wording.net_content(Decimal(value), "kg") == f"{vietnamese} kg"
    with override("en"):
        assert wording.decimal(Decimal(value)) == english


def test_it_names_the_unit_of_pieces() -> None:
    with override("vi"):
        assert wording.net_content(Decimal(6), "piece") == "6 cái"
        assert wording.net_content(Decimal(6), "") == "6"


def test_it_writes_seasons() -> None:
    with override("vi"):
        assert wording.month_to(10, 1) == "tháng 10 – tháng 1"
        assert wording.month_to(5, 5) == "tháng 5"
    with override("en"):
        assert wording.month_to(10, 1) == "October – January"


def test_it_writes_days() -> None:
    for value in (date(2028, 6, 19), "2028-06-19"):
        with override("vi"):
            assert shop.day(value) == "19/06/2028"
        with override("en"):
            assert shop.day(value) == "19 June 2028"
    assert shop.day(None) == ""


@pytest.mark.parametrize(
    ("path", "vietnamese", "english"),
    [
        ("/", "/", "/en/"),
        ("/en/", "/", "/en/"),
        ("/en", "/", "/en/"),
        ("/products/", "/products/", "/en/products/"),
        ("/en/products/", "/products/", "/en/products/"),
        ("/english-tea/", "/english-tea/", "/en/english-tea/"),
        ("https://elsewhere.example/", "https://elsewhere.example/", "https://elsewhere.example/"),
    ],
)
def test_it_puts_a_path_into_a_language(path: str, vietnamese: str, english: str) -> None:
    assert shop.path_in(path, "vi") == vietnamese
    assert shop.path_in(path, "en") == english


@pytest.mark.parametrize(
    ("phone", "link"), [("0905 123 456", "0905123456"), ("+84 (905) 123-456", "+84905123456"), ("javascript:1", "1")]
)
def test_it_makes_a_telephone_number_dialable(phone: str, link: str) -> None:
    assert shop.phone_link(phone) == link


def test_linked_data_cannot_leave_its_element() -> None:
    html = shop.json_ld([{"name": "</script><!--\u2028&"}])

    assert html.count("<") == 2
    assert "\\u003c/script\\u003e" in html
    assert "\u2028" not in html
