"""Money is split to the last đồng, states go one way, lots go first expired first out."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from marketplace.orders import rules
from marketplace.orders.allocation import Demand, Lot, allocate
from marketplace.orders.numbers import LENGTH, access_token, new_order_number, opens
from marketplace.orders.rules import ENDS, STATES, STEPS, State, Step
from tests.factories import DAY

DONG = st.integers(min_value=0, max_value=10**12)


class TestSplit:
    @settings(deadline=None)
    @given(DONG, st.lists(st.integers(min_value=0, max_value=10**9), min_size=1, max_size=30))
    def test_parts_always_sum_and_are_fair_to_a_dong(self, amount: int, weights: list[int]) -> None:
        parts = rules.split(amount, weights)
        assert sum(parts) == amount
        fair = weights if any(weights) else [1] * len(weights)
        for part, weight in zip(parts, fair, strict=True):
            assert abs(part * sum(fair) - amount * weight) < sum(fair)

    @settings(deadline=None)
    @given(st.lists(st.integers(0, 10**9), min_size=1, max_size=30), st.data())
    def test_a_discount_takes_no_more_from_an_item_than_it_costs(self, nets: list[int], data: st.DataObject) -> None:
        amount = data.draw(st.integers(0, sum(nets)))
        assert all(part <= net for part, net in zip(rules.split(amount, nets), nets, strict=True))

    def test_of_equal_remainders_the_earlier_gets_the_dong(self) -> None:
        assert rules.split(100, [1, 1, 1]) == [34, 33, 33]
        assert rules.split(5, [0, 0]) == [3, 2]

    @pytest.mark.parametrize(("amount", "weights"), [(1, []), (-1, [1]), (1, [1, -1])])
    def test_what_is_no_split_is_refused(self, amount: int, weights: list[int]) -> None:
        with pytest.raises(ValueError, match="split"):
            rules.split(amount, weights)


def test_every_state_and_step_is_in_its_table_and_leads_to_an_end() -> None:
    assert set(STATES) == set(State)
    assert set(STEPS) == set(Step)
    assert {Step.DELIVERED, Step.FAILED, Step.CANCELLED} == ENDS
    for step in Step:
        seen, todo = set(), [step]
        while todo:
            seen.add(at := todo.pop())
            todo += STEPS[at] - seen
        assert seen & ENDS


class TestAllocation:
    def test_the_lot_that_expires_first_goes_first(self) -> None:
        lots = [lot(1, days=90, free=5), lot(2, days=30, free=5), lot(3, days=None, free=5)]
        taken = allocate([demand(1, 7)], lots)
        assert [(take.stock_id, take.quantity) for take in taken.takes] == [(2, 5), (1, 2)]

    def test_none_that_keeps_too_short_is_taken(self) -> None:
        assert allocate([demand(1, 1, life=31)], [lot(1, days=30, free=5)]).missing == {1: 1}
        assert not allocate([demand(1, 1, life=30)], [lot(1, days=30, free=5)]).missing

    @settings(deadline=None)
    @given(
        st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6)), max_size=6),
        st.lists(st.tuples(st.integers(1, 6), st.integers(0, 20)), max_size=6),
    )
    def test_nothing_is_missing_that_could_be_found(
        self, stock: list[tuple[int, int]], wanted: list[tuple[int, int]]
    ) -> None:
        """Hall's condition: for every least life, what needs at least that much fits into what keeps that long."""
        lots = [lot(number, days=days, free=free) for number, (days, free) in enumerate(stock)]
        demands = [demand(key, count, life=life) for key, (count, life) in enumerate(wanted)]
        enough = all(
            sum(count for count, life in wanted if life >= least) <= sum(free for days, free in stock if days >= least)
            for least in range(21)
        )
        found = allocate(demands, lots)
        assert (not found.missing) == enough
        for number, (_days, free) in enumerate(stock):
            assert sum(take.quantity for take in found.takes if take.stock_id == number) <= free


class TestNumbers:
    def test_a_number_is_typed_without_mistakes(self) -> None:
        number = new_order_number()
        assert len(number) == LENGTH
        assert number.startswith("OC")
        assert not set(number[2:]) & set("01IOL")

    def test_a_token_opens_its_own_order_only(self) -> None:
        token = access_token(number="OC2", seed="a")
        assert opens(token, number="OC2", seed="a")
        assert not opens(token, number="OC3", seed="a")
        assert not opens(token, number="OC2", seed="b")
        assert not opens("", number="OC2", seed="a")
        assert not opens("é", number="OC2", seed="a")


def lot(stock_id: int, *, days: int | None, free: int) -> Lot:
    return Lot(stock_id, 1, None if days is None else DAY + timedelta(days=days), free)


def demand(key: int, quantity: int, *, life: int = 0) -> Demand:
    return Demand(key=key, pack_id=1, quantity=quantity, arrives_on=DAY, life_days=life)
