"""Transfers that name no order wait for a person, who assigns them or has sent them back."""

import pytest

from marketplace.orders.models import Order, OrderState, PaymentMethod, Refund
from marketplace.payments.bank_feed import assign_transfer, record_transfer, return_transfer
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.models import Capture, InboundEvent, Payment
from ocop_badges.errors import DomainError
from tests.factories import AT, make_pack, make_product
from tests.trade import make_order, open_shop

from .contract import LATER, SOON, balance


@pytest.fixture
def order(db: None) -> Order:
    open_shop()
    return make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)


@pytest.fixture
def event(order: Order) -> InboundEvent:
    return record_transfer(Transfer("FT1", order.total, "tien hang", AT), at=SOON)


def test_an_assigned_transfer_counts_once_for_its_order(order: Order, event: InboundEvent) -> None:
    done = assign_transfer(event_id=event.pk, number=f" {order.number.lower()} ", at=LATER)
    assert (done.outcome, done.object_id, done.payment) == ("paid", order.number, Payment.objects.get())
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    for act in (
        lambda: assign_transfer(event_id=event.pk, number=order.number, at=LATER),
        lambda: return_transfer(event_id=event.pk),
    ):
        with pytest.raises(DomainError) as refusal:
            act()
        assert refusal.value.code == "not-unmatched"
    assert Capture.objects.count() == 1
    assert balance("bank") == order.total


def test_one_assigned_and_told_again_counts_once(order: Order, event: InboundEvent) -> None:
    assign_transfer(event_id=event.pk, number=order.number, at=LATER)
    record_transfer(Transfer("FT1", order.total, "tien hang", AT), at=LATER)
    assert Payment.objects.get().captured == order.total


@pytest.mark.parametrize("number", ["", "x", "OC23456BCDFG"])
def test_it_is_assigned_to_an_order_that_is_there_only(event: InboundEvent, number: str) -> None:
    with pytest.raises(DomainError) as refusal:
        assign_transfer(event_id=event.pk, number=number, at=LATER)
    assert refusal.value.code == "unknown-order"
    event.refresh_from_db()
    assert event.outcome == "unmatched"


def test_it_is_assigned_to_no_order_that_is_paid_otherwise(event: InboundEvent) -> None:
    other = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.COD)
    with pytest.raises(DomainError):
        assign_transfer(event_id=event.pk, number=other.number, at=LATER)


def test_one_that_was_sent_back_is_done_with(order: Order, event: InboundEvent) -> None:
    assert return_transfer(event_id=event.pk).outcome == "returned"
    with pytest.raises(DomainError):
        assign_transfer(event_id=event.pk, number=order.number, at=LATER)
    assert not Capture.objects.exists()
    assert not Refund.objects.exists()
