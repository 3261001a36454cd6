"""Money that comes or goes after an order came to nothing on its way, and its carriage was earned."""

import pytest

from marketplace.orders import services as orders
from marketplace.orders.ledger_checks import money_left_over
from marketplace.orders.models import Order, PaymentMethod
from marketplace.orders.return_rules import Failure
from marketplace.payments.models import Payment
from marketplace.payments.services import payment_of, record_capture
from tests.factories import AT, DAY, make_pack, make_product
from tests.trade import make_order, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(db: None) -> Payment:
    """Of an order that was paid, sent and refused at the door: 100.000 đ are due back, 18.000 đ were earned."""
    open_shop()
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 1), method=PaymentMethod.VIETQR)
    paid = record_capture(payment_id=payment_of(order, at=AT).pk, source_id="1", amount=order.total, at=AT)
    part = order.fulfilments.get().pk
    orders.accept_fulfilment(fulfilment_id=part, at=AT)
    orders.pack_fulfilment(fulfilment_id=part, at=AT, on=DAY)
    orders.ship_fulfilment(fulfilment_id=part, carrier="VNPost", at=AT)
    orders.fail_fulfilment(fulfilment_id=part, failure=Failure.ABSENT, at=AT)
    return paid


def test_of_what_comes_twice_only_that_goes_back(payment: Payment) -> None:
    record_capture(payment_id=payment.pk, source_id="2", amount=118_000, at=AT)
    order = Order.objects.get()
    assert order.cancel_reason == "delivery-failed"
    assert sorted(order.refunds.values_list("amount", flat=True)) == [100_000, 118_000]
    assert not list(money_left_over())
