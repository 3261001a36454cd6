import pytest

from marketplace.settlement import booking
from marketplace.settlement.models import Earning, Transaction
from tests.factories import AT, make_producer

from .books import balances, owed_to, part, sell, take_back

pytestmark = pytest.mark.django_db


def test_a_payment_is_a_deposit_until_the_goods_are_there():
    booking.book_capture(key="c", order_id=1, method="stripe", amount=130_000, at=AT)
    assert balances() == {"clearing:stripe": 130_000, "deposits": -130_000}


def test_a_delivery_is_earned_by_its_producers_and_the_shop():
    cook, farmer = make_producer(), make_producer()
    sell(part(cook, shipping=18_000), part(farmer, goods=50_000, commission=0, vat=0, income_tax=0), assembly=35_000)
    assert balances() == {
        "clearing:vietqr": 203_000,
        "payable": -158_500,
        "commission": -8_000,
        "vat-withheld": -1_000,
        "income-tax-withheld": -500,
        "assembly": -35_000,
    }
    assert (owed_to(cook), owed_to(farmer)) == (108_500, 50_000)


def test_what_the_shop_bears_of_a_discount_is_its_expense_and_the_producers_money():
    cook = make_producer()
    sell(part(cook, goods=80_000, platform_discount=20_000))
    assert balances()["vouchers"] == 20_000
    assert owed_to(cook) == 90_500


def test_goods_that_cost_the_shopper_nothing_are_still_earned():
    cook = make_producer()
    sale = booking.book_sale(
        key="s", order_id=1, parts=[part(cook, goods=0, platform_discount=100_000)], assembly=0, at=AT
    )
    assert sale.entries.filter(account="deposits").count() == 0
    assert owed_to(cook) == 90_500


def test_a_sale_of_nothing_is_written_without_entries():
    nothing = part(make_producer(), goods=0, commission=0, vat=0, income_tax=0)
    assert booking.book_sale(key="s", order_id=1, parts=[nothing], assembly=0, at=AT).entries.count() == 0


def test_what_was_not_earned_goes_back_from_deposits():
    booking.book_capture(key="c", order_id=1, method="vietqr", amount=130_000, at=AT)
    take_back(from_deposits=130_000)
    assert balances() == {"clearing:vietqr": 130_000, "refunds-due": -130_000}
    booking.book_refund_paid(key="p", order_id=1, method="vietqr", amount=130_000, at=AT)
    assert balances() == {}


def test_a_return_reverses_what_was_booked():
    cook = make_producer()
    sold = part(cook, goods=80_000, platform_discount=20_000, shipping=18_000)
    sell(sold, assembly=35_000)
    take_back(sold, assembly=35_000)
    assert balances() == {"clearing:vietqr": 133_000, "refunds-due": -133_000}
    booking.book_refund_paid(key="p", order_id=1, method="vietqr", amount=133_000, at=AT)
    assert balances() == {}
    assert sum(earning.net for earning in Earning.objects.all()) == 0


def test_goodwill_is_the_shops_loss():
    take_back(losses=10_000)
    assert balances() == {"losses": 10_000, "refunds-due": -10_000}


def test_a_carrier_keeps_its_fee():
    booking.book_capture(key="c", order_id=1, method="cod", amount=100_000, at=AT)
    booking.book_remittance(key="r", method="cod", amount=100_000, fee=1_100, at=AT)
    assert balances() == {"bank": 98_900, "fees": 1_100, "deposits": -100_000}


def test_a_remittance_below_zero_is_taken_from_the_bank():
    booking.book_remittance(key="r", method="stripe", amount=-50_000, fee=0, at=AT)
    assert balances() == {"bank": -50_000, "clearing:stripe": 50_000}


def test_a_payout_that_comes_back_is_owed_again():
    cook = make_producer()
    sell(part(cook))
    booking.book_payout(key="p", producer_id=cook.pk, amount=90_500, at=AT)
    assert owed_to(cook) == 0
    booking.book_payout_returned(key="pr", producer_id=cook.pk, amount=90_500, at=AT)
    assert owed_to(cook) == 90_500


def test_tax_paid_is_withheld_no_longer():
    sell(part(make_producer()))
    booking.book_tax_paid(key="t", vat=1_000, income_tax=500, at=AT)
    assert balances().keys() == {"clearing:vietqr", "payable", "commission", "bank"}


def test_every_booking_counts_once():
    cook = make_producer()
    for _ in range(3):
        sell(part(cook))
        take_back(part(cook))
        booking.book_refund_paid(key="p", order_id=1, method="vietqr", amount=100_000, at=AT)
        booking.book_remittance(key="r", method="vietqr", amount=5, fee=1, at=AT)
        booking.book_payout(key="o", producer_id=cook.pk, amount=7, at=AT)
        booking.book_payout_returned(key="or", producer_id=cook.pk, amount=7, at=AT)
        booking.book_tax_paid(key="t", vat=1, income_tax=1, at=AT)
    assert (Transaction.objects.count(), Earning.objects.count()) == (8, 2)


def test_two_items_of_one_producer_are_one_earning():
    cook = make_producer()
    sell(part(cook), part(cook, goods=50_000))
    earning = Earning.objects.get()
    assert (earning.goods, earning.vat, earning.net) == (150_000, 2_000, owed_to(cook))


@pytest.mark.parametrize(
    "act",
    [
        lambda: booking.book_capture(key="k", order_id=1, method="vietqr", amount=-1, at=AT),
        lambda: booking.book_capture(key="k", order_id=1, method="gold", amount=1, at=AT),
        lambda: sell(part(make_producer(), commission=-1)),
        lambda: booking.book_sale(key="k", order_id=1, parts=[], assembly=-1, at=AT),
        lambda: take_back(from_deposits=-1),
        lambda: booking.book_payout(key="k", producer_id=1, amount=-1, at=AT),
    ],
)
def test_amounts_below_zero_and_unknown_methods_are_refused(act):
    with pytest.raises(ValueError):
        act()


def test_a_sale_takes_few_queries_whatever_its_parts(django_assert_max_num_queries):
    parts = [part(make_producer()) for _ in range(8)]
    with django_assert_max_num_queries(7):
        booking.book_sale(key="s", order_id=1, parts=parts, assembly=0, at=AT)
