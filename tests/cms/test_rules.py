"""What a bundle costs, for every combination of packs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cms.rules import MAX_DISCOUNT_PERCENT, Component, bundle_price, discounted, quantities, sum_of

prices = st.integers(min_value=1, max_value=10**12)
components = st.lists(
    st.builds(Component, pack_id=st.integers(1, 9), quantity=st.integers(1, 99), price=prices), min_size=1, max_size=20
)
percents = st.integers(min_value=0, max_value=MAX_DISCOUNT_PERCENT)


@given(components, percents)
def test_it_is_never_above_the_sum_and_never_negative(bundle: list[Component], percent: int) -> None:
    total = sum_of(bundle)
    price = bundle_price(bundle, discount_percent=percent)
    assert total is not None
    assert price is not None
    assert isinstance(price, int)
    assert 0 <= price <= total


@given(prices, percents)
def test_it_rounds_down_by_less_than_a_dong(total: int, percent: int) -> None:
    price = discounted(total, percent=percent)
    assert 0 <= total * (100 - percent) - price * 100 < 100


@given(components, percents, percents)
def test_a_larger_discount_never_costs_more(bundle: list[Component], one: int, other: int) -> None:
    small, large = sorted((one, other))
    assert bundle_price(bundle, discount_percent=large) <= bundle_price(bundle, discount_percent=small)


@given(components, st.integers(0, 19), st.none() | prices)
def test_it_is_not_for_sale_while_a_component_is_not(bundle: list[Component], at: int, fixed: int | None) -> None:
    at %= len(bundle)
    bundle[at] = Component(pack_id=1, quantity=1, price=None)
    assert bundle_price(bundle, fixed_price=fixed) is None


@given(components, prices)
def test_a_fixed_price_is_the_price(bundle: list[Component], fixed: int) -> None:
    assert bundle_price(bundle, fixed_price=fixed) == fixed


def test_nothing_costs_nothing_and_is_not_for_sale() -> None:
    assert bundle_price([]) is None
    assert bundle_price([], fixed_price=100) is None


@pytest.mark.parametrize("percent", [-1, 91, 1000])
def test_it_refuses_a_discount_out_of_range(percent: int) -> None:
    with pytest.raises(ValueError, match="percent"):
        discounted(100, percent=percent)


def test_it_adds_up_the_same_pack_on_several_lines() -> None:
    lines = [Component(1, 2, 10), Component(2, 1, 10), Component(1, 3, 10)]
    assert quantities(lines) == {1: 5, 2: 1}
