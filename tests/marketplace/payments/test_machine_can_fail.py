"""The machine of trade can fail: a planted fault, the shortest way to it, and the invariant that sees it."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from marketplace.orders.models import PaymentMethod
from marketplace.orders.services import Actor, holding, pieces
from marketplace.payments import services as payments
from marketplace.settlement import payouts
from marketplace.settlement.models import Payout
from tests.trade import make_cart, make_wish

from .machine import WEEK, Trade
from .stripe_fixtures import fake, quick_retries
from .test_machine import machine

__all__ = ["fake", "machine", "quick_retries"]
pytestmark = pytest.mark.sqlite


@pytest.fixture
def trade(machine: Callable[[], Trade]) -> Iterator[Trade]:
    trade = machine()
    yield trade
    transaction.set_rollback(True)
    trade.example.__exit__(None, None, None)


def buy(trade: Trade, *, quantity: int = 3, method: PaymentMethod = PaymentMethod.VIETQR) -> None:
    trade.buy(number=0, more=0, quantity=quantity, method=method, border=None)


def earn(trade: Trade) -> None:
    """Sold, delivered, and two weeks ago."""
    buy(trade)
    trade.pay_by_transfer(number=0, part=0, border=None)
    trade.send(number=0, steps=4, failure=None, border=None)
    trade.wait(minutes=WEEK)
    trade.wait(minutes=WEEK)


def check_all(trade: Trade) -> None:
    trade.nothing_is_oversold()
    trade.a_cancelled_order_holds_no_goods()
    trade.a_cart_has_one_order()
    trade.money_is_what_came_and_went()
    trade.the_ledger_sums_to_zero()
    trade.producers_are_owed_what_they_earned_and_were_not_paid()


def test_without_a_fault_the_same_ways_are_sound(trade: Trade) -> None:
    earn(trade)
    trade.pay_out(number=1, border=None)
    buy(trade, method=PaymentMethod.COD, quantity=1)
    trade.cancel(number=1, border=None, actor=Actor.SHOPPER)
    check_all(trade)


def test_goods_sold_twice_are_seen(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is held counts as free."""
    carts = [make_cart((trade.things[0], 3), at=trade.at) for _one in range(2)]  # a second one would be refused later
    trade.wishes += [make_wish(cart, method=PaymentMethod.VIETQR, at=trade.at) for cart in carts]
    free_lots, after_every_hold = holding.free_lots, timedelta(days=900)

    def forget_holds(packs: Any, *, at: Any, **more: Any) -> Any:
        return free_lots(packs, at=at + after_every_hold, **more)

    monkeypatch.setattr(holding, "free_lots", forget_holds)
    for number in range(2):
        trade.place(number=number, border=None)
    with pytest.raises(AssertionError):
        trade.nothing_is_oversold()


def test_goods_kept_by_a_cancelled_order_are_seen(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pieces, "_cut", lambda holds, counts, *, at: [])
    buy(trade, method=PaymentMethod.COD)
    trade.cancel(number=0, border=None, actor=Actor.SHOPPER)
    with pytest.raises(AssertionError):
        trade.a_cancelled_order_holds_no_goods()


def test_money_that_is_not_booked_is_seen(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "book_capture", lambda **_facts: None)
    buy(trade)
    trade.pay_by_transfer(number=0, part=0, border=None)
    with pytest.raises(AssertionError):
        trade.the_ledger_sums_to_zero()


def test_an_order_confirmed_for_a_part_of_its_total_is_seen(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payments, "unowed", lambda order, payment: payment.amount)
    buy(trade)
    trade.pay_by_transfer(number=0, part=90_000, border=None)
    with pytest.raises(AssertionError):
        trade.money_is_what_came_and_went()


def test_a_payout_that_is_not_booked_is_seen(trade: Trade, monkeypatch: pytest.MonkeyPatch) -> None:
    """It would be paid again by the next run."""
    earn(trade)
    monkeypatch.setattr(payouts, "book_payout", lambda **_facts: None)
    trade.pay_out(number=1, border=None)
    assert Payout.objects.exists()
    with pytest.raises(AssertionError):
        trade.producers_are_owed_what_they_earned_and_were_not_paid()
