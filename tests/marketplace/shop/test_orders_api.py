"""``/api/v1/orders/``: by the token or the owner's session; for anybody else it does not exist."""

from datetime import timedelta

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.orders.models import PaymentMethod
from marketplace.orders.numbers import access_token
from tests.conftest import SetClock
from tests.factories import AT, make_bundle, make_member, make_pack, make_product
from tests.trade import make_cart, make_order, open_hub

from .ordering import place, send

pytestmark = pytest.mark.django_db


def token_of(order) -> str:
    return access_token(number=order.number, seed=order.token_seed)


def test_the_token_opens_it(client: Client, clock: SetClock) -> None:
    clock(AT)
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)
    answer = send(client, "get", f"/orders/{order.number}/", Authorization=f"Bearer {token_of(order)}")
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    body = answer.json()
    assert (body["number"], body["status"], body["total"]["amount"]) == (order.number, "awaiting_payment", order.total)
    assert body["recipients"][0]["lines"][0]["quantity"] == 2
    assert body["pay_until"]
    assert "access_token" not in body


def test_one_that_was_not_paid_in_time_leads_nobody_to_pay(client: Client, clock: SetClock) -> None:
    clock(AT)
    pack = make_pack(make_product(), on_hand=1)
    order = place(client, make_cart((pack, 1)), payment_method="vietqr").json()
    path, headers = f"/orders/{order['number']}/", {"Authorization": f"Bearer {order['access_token']}"}
    clock(AT + timedelta(minutes=14, seconds=59))
    before = send(client, "get", path, **headers).json()
    assert (before["status"], "qr" in before["payment"]) == ("awaiting_payment", True)
    cart = make_cart()
    assert send(client, "post", f"/carts/{cart.pk}/lines/", {"pack": pack.sku}).status_code == 409
    clock(AT + timedelta(minutes=15))
    after = send(client, "get", path, **headers).json()
    assert (after["status"], after["pay_until"]) == ("expired", None)
    assert after["payment"] == {"method": "vietqr", "status": "pending"}
    assert send(client, "post", f"/carts/{cart.pk}/lines/", {"pack": pack.sku}).status_code == 201  # back at once


def test_it_is_not_there_for_anybody_else(client: Client) -> None:
    shopper = User.objects.create_user("a@example.vn", "secret")
    product = make_product()
    order = make_order((make_pack(product, on_hand=5), 1), user=shopper)
    other = make_order((make_pack(product, on_hand=5), 1))
    path = f"/orders/{order.number}/"
    strangers = [client]
    for user in (User.objects.create_user("c@example.vn", "secret"), make_member(product.producer)):
        strangers.append(Client())
        strangers[-1].force_login(user)
    for stranger in strangers:
        assert send(stranger, "get", path).status_code == 404
        for wrong in (token_of(other), "", "x", "é"):
            assert send(stranger, "get", path, Authorization=f"Bearer {wrong}").status_code == 404
    own = Client()
    own.force_login(shopper)
    assert send(own, "get", path).status_code == 200
    assert send(own, "get", "/orders/OC23456789BC/").status_code == 404


def test_a_large_order_asks_as_few_queries_as_a_small_one(client: Client, django_assert_max_num_queries) -> None:
    open_hub()

    def asked(count: int) -> int:
        packs = [make_pack(make_product(), on_hand=9) for _each in range(count)]
        order = make_order(*((pack, 1) for pack in packs), (make_bundle(*packs, goes_as_box=True), 1))
        headers = {"Authorization": f"Bearer {token_of(order)}"}
        with django_assert_max_num_queries(10) as queries:
            assert send(client, "get", f"/orders/{order.number}/", **headers).status_code == 200
        return len(queries)

    assert asked(2) == asked(9)
