"""Every refusal of the trade's API speaks the language asked for, the framework's own words too."""

import json
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from marketplace.accounts.models import User
from marketplace.orders.models import Cart
from marketplace.orders.rules import MAX_LINES
from marketplace.orders.vouchers import MAX_VOUCHERS
from marketplace.shop.api.bodies import LARGEST_BODY
from tests.factories import make_pack, make_product
from tests.trade import make_cart

from .ordering import API, body_for

pytestmark = pytest.mark.django_db

JSON = "application/json"
UNKNOWN = UUID(int=1)


@pytest.fixture
def cart() -> Cart:
    return make_cart((make_pack(make_product(), on_hand=5), 1))


def details(answer: Any, status: int) -> list[str]:
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json"), answer.content
    problem = answer.json()
    return [problem["detail"], *(each["detail"] for each in problem.get("errors", ()))]


def check(client: Client, method: str, path: str, content: bytes, status: int, *, kind: str = JSON) -> None:
    """The same refusal twice: as many texts, each another one, and the Vietnamese one with its accents."""
    told = [
        details(
            client.generic(
                method, f"{API}{path}?lang={lang}", content, content_type=kind, headers={"Idempotency-Key": "k"}
            ),
            status,
        )
        for lang in ("vi", "en")
    ]
    assert len(told[0]) == len(told[1])
    for vietnamese, english in zip(*told, strict=True):
        assert english.isascii()
        assert not vietnamese.isascii(), vietnamese


@pytest.mark.parametrize(
    ("method", "path", "content", "kind", "status"),
    [
        ("PUT", "/carts/", b"", JSON, 405),
        ("GET", f"/carts/{UNKNOWN}/", b"", JSON, 404),
        ("GET", "/orders/OC2222222222/", b"", JSON, 404),
        ("POST", "/carts/{cart}/lines/", b"{", JSON, 400),
        ("POST", "/carts/{cart}/lines/", b"x" * (LARGEST_BODY + 1), JSON, 413),
        ("POST", "/carts/{cart}/lines/", b"a=1", "text/plain", 415),
        ("POST", "/carts/{cart}/lines/", b"[]", JSON, 400),
        ("POST", "/carts/{cart}/lines/", b'{"pack": "none"}', JSON, 400),
        ("POST", "/carts/{cart}/lines/", b'{"gift_bundle": "none", "quantity": 1}', JSON, 400),
        ("POST", "/carts/{cart}/lines/", b'{"quantity": 1}', JSON, 400),
        ("PATCH", "/carts/{cart}/lines/{line}/", b"{}", JSON, 400),
        ("PATCH", "/carts/{cart}/lines/{line}/", b'{"quantity": null}', JSON, 400),
        ("PATCH", "/carts/{cart}/lines/{line}/", b'{"quantity": "2"}', JSON, 400),
        ("PATCH", "/carts/{cart}/lines/{line}/", b'{"quantity": 0}', JSON, 400),
        ("PATCH", "/carts/{cart}/lines/{line}/", b'{"quantity": 1000000}', JSON, 400),
        ("PATCH", "/carts/{cart}/lines/{line}/", b'{"quantity": 1, "more": 2}', JSON, 400),
        ("PATCH", f"/carts/{UNKNOWN}/lines/1/", b'{"quantity": 1}', JSON, 404),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_refusal_about_a_cart(
    client: Client, cart: Cart, method: str, path: str, content: bytes, kind: str, status: int
) -> None:
    line = cart.lines.get().pk
    check(client, method, path.format(cart=cart.pk, line=line), content, status, kind=kind)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cart", "x"),
        ("email", "x"),
        ("email", None),
        ("email", f"{'x' * 250}@example.vn"),
        ("phone", "12"),
        ("name", 1),
        ("name", ""),
        ("name", "x" * 200),
        ("recipients", {}),
        ("recipients", []),
        ("recipients", ["x"]),
        ("vouchers", ["A"] * (MAX_VOUCHERS + 1)),
        ("vouchers", ["\x00"]),
        ("invoice", "x"),
        ("invoice", {"company": "A", "tax_code": "1", "address": "B"}),
        ("payment_method", "gold"),
        ("expected_total", -1),
        ("expected_total", True),
        ("confirms_age", "yes"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_refusal_about_a_checkout(client: Client, cart: Cart, name: str, value: object) -> None:
    body = {**body_for(cart), name: value}
    check(client, "POST", "/checkout/", json.dumps(body).encode(), 400)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("lines", [{}]),
        ("lines", []),
        ("lines", [1] * (MAX_LINES + 1)),
        ("deliver_on", "1.1."),
        ("deliver_on", "2026-02-30"),
    ],
    ids=lambda value: repr(value)[:40],
)
def test_a_refusal_about_a_recipient(client: Client, cart: Cart, name: str, value: object) -> None:
    body = body_for(cart)
    body["recipients"][0][name] = value
    check(client, "POST", "/checkout/", json.dumps(body).encode(), 400)


def test_a_change_without_the_token_of_its_session(cart: Cart) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_user("b@example.vn", "secret"))
    check(client, "POST", "/carts/", b"", 403)
