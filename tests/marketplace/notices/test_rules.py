"""Keys, pauses, lengths and numbers."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.notices.rules import SMS_UNITS, fit_name, message_key, phone_number, rest_after, sms_size

TOLD = [("abc", "2029-08-05", 30), ("def", "2029-08-06", 30)]


def test_a_key_depends_on_what_is_told_to_whom_and_on_nothing_else() -> None:
    key = message_key(channel="email", address="a@example.vn", told=TOLD)
    assert key == message_key(channel="email", address="a@example.vn", told=reversed(TOLD))
    others = [
        message_key(channel="gateway", address="a@example.vn", told=TOLD),
        message_key(channel="email", address="b@example.vn", told=TOLD),
        message_key(channel="email", address="a@example.vn", told=TOLD[:1]),
        message_key(channel="email", address="a@example.vn", told=[("abc", "2029-08-05", 7), TOLD[1]]),
    ]
    assert len({key, *others}) == 5


def test_it_rests_longer_each_time_and_six_hours_at_most() -> None:
    rests = [rest_after(attempts=attempts, number=0) for attempts in range(1, 12)]
    assert rests[:3] == [timedelta(minutes=1), timedelta(minutes=2), timedelta(minutes=4)]
    assert rests == sorted(rests)
    assert rests[-1] == timedelta(hours=6)
    assert timedelta(seconds=45) <= rest_after(attempts=1, number=15) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("text", "encoding", "length", "parts"),
    [
        ("a" * 160, "gsm-7", 160, 1),
        ("a" * 161, "gsm-7", 161, 2),
        ("[" * 80, "gsm-7", 160, 1),
        ("ế" * 70, "ucs-2", 70, 1),
        ("ế" * 71, "ucs-2", 71, 2),
        ("ế" * 201, "ucs-2", 201, 3),
        ("🌶" * 35, "ucs-2", 70, 1),
    ],
)
def test_a_text_has_the_size_that_networks_count(text: str, encoding: str, length: int, parts: int) -> None:
    size = sms_size(text)
    assert (size.encoding, size.length, size.parts) == (encoding, length, parts)


@given(st.text(min_size=1, max_size=400))
def test_a_name_of_any_length_is_cut_to_fit(name: str) -> None:
    text = fit_name(lambda name: f"Chợ OCOP: {name}: hết hạn 13/01/2026.", name)
    assert sms_size(text).length <= SMS_UNITS
    assert name[:4].rstrip() in text


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0912 345 678", "+84912345678"),
        ("+84 912.345.678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("(0263) 3822-111", "+842633822111"),
        ("0912345678; 0987654321", "+84912345678"),
        ("0912345678 / 0987654321", "+84912345678"),
        ("912345678", ""),
        ("hỏi anh Ba", ""),
        ("", ""),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str, number: str) -> None:
    assert phone_number(typed) == number
