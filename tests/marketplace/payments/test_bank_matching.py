"""The order's number is found in whatever banks make of a message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.orders.numbers import ALPHABET, new_order_number
from marketplace.payments.bank_matching import find_numbers

NUMBER = "OC23456BCDFG"


@pytest.mark.parametrize(
    "content",
    [
        "OC23456BCDFG",
        "oc23456bcdfg",
        "Oc 23456 BcdFG",
        "OC-234-56B-CDFG",
        "0C23456BCDFG",
        "O C 2 3 4 5 6 B C D F G",
        "MBVCB.6543210.OC23456BCDFG.CT tu 0011 NGUYEN THI HOA toi 0123",
        "thanh toan don hangOC23456BCDFGcam on",
        "chuyen khoan\nOC23456\nBCDFG",
        "QR - OC.23456.BCDFG - Ma GD 998877",
        "LOC OC23456BCDFG",
        "mua mật ong Đà Lạt, đơn OC23456BCDFG",
        "OC23456BCDFG; OC23456BCDFG",
    ],
)
def test_it_finds_the_number_in(content: str) -> None:
    assert find_numbers(content) == [NUMBER]


@pytest.mark.parametrize(
    "content",
    [
        "",
        "OC",
        "OC23456BCDF",
        "thanh toan tien hang",
        "OC2345AEIOU1",
        "OC1111111111",
        "OC23456     BCDFG",
        "OCđ23456BCDFG",
    ],
)
def test_it_finds_none_in(content: str) -> None:
    assert find_numbers(content) == []


def test_it_finds_both_of_two() -> None:
    assert find_numbers("OC23456BCDFG OC23456BCDFH") == [NUMBER, "OC23456BCDFH"]


@given(
    before=st.text(alphabet="AEIOUaeiou10 .-"),
    after=st.text(alphabet="AEIOUaeiou10 .-"),
    gaps=st.lists(st.sampled_from(["", " ", "-", ".", " - "]), min_size=11, max_size=11),
    lower=st.booleans(),
)
def test_it_finds_every_number_the_shop_makes(before: str, after: str, gaps: list[str], lower: bool) -> None:
    number = new_order_number()
    written = "".join(sign + gap for sign, gap in zip(number, [*gaps, ""], strict=True))
    assert number in find_numbers(before + (written.lower() if lower else written) + after)


def test_no_sign_of_a_number_looks_like_another() -> None:
    assert not set("0O1ILAEUY") & set(ALPHABET)


def test_a_long_message_takes_no_long_time() -> None:
    assert find_numbers("OC2345 " * 9_000) == []
