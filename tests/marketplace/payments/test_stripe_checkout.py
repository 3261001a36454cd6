"""Paying by card begins on Stripe's page: once for an order, whatever fails on the way."""

import runpy
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache

from marketplace.orders.models import Order, PaymentMethod, Refund
from marketplace.orders.quoting import quote_cart
from marketplace.orders.services import Actor, cancel_order
from marketplace.payments import stripe_api, stripe_client
from marketplace.payments.methods import MethodUnavailable
from marketplace.payments.models import Capture, Payment
from marketplace.payments.services import begin_payment, check_payment, close_page, payment_of
from marketplace.payments.stripe_client import MOST_AMOUNT, takes
from tests.factories import AT, DAY, make_pack, make_product
from tests.trade import make_cart, make_order, open_shop

from .fake_stripe import FakeStripe
from .stripe_fixtures import Tell, fake, quick_retries, tell, tell_all

__all__ = ["fake", "quick_retries", "tell", "tell_all"]
pytestmark = pytest.mark.django_db
URL = "https://shop.example.vn/orders/x/"


@pytest.fixture
def order(fake: FakeStripe, db: None) -> Order:
    open_shop()
    return make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.STRIPE)


def sessions(fake: FakeStripe) -> list[Any]:
    return fake.of_kind("checkout.session")


def test_the_page_asks_for_the_total_of_the_order_in_dong(order: Order, fake: FakeStripe) -> None:
    start = begin_payment(order, at=AT, return_url=URL)
    (session,) = sessions(fake)
    assert start.redirect_url == session["url"]
    assert (session["amount_total"], session["currency"]) == (218_000, "vnd")
    (asked,) = [parameters for method, _path, parameters, _key in fake.requests if method == "POST"]
    assert asked["client_reference_id"] == asked["metadata"]["order"] == order.number
    assert asked["payment_intent_data"]["transfer_group"] == order.number
    assert asked["payment_intent_data"]["metadata"]["order"] == order.number
    assert (asked["success_url"], asked["cancel_url"]) == (URL, URL)
    assert (asked["locale"], asked["customer_email"]) == ("vi", "b@example.vn")
    assert asked["mode"] == "payment"


def test_the_page_can_still_be_opened_in_the_last_second_of_the_hold(
    order: Order, fake: FakeStripe, clock: Any
) -> None:
    late = order.hold_until - timedelta(seconds=1)
    clock(late)
    assert begin_payment(order, at=late, return_url=URL).redirect_url


def test_no_page_is_opened_once_the_goods_are_held_no_longer(order: Order, fake: FakeStripe) -> None:
    assert begin_payment(order, at=order.hold_until, return_url=URL).redirect_url == ""
    assert not fake.requests


@pytest.mark.parametrize("how", ["lost", "cut"])
def test_one_lost_request_is_asked_again_under_the_same_key(order: Order, fake: FakeStripe, how: str) -> None:
    fake.fail(how)
    assert begin_payment(order, at=AT, return_url=URL).redirect_url
    assert len(sessions(fake)) == 1


@pytest.mark.parametrize("how", ["lost", "cut", "429"])
def test_where_stripe_is_away_nothing_is_written_and_a_later_try_finds_the_same_page(
    order: Order, fake: FakeStripe, how: str
) -> None:
    fake.fail(*[how] * (1 if how == "429" else 2))
    with pytest.raises(MethodUnavailable):
        begin_payment(order, at=AT, return_url=URL)
    payment = Payment.objects.get()
    assert (payment.begun_at, payment.reference, payment.redirect_url) == (None, "", "")
    later = AT + timedelta(minutes=3)
    assert begin_payment(order, at=later, return_url=URL).redirect_url
    assert len(sessions(fake)) == 1


def test_a_failure_of_stripes_own_which_it_keeps_under_the_key_is_got_over(order: Order, fake: FakeStripe) -> None:
    fake.fail("500")
    assert begin_payment(order, at=AT, return_url=URL).redirect_url
    assert len(sessions(fake)) == 1


def test_a_page_that_moved_since_a_lost_answer_opens_all_the_same(order: Order, fake: FakeStripe) -> None:
    fake.fail("cut", "cut")
    with pytest.raises(MethodUnavailable):
        begin_payment(order, at=AT, return_url=URL)
    assert begin_payment(order, at=AT, return_url=f"{URL}?lang=en").redirect_url


def test_a_page_that_is_over_is_followed_by_another_while_the_order_is_open(
    order: Order, fake: FakeStripe, tell_all: Any
) -> None:
    first = begin_payment(order, at=AT, return_url=URL)
    fake.expire(sessions(fake)[0]["id"])
    tell_all()
    second = begin_payment(order, at=AT + timedelta(minutes=1), return_url=URL)
    assert second.redirect_url not in ("", first.redirect_url)
    fake.fail_payment(sessions(fake)[1]["id"])
    tell_all()
    third = begin_payment(order, at=AT + timedelta(minutes=2), return_url=URL)
    assert third.redirect_url not in ("", first.redirect_url, second.redirect_url)


def test_the_end_of_an_older_page_closes_no_newer_one(
    order: Order, fake: FakeStripe, tell: Tell, tell_all: Any
) -> None:
    begin_payment(order, at=AT, return_url=URL)
    fake.expire(sessions(fake)[0]["id"])
    (told,) = fake.events
    tell_all()
    second = begin_payment(order, at=AT, return_url=URL)
    tell({**told, "id": "evt_again"})
    assert begin_payment(order, at=AT, return_url=URL) == second


def test_both_pages_paid_is_paid_once_and_the_other_due_back(order: Order, fake: FakeStripe, tell_all: Any) -> None:
    begin_payment(order, at=AT, return_url=URL)
    payment = payment_of(order, at=AT)
    Payment.objects.update(begun_at=None)  # as if the answer had been lost, and the shop's page had moved
    begin_payment(order, at=AT, return_url=f"{URL}?lang=en")
    assert len(sessions(fake)) == 2
    for session in sessions(fake):
        fake.pay(session["id"])
    tell_all()
    payment.refresh_from_db()
    assert payment.captured == 2 * order.total
    assert [(refund.amount, refund.reason) for refund in order.refunds.all()] == [(order.total, "overpaid")]


def test_the_way_back_to_the_shop_finds_what_was_paid_before_the_message_comes(
    order: Order, fake: FakeStripe, tell_all: Any
) -> None:
    begin_payment(order, at=AT, return_url=URL)
    fake.pay(sessions(fake)[0]["id"])
    check_payment(order, at=AT)
    order.refresh_from_db()
    assert order.state == "confirmed"
    tell_all()
    assert Capture.objects.count() == 1


def test_what_is_not_paid_is_not_taken_for_paid_on_the_way_back(order: Order, fake: FakeStripe) -> None:
    begin_payment(order, at=AT, return_url=URL)
    assert check_payment(order, at=AT).captured == 0


def test_cards_are_offered_where_a_key_is_set_and_for_what_stripe_takes(settings: Any, db: None) -> None:
    open_shop()
    lines = list(make_cart((make_pack(make_product(), price=100_000, on_hand=5), 1)).lines.in_order())
    assert "stripe" not in quote_cart(lines, on=DAY, at=AT).methods
    settings.STRIPE_SECRET_KEY = "sk_test_x"
    assert "stripe" in quote_cart(lines, on=DAY, at=AT).methods
    assert not takes(MOST_AMOUNT + 1)
    assert not takes(5_000)


def test_without_a_key_nothing_is_begun(order: Order, settings: Any) -> None:
    settings.STRIPE_SECRET_KEY = ""
    with pytest.raises(MethodUnavailable):
        begin_payment(order, at=AT, return_url=URL)


def test_what_is_paid_after_the_order_was_cancelled_is_due_back(order: Order, fake: FakeStripe, tell_all: Any) -> None:
    begin_payment(order, at=AT, return_url=URL)
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    fake.pay(sessions(fake)[0]["id"])
    tell_all()
    assert [refund.amount for refund in order.refunds.all()] == [order.total]


def test_the_page_of_an_order_that_was_cancelled_is_closed(order: Order, fake: FakeStripe) -> None:
    begin_payment(order, at=AT, return_url=URL)
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    order.refresh_from_db()
    for _time in range(2):
        close_page(order)
    assert sessions(fake)[0]["status"] == "expired"
    assert len([path for _method, path, *_more in fake.requests if path.endswith("/expire")]) == 1


def test_a_page_on_which_somebody_has_just_paid_is_left_as_it_is(order: Order, fake: FakeStripe, tell_all: Any) -> None:
    begin_payment(order, at=AT, return_url=URL)
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    fake.pay(sessions(fake)[0]["id"])
    order.refresh_from_db()
    close_page(order)
    tell_all()
    assert Refund.objects.get().amount == order.total


def test_the_page_of_an_order_that_goes_on_is_not_closed(order: Order, fake: FakeStripe) -> None:
    begin_payment(order, at=AT, return_url=URL)
    close_page(order)
    assert sessions(fake)[0]["status"] == "open"


def test_stripe_is_asked_once_in_ten_seconds_whether_it_was_paid(order: Order, fake: FakeStripe) -> None:
    check_payment(order, at=AT)  # nobody was led there yet
    assert not fake.requests
    begin_payment(order, at=AT, return_url=URL)
    for seconds in (0, 1, 9, 10, 11, 25):
        check_payment(order, at=AT + timedelta(seconds=seconds))
    assert len([method for method, *_more in fake.requests if method == "GET"]) == 3
    fake.pay(sessions(fake)[0]["id"])
    for seconds in (60, 90):
        assert check_payment(order, at=AT + timedelta(seconds=seconds)).captured == order.total
    assert len([method for method, *_more in fake.requests if method == "GET"]) == 4


def test_after_stripe_did_not_answer_nobody_who_looks_asks_for_a_moment(
    order: Order, fake: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_payment(order, at=AT, return_url=URL)
    monkeypatch.setattr(stripe_api, "RESTS_FOR", 30)
    fake.fail("lost")
    try:
        for minutes in (1, 2):
            with pytest.raises(MethodUnavailable):
                check_payment(order, at=AT + timedelta(minutes=minutes))
    finally:
        cache.delete(stripe_api.RESTS)
    assert not [method for method, *_more in fake.requests if method == "GET"]
    assert check_payment(order, at=AT + timedelta(minutes=3)).captured == 0


def test_whoever_waits_in_a_web_worker_waits_for_less_than_it_lives() -> None:
    limit = runpy.run_path("gunicorn.conf.py")["timeout"] - 5
    assert (1 + stripe_client.RETRIES) * sum(stripe_client.TIMEOUT_SECONDS) < limit  # a page is opened
    assert 3 * sum(stripe_client.MESSAGE_SECONDS) < limit  # a charge, its payment and its refunds
    assert sum(stripe_client.LOOK_SECONDS) <= 3


def test_messages_and_looks_are_asked_about_once(order: Order, fake: FakeStripe) -> None:
    begin_payment(order, at=AT, return_url=URL)
    fake.fail("lost")
    with pytest.raises(MethodUnavailable):
        check_payment(order, at=AT)
    assert not fake.failures
