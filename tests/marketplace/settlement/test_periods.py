from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.settlement.periods import month_before, month_of, parse_period
from ocop_badges.days import ZONE


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2026-11", date(2026, 11, 1), date(2026, 11, 30)),
        ("2026-12", date(2026, 12, 1), date(2026, 12, 31)),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29)),
        ("2026-W47", date(2026, 11, 16), date(2026, 11, 22)),
        ("2026-W01", date(2025, 12, 29), date(2026, 1, 4)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_is_read_as_it_is_written(text, first, last):
    period = parse_period(text)
    assert (period.name, period.first, period.last) == (text, first, last)


@pytest.mark.parametrize(
    "text",
    ["", "2026-13", "2026-00", "2026-W54", "2026-W00", "26-11", "2026-1", "0000", "9999", "9999-12", "２０２６"],
)
def test_what_is_no_period_is_refused(text):
    with pytest.raises(ValueError):
        parse_period(text)


def test_it_ends_at_midnight_in_vietnam():
    assert parse_period("2026-11").ends_at == datetime(2026, 12, 1, tzinfo=ZONE)


@given(st.dates(date(2000, 2, 1), date(2100, 1, 1)))
def test_months_follow_each_other(day):
    month, before = month_of(day), month_before(day)
    assert month.first <= day <= month.last
    assert (month.first - before.last).days == 1
    assert parse_period(month.name) == month
    assert month.is_month
