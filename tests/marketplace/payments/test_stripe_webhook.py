"""Stripe's messages: believed only where they are signed, then asked about, and of one effect."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import stripe

from marketplace.orders.models import Order, OrderState, PaymentMethod
from marketplace.payments.models import Capture, InboundEvent
from marketplace.payments.services import begin_payment
from marketplace.payments.stripe_events import FETCHES
from tests.factories import AT, make_pack, make_product
from tests.trade import make_order, open_shop

from .fake_stripe import WEBHOOK_SECRET, FakeStripe, sign
from .stripe_fixtures import Tell, fake, post, quick_retries, tell, tell_all

__all__ = ["fake", "quick_retries", "tell", "tell_all"]
pytestmark = pytest.mark.django_db
NOW = AT.timestamp()


@pytest.fixture
def order(fake: FakeStripe, db: None) -> Order:
    open_shop()
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.STRIPE)
    begin_payment(order, at=AT, return_url="https://shop.example.vn/")
    fake.pay(fake.of_kind("checkout.session")[0]["id"])
    return order


def told(fake: FakeStripe, kind: str) -> Any:
    return next(event for event in fake.events if event["type"] == kind)


def untouched(order: Order) -> bool:
    return not InboundEvent.objects.exists() and not Capture.objects.exists()


@pytest.mark.parametrize("kind", ["checkout.session.completed", "payment_intent.succeeded"])
def test_a_signed_message_confirms_the_order(order: Order, fake: FakeStripe, tell: Tell, kind: str) -> None:
    answer = tell(told(fake, kind))
    assert (answer.status_code, answer.json()["outcome"]) == (200, "captured")
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    stored = InboundEvent.objects.get()
    assert (stored.kind, stored.payment.order, stored.outcome) == (kind, order, "captured")


@pytest.mark.parametrize("kind", FETCHES)
def test_each_kind_of_message_is_asked_about_and_recorded_once(
    order: Order, fake: FakeStripe, tell: Tell, kind: str
) -> None:
    intent = fake.of_kind("payment_intent")[0]["id"]
    named: dict[str, Callable[[], str]] = {
        "checkout": lambda: str(fake.of_kind("checkout.session")[0]["id"]),
        "payment_intent": lambda: str(intent),
        "charge": lambda: str(fake.of_kind("charge")[0]["id"]),
        "refund": lambda: fake.refund_by_hand(intent, 1_000),
        "dispute": lambda: fake.dispute(intent, amount=1_000),
    }
    noun = next((each for each in ("dispute", "refund.") if each in kind), kind)
    about = named[noun.partition(".")[0]]()
    event = {"id": "evt_each", "type": kind, "data": {"object": {"id": about}}}
    outcomes = [tell(event).json()["outcome"] for _time in range(2)]
    assert outcomes[0] not in {"ignored", "unknown-object", "not-paid"}
    assert outcomes[1] == "told-before"
    assert InboundEvent.objects.get(event_id="evt_each").payment.order == order


def test_money_for_an_order_to_whose_payment_nobody_was_led_counts_too(fake: FakeStripe, tell_all: Any) -> None:
    open_shop()
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.STRIPE)
    fake.add_intent(order.total, order=order.number)
    tell_all()
    order.refresh_from_db()
    assert (order.state, order.payment.captured) == (OrderState.CONFIRMED, order.total)


def test_the_signature_is_the_one_that_stripes_own_library_makes(order: Order, fake: FakeStripe) -> None:
    body = json.dumps(fake.events[0])
    header = stripe.WebhookSignature.generate_signature_header(body, WEBHOOK_SECRET, timestamp=int(NOW))
    assert post(body.encode(), header).status_code == 200


@pytest.mark.parametrize(
    ("secret", "at", "cut"),
    [
        ("whsec_of_somebody_else", NOW, 0),
        (WEBHOOK_SECRET, NOW - 301, 0),
        (WEBHOOK_SECRET, NOW + 301, 0),
        (WEBHOOK_SECRET, NOW, 1),
    ],
)
def test_what_is_not_signed_by_stripe_just_now_is_refused_and_nothing_written(
    order: Order, fake: FakeStripe, secret: str, at: float, cut: int
) -> None:
    asked = len(fake.requests)
    body, signature = fake.sent(fake.events[0], secret=secret, at=at)
    answer = post(body[: len(body) - cut], signature)
    assert answer.status_code == 400
    assert answer.json()["type"].endswith("bad-signature")
    assert untouched(order)
    assert len(fake.requests) == asked


@pytest.mark.parametrize(
    "header", ["", "t=,v1=", "v1=00", "t=1,t=2,v1=00", "t=x,v1=y", "t=١,v1=y", f"t={int(NOW)},v1=đ"]
)
def test_a_header_that_is_none_is_a_bad_signature(fake: FakeStripe, header: str) -> None:
    assert post(b"{}", header.encode().decode("latin-1")).status_code == 400


def test_a_message_signed_four_minutes_ago_counts(order: Order, fake: FakeStripe) -> None:
    assert post(*fake.sent(fake.events[0], at=NOW - 240)).status_code == 200


@pytest.mark.parametrize("secret", ["whsec_old", "whsec_new"])
def test_two_secrets_hold_while_one_is_replaced_by_the_other(
    order: Order, fake: FakeStripe, settings: Any, secret: str
) -> None:
    settings.STRIPE_WEBHOOK_SECRET = ["whsec_old", "whsec_new"]
    assert post(*fake.sent(fake.events[0], secret=secret)).status_code == 200


def test_two_megabytes_of_rubbish_are_not_read(order: Order, fake: FakeStripe) -> None:
    body = b"x" * 2 * 1024 * 1024
    assert post(*sign(body, secret=WEBHOOK_SECRET, at=NOW)).status_code == 413
    assert post(body, "").status_code == 413
    assert untouched(order)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"null",
        b'{"id": 5, "type": "x", "data": {"object": {"id": "a"}}}',
        b'{"id": "evt_1", "type": "x", "data": {"object": []}}',
        b'{"id": "evt_1", "type": "x", "data": {"object": {"id": "../../v1/refunds"}}}',
        b'{"id": "evt_1", "type": "x\\u0000", "data": {"object": {"id": "a"}}}',
        b"[" * 100_000,
    ],
)
def test_what_is_signed_and_no_event_is_refused(order: Order, fake: FakeStripe, body: bytes) -> None:
    answer = post(*sign(body, secret=WEBHOOK_SECRET, at=NOW))
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:cho-ocop:problem:invalid")
    assert untouched(order)


def test_an_unknown_kind_is_stored_and_ignored(order: Order, fake: FakeStripe, tell: Tell) -> None:
    answer = tell({**fake.events[0], "type": "customer.created"})
    assert (answer.status_code, answer.json()["outcome"]) == (200, "ignored")
    assert InboundEvent.objects.get().outcome == "ignored"
    assert not Capture.objects.exists()


def test_an_object_that_stripe_does_not_know_changes_nothing(order: Order, fake: FakeStripe, tell: Tell) -> None:
    event = {**fake.events[0], "data": {"object": {"id": "pi_invented", "amount_received": order.total}}}
    answer = tell(event)
    assert (answer.status_code, answer.json()["outcome"]) == (200, "unknown-object")
    assert not Capture.objects.exists()


def test_a_payment_of_no_order_of_ours_changes_nothing(order: Order, fake: FakeStripe, tell: Tell) -> None:
    fake.events.clear()
    fake.add_intent(500_000, order="OCNOTHING222")
    fake.add_intent(500_000, order="")
    for event in fake.events:
        assert tell(event).json()["outcome"] == "unknown-object"
    assert not Capture.objects.exists()


def test_a_payment_for_an_order_that_is_paid_otherwise_is_not_its(order: Order, fake: FakeStripe, tell: Tell) -> None:
    other = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.VIETQR)
    fake.events.clear()
    fake.add_intent(other.total, order=other.number)
    assert tell(fake.events[0]).json()["outcome"] == "unknown-object"
    other.refresh_from_db()
    assert other.state == OrderState.AWAITING_PAYMENT


def test_what_the_message_says_of_amounts_is_not_believed(order: Order, fake: FakeStripe, tell: Tell) -> None:
    event = told(fake, "payment_intent.succeeded")
    event["data"]["object"]["amount_received"] = 1
    tell(event)
    assert Capture.objects.get().amount == order.total


def test_a_message_that_says_paid_of_what_is_not_paid_changes_nothing(
    order: Order, fake: FakeStripe, tell: Tell
) -> None:
    fake.of_kind("payment_intent")[0]["status"] = "processing"
    assert tell(told(fake, "payment_intent.succeeded")).json()["outcome"] == "not-paid"
    assert tell(told(fake, "checkout.session.completed")).json()["outcome"] == "not-paid"
    assert not Capture.objects.exists()


def test_money_in_another_currency_is_left_to_a_person(order: Order, fake: FakeStripe, tell: Tell) -> None:
    fake.of_kind("payment_intent")[0]["currency"] = "usd"
    assert tell(told(fake, "payment_intent.succeeded")).json()["outcome"] == "wrong-currency"
    assert not Capture.objects.exists()


def test_a_message_told_again_has_no_effect(order: Order, fake: FakeStripe, tell: Tell) -> None:
    event = fake.events[0]
    assert [tell(event).json()["outcome"] for _time in range(3)] == ["captured", "told-before", "told-before"]
    assert InboundEvent.objects.count() == Capture.objects.count() == 1


@pytest.mark.parametrize("backwards", [False, True])
def test_all_messages_of_one_payment_count_once_in_any_order(
    order: Order, fake: FakeStripe, tell: Tell, backwards: bool
) -> None:
    for event in fake.events[:: -1 if backwards else 1] * 2:
        assert tell(event).status_code == 200
    assert Capture.objects.get().amount == order.total
    assert not order.refunds.exists()


@pytest.mark.parametrize("how", ["lost", "cut", "429", "500"])
def test_where_stripe_cannot_be_asked_it_is_told_to_tell_again(
    order: Order, fake: FakeStripe, tell: Tell, how: str
) -> None:
    fake.fail(how)
    answer = tell(fake.events[0])
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert untouched(order)
    assert tell(fake.events[0]).json()["outcome"] == "captured"


def test_where_its_effect_fails_the_event_is_not_taken_for_told(
    order: Order, fake: FakeStripe, tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr("marketplace.payments.services.book_capture", lambda **_facts: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            tell(fake.events[0])
    assert untouched(order)
    assert tell(fake.events[0]).json()["outcome"] == "captured"


def test_a_payment_that_comes_late_is_recorded_as_any_other(order: Order, fake: FakeStripe, tell: Tell) -> None:
    tell(fake.events[0], at=AT + timedelta(minutes=40))
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED


def test_the_address_takes_posts_only_and_needs_its_settings(client: Any, fake: FakeStripe, settings: Any) -> None:
    assert client.get("/webhooks/stripe/").status_code == 405
    settings.STRIPE_WEBHOOK_SECRET = []
    assert post(b"{}", "").status_code == 503
