"""One event told ten times at one moment has one effect: real threads, on PostgreSQL."""

import threading
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from marketplace.orders.models import Order, OrderState, PaymentMethod
from marketplace.payments import stripe_events
from marketplace.payments.models import Capture, InboundEvent
from marketplace.payments.services import begin_payment
from marketplace.settlement.models import Transaction
from tests.factories import AT, make_pack, make_product
from tests.racing import PATIENCE, outcomes_of
from tests.trade import make_order, open_shop

from .fake_stripe import FakeStripe
from .stripe_fixtures import fake, post, quick_retries

__all__ = ["fake", "quick_retries"]
pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
THREADS = 10


@pytest.fixture
def order(fake: FakeStripe) -> Order:
    open_shop()
    reverse("webhook-stripe")  # ten threads that are the first to load the site's addresses race for that, too
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.STRIPE)
    begin_payment(order, at=AT, return_url="https://shop.example.vn/")
    fake.pay(fake.of_kind("checkout.session")[0]["id"])
    return order


@pytest.fixture
def together(monkeypatch: pytest.MonkeyPatch) -> None:
    """All have asked Stripe, and found nothing stored, before the first stores anything."""
    ready = threading.Barrier(THREADS)
    real = stripe_events._store

    def store(*args: Any, **more: Any) -> Any:
        ready.wait(PATIENCE)
        return real(*args, **more)

    monkeypatch.setattr(stripe_events, "_store", store)


def tell_it_at_once(fake: FakeStripe, event: Any) -> list[int]:
    statuses: list[int] = []
    body, signature = fake.sent(event)
    outcomes_of([lambda: statuses.append(post(body, signature).status_code)] * THREADS)
    return statuses


def test_without_the_guard_each_would_be_stored(order: Order, fake: FakeStripe, together: None) -> None:
    guard = next(each for each in InboundEvent._meta.constraints if each.name == "inbound_event_has_one_effect")
    with connection.schema_editor() as editor:
        editor.remove_constraint(InboundEvent, guard)
    try:
        tell_it_at_once(fake, fake.events[0])
        assert InboundEvent.objects.count() > 1
    finally:
        InboundEvent.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(InboundEvent, guard)


def test_one_event_told_ten_times_at_once_has_one_effect(order: Order, fake: FakeStripe, together: None) -> None:
    assert tell_it_at_once(fake, fake.events[0]) == [200] * THREADS
    assert InboundEvent.objects.get().outcome == "captured"
    assert Capture.objects.get().amount == order.total
    assert Transaction.objects.filter(kind="capture").count() == 1
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED


def test_two_events_of_one_payment_told_at_once_count_it_once(order: Order, fake: FakeStripe, together: None) -> None:
    events = [{**event, "id": f"{event['id']}_{number}"} for number in range(5) for event in fake.events[:2]]
    statuses: list[int] = []
    outcomes_of([lambda event=event: statuses.append(post(*fake.sent(event)).status_code) for event in events])
    assert statuses == [200] * THREADS
    assert Capture.objects.get().amount == order.total
    assert InboundEvent.objects.count() == THREADS
