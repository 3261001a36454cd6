"""The ledger against orders and payments, over orders that went every way."""

import pytest

from marketplace.orders import ledger_checks, services
from marketplace.orders.models import Fulfilment, FulfilmentState, Order, OrderState, PaymentMethod, Refund
from marketplace.orders.return_rules import Failure
from marketplace.payments.ledger_checks import differing_captures, differing_refunds
from marketplace.payments.models import Payment
from marketplace.payments.services import payment_of, record_capture
from marketplace.settlement import booking
from marketplace.settlement.models import LedgerEntry
from marketplace.settlement.periods import month_of
from marketplace.settlement.statements import statement_of
from marketplace.settlement.verifying import ledger_checks as all_checks
from tests.factories import AT, DAY, make_pack, make_product
from tests.trade import make_order, open_shop

pytestmark = pytest.mark.django_db


def flaws() -> list[str]:
    return [flaw for check in all_checks().values() for flaw in check()]


def pay(order: Order, amount: int | None = None, *, source_id: str = "FT1") -> None:
    payment = payment_of(order, at=AT)
    record_capture(payment_id=payment.pk, source_id=source_id, amount=amount or order.total, at=AT)


def deliver(fulfilment: Fulfilment) -> None:
    services.accept_fulfilment(fulfilment_id=fulfilment.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=fulfilment.pk, at=AT, on=DAY)
    services.ship_fulfilment(fulfilment_id=fulfilment.pk, carrier="VNPost", at=AT)
    services.deliver_fulfilment(fulfilment_id=fulfilment.pk, at=AT)


def ordered(method: PaymentMethod) -> Order:
    """Of two producers, two pieces each."""
    packs = [make_pack(make_product(), price=99_999, on_hand=9) for _ in range(2)]
    return make_order(*((pack, 2) for pack in packs), method=method)


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


@pytest.fixture
def busy() -> list[Order]:
    """Paid and delivered; paid on delivery, one part failed; paid twice; paid, cancelled; not paid."""
    delivered, on_delivery = ordered(PaymentMethod.VIETQR), ordered(PaymentMethod.COD)
    pay(delivered)
    for fulfilment in delivered.fulfilments.order_by("pk"):
        deliver(fulfilment)
    one, other = on_delivery.fulfilments.order_by("pk")
    deliver(one)
    services.accept_fulfilment(fulfilment_id=other.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=other.pk, at=AT, on=DAY)
    services.ship_fulfilment(fulfilment_id=other.pk, carrier="VNPost", at=AT)
    services.fail_fulfilment(fulfilment_id=other.pk, failure=Failure.ABSENT, at=AT)
    twice, cancelled = ordered(PaymentMethod.VIETQR), ordered(PaymentMethod.VIETQR)
    for source_id in ("FT2", "FT3"):
        pay(twice, source_id=source_id)
    pay(cancelled, source_id="FT4")
    for fulfilment in cancelled.fulfilments.order_by("pk"):
        services.cancel_fulfilment(fulfilment_id=fulfilment.pk, actor=services.Actor.PRODUCER, at=AT)
    late = make_order((make_pack(make_product(), on_hand=1), 1), method=PaymentMethod.VIETQR)
    return [delivered, on_delivery, twice, cancelled, late]


def test_orders_and_payments_that_were_kept_by_their_services_agree(busy):
    assert flaws() == []
    assert LedgerEntry.objects.count() > 20


def test_a_delivery_without_a_sale_is_found(busy):
    order = busy[2]
    order.fulfilments.update(state=FulfilmentState.DELIVERED, delivered_at=AT)
    assert len(list(ledger_checks.unbooked_deliveries())) == 2


def test_money_of_an_order_that_is_over_is_found(busy):
    order = busy[2]
    Order.objects.filter(pk=order.pk).update(state=OrderState.COMPLETED, completed_at=AT)
    assert list(ledger_checks.money_left_over()) == [
        f"order {order.number} is over, and {order.total:,} đ of it are nobody's"
    ]


def test_a_capture_that_is_not_booked_is_found(busy):
    payment = Payment.objects.get(order=busy[0])
    Payment.objects.filter(pk=payment.pk).update(captured=payment.captured + 1)
    assert len(list(differing_captures())) == 1


def test_a_refund_that_is_booked_and_was_not_paid_is_found(busy):
    booking.book_refund_paid(key="x", order_id=busy[3].pk, method="vietqr", amount=5, at=AT)
    assert len(list(differing_captures())) == 1
    assert len(list(differing_refunds())) == 1


def test_money_booked_for_an_order_without_a_payment_is_found(busy):
    booking.book_capture(key="x", order_id=999_999, method="vietqr", amount=5, at=AT)
    assert list(differing_captures()) == ["order #999999: money is booked, and there is no payment"]


def test_a_refund_that_was_not_booked_is_found(busy):
    Refund.objects.create(order=busy[0], key="x", reason="goodwill", amount=5, created_at=AT)
    assert len(list(differing_refunds())) == 1


def test_statements_call_orders_by_their_numbers(busy):
    fulfilment = busy[0].fulfilments.order_by("pk").first()
    lines = statement_of(producer=fulfilment.producer, period=month_of(DAY)).lines
    assert [line.about for line in lines] == [busy[0].number]


def test_the_checks_take_few_queries_whatever_the_orders(busy, django_assert_max_num_queries):
    for _ in range(3):
        pay(ordered(PaymentMethod.VIETQR), source_id=f"FT{_}")
    with django_assert_max_num_queries(7):
        for check in (
            ledger_checks.unbooked_deliveries,
            ledger_checks.money_left_over,
            differing_captures,
            differing_refunds,
        ):
            assert list(check()) == []
