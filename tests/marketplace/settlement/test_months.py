from datetime import timedelta

import pytest

from marketplace.settlement.booking import book_compensation
from marketplace.settlement.months import months_of
from marketplace.settlement.payouts import return_payout
from marketplace.settlement.statements import statement_of
from tests.factories import AT, make_producer

from .books import AFTER, bank, owed_to, part, run_of, sell, take_back

pytestmark = pytest.mark.django_db


def test_each_month_says_what_its_statement_says():
    cook, stranger = make_producer(), make_producer()
    bank(cook)
    sell(part(cook), part(stranger), order_id=1, at=AT - timedelta(days=30))
    sell(part(cook, platform_discount=9_000, shipping=18_000), order_id=2)
    book_compensation(key="c", producer_id=cook.pk, order_id=3, amount=7_000, at=AT)
    run_of()
    take_back(part(cook), order_id=1, at=AFTER)
    return_payout(payout_id=cook.payouts.get().pk, reason="x", at=AFTER + timedelta(days=40))
    months = months_of(cook.pk)
    assert [month.period.name for month in months] == ["2027-01", "2026-12", "2026-11", "2026-10"]
    for month in months:
        told = statement_of(producer=cook, period=month.period)
        total = told.total
        assert (month.opening, month.adjusted, month.paid, month.closing) == (
            told.opening, told.adjusted, told.paid, told.closing
        )  # fmt: skip
        assert (month.revenue, month.shipping, month.commission, month.tax, month.earned) == (
            total.revenue, total.shipping, total.commission, total.tax, total.amount
        )  # fmt: skip
    assert months[0].closing == owed_to(cook)


def test_it_takes_two_queries_whatever_the_months(django_assert_num_queries):
    cook = make_producer()
    for number in range(8):
        sell(part(cook), order_id=number + 1, at=AT - timedelta(days=31 * number))
    with django_assert_num_queries(2):
        assert len(months_of(cook.pk)) == 8
