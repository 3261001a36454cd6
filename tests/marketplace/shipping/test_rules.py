"""What a parcel costs, and what keeps steps and days from being a table."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.shipping.rules import (
    Fault,
    Period,
    Step,
    Zone,
    fault_in,
    gaps_between,
    overlap_of,
    price_for,
    zone_between,
)

DAY = date(2026, 1, 1)
TABLES = st.lists(st.tuples(st.integers(1, 3_000), st.integers(0, 50_000)), min_size=1, max_size=8).map(
    lambda rises: [
        Step(sum(weight for weight, _ in rises[: n + 1]), sum(price for _, price in rises[: n + 1]))
        for n in range(len(rises))
    ]
)


@given(TABLES, st.integers(0, 60_000), st.integers(0, 60_000), st.integers(0, 20_000))
def test_a_heavier_parcel_never_costs_less(steps, one, other, more_per_kg):
    assert fault_in(steps) is None
    lighter, heavier = sorted((one, other))
    low, high = (price_for(weight, steps, more_per_kg=more_per_kg) for weight in (lighter, heavier))
    assert low is not None
    assert high is not None
    assert low <= high


@given(TABLES, st.randoms())
def test_the_order_in_which_steps_were_written_does_not_matter(steps, random):
    shuffled = list(steps)
    random.shuffle(shuffled)
    assert fault_in(shuffled) is None
    for weight in (1, steps[-1].up_to_g, steps[-1].up_to_g + 1):
        assert price_for(weight, shuffled, more_per_kg=None) == price_for(weight, steps, more_per_kg=None)


def test_prices_at_the_edges_of_a_table():
    steps = [Step(500, 15_000), Step(2_000, 25_000)]
    prices = [price_for(weight, steps, more_per_kg=5_000) for weight in (500, 501, 2_000, 2_001, 3_000, 3_001)]
    assert prices == [15_000, 25_000, 25_000, 30_000, 30_000, 35_000]
    assert price_for(2_001, steps, more_per_kg=None) is None
    assert price_for(1, [], more_per_kg=5_000) is None


@pytest.mark.parametrize(
    ("steps", "fault"),
    [
        ([], Fault.NONE),
        ([Step(0, 1)], Fault.ZERO),
        ([Step(500, 1), Step(500, 2)], Fault.DOUBLE),
        ([Step(500, 2), Step(1_000, 1)], Fault.CHEAPER),
        ([Step(500, 2), Step(1_000, 2)], None),
    ],
)
def test_what_is_wrong_with_steps_is_named(steps, fault):
    assert fault_in(steps) is fault


def test_zones():
    regions = {"01": "north", "04": "north", "79": "south"}
    assert zone_between("01", "01", regions) is Zone.LOCAL
    assert zone_between("01", "04", regions) is Zone.NEAR
    assert zone_between("01", "79", regions) is Zone.FAR
    assert zone_between("91", "96", regions) is Zone.FAR  # of no known region


def day(number: int) -> date:
    return DAY + timedelta(number)


@pytest.mark.parametrize(
    ("periods", "gaps"),
    [
        ([(0, 9), (10, None)], []),
        ([(0, 9), (11, None)], [(10, 10)]),
        ([(0, None), (20, 25)], []),
        ([(0, 30), (5, 8), (40, 50)], [(31, 39)]),
        ([(0, 9)], []),
        ([], []),
    ],
)
def test_days_without_a_table_are_found(periods, gaps):
    told = gaps_between(Period(day(a), None if b is None else day(b)) for a, b in periods)
    assert told == [Period(day(a), day(b)) for a, b in gaps]


def test_days_in_two_tables_are_found():
    assert overlap_of(Period(day(0), day(9)), Period(day(10), None)) is None
    assert overlap_of(Period(day(0), None), Period(day(10), None)) == Period(day(10), None)
    assert overlap_of(Period(day(0), day(12)), Period(day(10), None)) == Period(day(10), day(12))
