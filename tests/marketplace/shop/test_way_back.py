"""Back from the page where cards are paid: the order's page asks whether it was paid, and does not wait to be told."""

from typing import Any

import pytest
from django.test import Client

from marketplace.orders.models import Order, PaymentMethod
from marketplace.orders.numbers import access_token
from marketplace.payments.models import Capture
from tests.factories import make_pack, make_product
from tests.marketplace.payments.fake_stripe import FakeStripe
from tests.marketplace.payments.stripe_fixtures import fake, quick_retries
from tests.trade import make_order

from .test_order_pages import let_in

__all__ = ["fake", "quick_retries"]
Card = tuple[Client, str, str]


@pytest.fixture
def order(fake: FakeStripe) -> Order:
    return make_order((make_pack(make_product(), price=100_000, on_hand=5), 1), method=PaymentMethod.STRIPE)


@pytest.fixture
def paying(client: Client, order: Order, fake: FakeStripe) -> Card:
    """A shopper on the payment page: their browser, the order's page, the id of the payment page."""
    path = let_in(client, order)
    assert client.post(f"{path}pay/").status_code == 302
    (session,) = fake.of_kind("checkout.session")
    token = access_token(number=order.number, seed=order.token_seed)
    assert session["success_url"] == session["cancel_url"] == f"http://testserver{path}?token={token}&back=1"
    return client, path, session["id"]


def asked(fake: FakeStripe) -> int:
    return sum(method == "GET" for method, *_more in fake.requests)


def test_the_way_back_finds_what_was_paid(paying: Card, order: Order, fake: FakeStripe) -> None:
    client, path, session = paying
    fake.pay(session)
    answer = client.get(f"{path}?back=1")
    assert (answer.status_code, answer.headers["Location"]) == (302, path)
    order.refresh_from_db()
    assert order.state == "confirmed"
    before = asked(fake)
    for address in (path, f"{path}?back=1", f"{path}status/"):
        client.get(address)
    assert asked(fake) == before
    assert Capture.objects.count() == 1


def test_the_way_back_opens_the_order_in_a_browser_that_did_not_place_it(
    paying: Card, order: Order, fake: FakeStripe
) -> None:
    _client, path, session = paying
    fake.pay(session)
    page = Client().get(fake.of_kind("checkout.session")[0]["success_url"], follow=True)
    assert page.redirect_chain == [(path, 302)]
    assert (page.status_code, page.context["facts"].status) == (200, "confirmed")


def test_who_loads_the_page_again_without_a_script_finds_it_too(paying: Card, order: Order, fake: FakeStripe) -> None:
    client, path, session = paying
    fake.pay(session)
    assert client.get(path).status_code == 200
    order.refresh_from_db()
    assert order.state == "confirmed"


def test_what_is_not_paid_waits_on(paying: Card, order: Order, fake: FakeStripe) -> None:
    client, path, _session = paying
    assert client.get(f"{path}?back=1", follow=True).status_code == 200
    order.refresh_from_db()
    assert order.state == "awaiting_payment"


def test_a_provider_that_is_away_keeps_nobody_from_the_page(paying: Card, fake: FakeStripe) -> None:
    client, path, session = paying
    fake.pay(session)
    fake.fail("lost", "lost", "lost", "lost")
    assert client.get(f"{path}?back=1", follow=True).status_code == 200


def test_a_stranger_makes_nobody_ask(paying: Card, fake: FakeStripe, client: Client) -> None:
    before = asked(fake)
    assert Client().get(f"{paying[1]}?back=1").status_code == 404
    assert asked(fake) == before


def test_other_ways_to_pay_have_nobody_to_ask(client: Client, fake: FakeStripe) -> None:
    order: Any = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.VIETQR)
    path = let_in(client, order)
    assert client.get(f"{path}?back=1", follow=True).status_code == 200
    assert fake.requests == []


def test_the_page_that_waits_finds_what_was_paid(paying: Card, fake: FakeStripe) -> None:
    client, path, session = paying
    assert client.get(f"{path}status/").json()["status"] == "awaiting_payment"
    fake.pay(session)
    before = asked(fake)
    assert client.get(f"{path}status/").json()["status"] == "awaiting_payment"  # asked a moment ago
    assert asked(fake) == before


def test_whoever_waits_by_the_api_finds_what_was_paid(paying: Card, order: Order, fake: FakeStripe) -> None:
    _client, _path, session = paying
    fake.pay(session)
    token = {"HTTP_AUTHORIZATION": f"Bearer {access_token(number=order.number, seed=order.token_seed)}"}
    answer = Client().get(f"/api/v1/orders/{order.number}/", **token)
    assert answer.json()["status"] == "confirmed"


def cancelled_by_the_shopper(paying: Card, order: Order, admin_client: Client) -> int:
    return paying[0].post(f"{paying[1]}cancel/").status_code


def cancelled_by_an_operator(paying: Card, order: Order, admin_client: Client) -> int:
    path = f"/django-admin/orders/order/{order.pk}/cancel/{order.pk}/"
    return admin_client.post(path, {"note": "Khách gọi điện", "came_back": "on"}).status_code


BY_WHOM = [cancelled_by_the_shopper, cancelled_by_an_operator]


@pytest.mark.parametrize("cancelled", BY_WHOM)
def test_the_payment_page_of_a_cancelled_order_is_closed(
    paying: Card,
    order: Order,
    fake: FakeStripe,
    admin_client: Client,
    cancelled: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        assert cancelled(paying, order, admin_client) == 302
    assert [each["status"] for each in fake.of_kind("checkout.session")] == ["expired"]


@pytest.mark.parametrize("cancelled", BY_WHOM)
def test_a_provider_that_is_away_undoes_no_cancel(
    paying: Card,
    order: Order,
    fake: FakeStripe,
    admin_client: Client,
    cancelled: Any,
    django_capture_on_commit_callbacks: Any,
) -> None:
    fake.fail("lost", "lost", "lost", "lost")
    with django_capture_on_commit_callbacks(execute=True):
        assert cancelled(paying, order, admin_client) == 302
    order.refresh_from_db()
    assert order.state == "cancelled"
    assert [each["status"] for each in fake.of_kind("checkout.session")] == ["open"]
