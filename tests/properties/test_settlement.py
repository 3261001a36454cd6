"""Money properties of settlement: every split sums, the ledger sums to zero, taking back everything leaves nothing."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketplace.settlement import booking
from marketplace.settlement.models import Earning, LedgerEntry
from marketplace.settlement.rules import SalePart, Sold, carry_on, charge, part_of
from marketplace.settlement.verifying import differing_earnings, overdrawn_orders, unbalanced_transactions
from tests.factories import AT, make_producer

amounts = st.one_of(st.integers(0, 50), st.integers(0, 20_000_000))
sales = st.builds(
    Sold,
    quantity=st.integers(1, 40),
    goods=amounts,
    platform_discount=amounts,
    commission_bp=st.integers(0, 5_000),
    vat_bp=st.sampled_from([0, 100, 300, 500]),
    income_tax_bp=st.sampled_from([0, 50, 150, 200]),
)


@st.composite
def portions(draw: st.DrawFn, quantity: int) -> list[int]:
    """All pieces of a sale, in portions of any size."""
    cuts = sorted(draw(st.lists(st.integers(0, quantity), max_size=6)))
    bounds = [0, *cuts, quantity]
    return [after - before for before, after in pairwise(bounds)]


def parts_of(sold: Sold, counts: list[int], *, producer_id: int = 1) -> list[SalePart]:
    parts, before = [], 0
    for count in counts:
        parts.append(part_of(sold, producer_id=producer_id, before=before, count=count))
        before += count
    return parts


@given(sales, st.data())
def test_the_parts_of_a_sale_sum_to_the_sale(sold, data):
    whole = part_of(sold, producer_id=1, before=0, count=sold.quantity)
    parts = parts_of(sold, data.draw(portions(sold.quantity)))
    for name in ("goods", "platform_discount", "commission", "vat", "income_tax", "net"):
        assert sum(getattr(each, name) for each in parts) == getattr(whole, name)
    assert (whole.goods, whole.platform_discount) == (sold.goods, sold.platform_discount)
    assert whole.commission == charge(sold.goods + sold.platform_discount, sold.commission_bp)


@given(sales, st.data())
def test_no_part_has_anything_below_zero(sold, data):
    for each in parts_of(sold, data.draw(portions(sold.quantity))):
        assert min(each.goods, each.platform_discount, each.commission, each.vat, each.income_tax) >= 0
        assert each.net >= -3, "three charges round by less than a đồng each"


@given(sales)
def test_what_a_producer_is_owed_is_what_was_paid_less_the_charges(sold):
    whole = part_of(sold, producer_id=1, before=0, count=sold.quantity, shipping=30_000)
    revenue = sold.goods + sold.platform_discount
    assert whole.net == revenue + 30_000 - whole.commission - whole.vat - whole.income_tax


@pytest.mark.parametrize(("before", "count"), [(-1, 1), (0, -1), (3, 3), (6, 0)])
def test_more_pieces_than_there_are_is_refused(before, count):
    sold = Sold(quantity=5, goods=10, platform_discount=0, commission_bp=0, vat_bp=0, income_tax_bp=0)
    with pytest.raises(ValueError):
        part_of(sold, producer_id=1, before=before, count=count)


@given(st.lists(st.integers(-10_000, 10_000), max_size=24))
def test_tax_that_is_carried_on_is_never_lost(months):
    carried = paid = 0
    for withheld in months:
        paid += max(0, carried + withheld)
        carried = carry_on(carried, withheld)
        assert carried <= 0
    assert paid + carried == sum(months)


class TestTheLedger(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(st.data())
    def test_taking_back_everything_leaves_nothing(self, data):
        producers = [make_producer() for _ in range(2)]
        sold = [(data.draw(st.sampled_from(producers)), data.draw(sales)) for _ in range(data.draw(st.integers(1, 4)))]
        assembly = data.draw(amounts)
        order_id = 1
        whole = [part_of(each, producer_id=who.pk, before=0, count=each.quantity) for who, each in sold]
        paid = assembly + sum(each.goods for each in whole)
        booking.book_capture(key="c", order_id=order_id, method="vietqr", amount=paid, at=AT)
        booking.book_sale(key="s", order_id=order_id, parts=whole, assembly=assembly, at=AT)
        assert LedgerEntry.objects.all().balance() == 0
        assert -LedgerEntry.objects.of_account("payable").balance() == sum(each.net for each in whole)

        back = [
            part
            for who, each in sold
            for part in parts_of(each, data.draw(portions(each.quantity)), producer_id=who.pk)
        ]
        for number, each in enumerate(back):
            booking.book_refund(
                key=f"r{number}", order_id=order_id, method="vietqr", from_deposits=0, reversed_parts=[each],
                assembly=assembly if number == 0 else 0, at=AT,
            )  # fmt: skip
            assert LedgerEntry.objects.all().balance() == 0
        booking.book_refund_paid(key="p", order_id=order_id, method="vietqr", amount=paid, at=AT)
        assert not any(LedgerEntry.objects.all().balances().values())
        assert sum(earning.net for earning in Earning.objects.all()) == 0
        assert [*unbalanced_transactions(), *overdrawn_orders(), *differing_earnings()] == []
