"""The machine of trade (``machine.py``) is run, and a purchase led through a crash at every border."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import (
    run_state_machine_as_test,
)

from marketplace.orders import services
from marketplace.orders.models import (
    Fulfilment,
    Order,
    OrderState,
    PaymentMethod,
    Return,
)
from marketplace.orders.return_rules import Complaint
from marketplace.payments.models import Capture, Payment
from marketplace.payments.services import begin_payment, plan_transfers, send_refunds
from marketplace.payments.stripe_events import take_event
from marketplace.payments.stripe_messages import Event
from ocop_badges.errors import DomainError
from tests.factories import make_bundle, make_pack, make_producer, make_product
from tests.marketplace.settlement.books import bank
from tests.trade import make_cart, make_wish, open_shop

from .crashing import Crash, crashing
from .fake_stripe import FakeStripe
from .machine import URL, Trade
from .stripe_fixtures import fake, quick_retries

__all__ = ["fake", "quick_retries"]
SHARDS = 4


@pytest.fixture
def machine(fake: FakeStripe, clock: Any, db: None) -> Callable[[], Trade]:
    """Makes a shop that has sold nothing yet; its ``teardown`` undoes everything."""
    open_shop()
    producer = make_producer()
    packs = [
        make_pack(make_product(producer=producer), price=100_003, on_hand=4),
        make_pack(make_product(), price=49_999, on_hand=3),
    ]
    for pack in packs:
        bank(pack.product.producer)
    bundle = make_bundle((packs[0], 2), packs[1], discount_percent=10)
    return lambda: Trade(fake, clock, packs, bundle)


@pytest.mark.long
@pytest.mark.sqlite
def test_goods_and_money_stay_together(
    machine: Callable[[], Trade], record_property: Callable[[str, object], None]
) -> None:
    Trade.reached.clear()
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
    assert not Capture.objects.exists()
    reached = ", ".join(f"{count:,} {what}" for what, count in Trade.reached.items())
    record_property("measured", f"The machine of trade reached {reached}.")


@pytest.mark.long
@pytest.mark.sqlite
@pytest.mark.parametrize("shard", range(SHARDS))  # so that they are shared out
def test_a_purchase_survives_a_crash_at_any_border_of_a_transaction(machine: Callable[[], Trade], shard: int) -> None:
    """Bought, paid, sent by two producers, returned in part and paid back: whoever died is followed by another."""
    borders = buy_and_return(machine(), None)
    assert borders > 80
    for border in range(shard, borders, SHARDS):
        buy_and_return(machine(), border)


def buy_and_return(trade: Trade, border: int | None) -> int:
    """The life of a purchase with a crash at a border; each step is done again by whoever comes after. Returns how many
    borders there were.
    """
    fake, at = trade.fake, trade.at
    wish = make_wish(make_cart((trade.things[2], 1), at=at), method=PaymentMethod.STRIPE, at=at)

    def order() -> Order:
        return Order.objects.get()

    def place() -> None:
        with suppress(DomainError):  # it was placed before
            services.place_order(wish, at=at, on=at.date())

    def tell() -> None:
        for told in list(fake.events):
            take_event(Event(told["id"], told["type"], told["data"]["object"]["id"]), at=trade.at)
            fake.events.remove(told)

    def send() -> None:
        while part := Fulfilment.objects.open().order_by("pk").first():
            trade.lead_on(part, None)

    def give_back() -> None:
        items = services.returnable(order())
        if not Return.objects.exists():
            services.request_return(order_id=order().pk, counts=items, reason=Complaint.SPOILED, at=trade.at)
        for request in Return.objects.filter(state="requested"):
            services.decide_return(return_id=request.pk, accept=True, at=trade.at)
        for request in Return.objects.filter(state="accepted"):
            arrived = {row.item_id: (row.quantity, 0) for row in request.items.all()}
            services.receive_return(return_id=request.pk, arrived=arrived, at=trade.at)

    def pay_back() -> None:
        trade.wait(60)
        plan_transfers(at=trade.at)
        send_refunds(at=trade.at)

    steps: list[Callable[[], object]] = [
        place,
        lambda: begin_payment(order(), at=at, return_url=URL),
        lambda: fake.pay(fake.of_kind("checkout.session")[0]["id"]),
        tell,
        send,
        give_back,
        pay_back,
        tell,
    ]
    try:
        with crashing(border) as passed:
            for step in steps:
                try:
                    step()
                except Crash:
                    step()
        count_borders = passed.passed
        trade.nothing_is_oversold()
        trade.money_is_what_came_and_went()
        trade.the_ledger_sums_to_zero()
        assert order().state == OrderState.COMPLETED
        payment = Payment.objects.get()
        assert payment.captured == payment.refunded == order().total
        assert len(fake.of_kind("checkout.session")) == 1
    finally:
        trade.teardown()
    return count_borders
