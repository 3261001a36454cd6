"""Whatever is sent to the trade's API: a problem that says where, never a 500, and nothing written."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from marketplace.orders.models import CheckoutAttempt, Order
from marketplace.shop.api.bodies import LARGEST_BODY
from tests.conftest import SetClock
from tests.factories import AT, make_pack, make_product
from tests.trade import make_cart, make_commune

from .ordering import API, body_for, send

pytestmark = pytest.mark.django_db

KEY = {"Idempotency-Key": "k"}


def post(client: Client, path: str, content: bytes, kind: str = "application/json") -> Any:
    return client.generic("POST", API + path, content, content_type=kind)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"{", 400, "parse-error"),
        (b"\xff\xfe{}", 400, "parse-error"),
        (b"[" * 100_000, 400, "parse-error"),
        (b'{"a":' * 100_000, 400, "parse-error"),
        (b'{"pack": "\\ud800"}', 400, "parse-error"),
        (b'{"\\udc00": 1}', 400, "parse-error"),
        (b'{"quantity": NaN}', 400, "parse-error"),
        (b'{"quantity": ' + b"9" * 5_000 + b"}", 400, "parse-error"),
        (b'{"quantity": 1e400, "pack": "x"}', 400, "invalid"),
        (b"null", 400, "invalid"),
        (b"", 400, "invalid"),
        (b'{"a": "' + b"x" * LARGEST_BODY + b'"}', 413, "too-large"),
        (b'{"a": "' + b"x" * 3 * LARGEST_BODY + b'"}', 413, "too-large"),
    ],
    ids=lambda value: repr(value)[:24],
)
def test_what_is_no_json_of_a_cart_is_refused(client: Client, content: bytes, status: int, code: str) -> None:
    cart = make_cart()
    answer = post(client, f"/carts/{cart.pk}/lines/", content)
    assert answer.status_code == status
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.json()["type"] == f"urn:cho-ocop:problem:{code}"
    assert not cart.lines.exists()


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"])
def test_only_json_is_taken(client: Client, kind: str) -> None:
    cart = make_cart()
    answer = post(client, f"/carts/{cart.pk}/lines/", b'{"pack": "x"}', kind)
    assert (answer.status_code, answer.headers["Content-Type"]) == (415, "application/problem+json")


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"pack": "SKU", "quantity": "1"}, "/quantity", "invalid"),
        ({"pack": "SKU", "quantity": 1.0}, "/quantity", "invalid"),
        ({"pack": "SKU", "quantity": True}, "/quantity", "invalid"),
        ({"pack": "SKU", "quantity": 10**12}, "/quantity", "max_value"),
        ({"pack": 7}, "/pack", "invalid"),
        ({"pack": "SKU", "amount": 2}, "/amount", "unknown-member"),
        ({"pack": "SKU", "a/b~c": 2}, "/a~1b~0c", "unknown-member"),
    ],
)
def test_a_line_takes_what_the_contract_says(client: Client, body: object, pointer: str, code: str) -> None:
    (error,) = send(client, "post", f"/carts/{make_cart().pk}/lines/", body).json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)


def _put(path: str, value: Any) -> Callable[[Any], None]:
    def change(body: Any) -> None:
        *way, last = path.strip("/").split("/")
        for step in way:
            body = body[int(step) if step.isdigit() else step]
        body[int(last) if last.isdigit() else last] = value

    return change


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/cart", True),
        ("/cart", 12),
        ("/cart", "x\x00"),
        ("/email", "a@b.vn, c@d.vn"),
        ("/email", "a\r\nBcc: c@d.vn"),
        ("/phone", 912345678),
        ("/phone", "0123"),
        ("/phone", ["0912345678"]),
        ("/name", 12),
        ("/name", "   "),
        ("/name", "\u200b"),
        ("/name", "a\x07b"),
        ("/recipients", {}),
        ("/recipients", []),
        ("/recipients/0", None),
        ("/recipients/0/name", "!!!"),
        ("/recipients/0/card", "\x1b[0m"),
        ("/recipients/0/card", "x" * 501),
        ("/recipients/0/lines", []),
        ("/recipients/0/lines", list(range(1, 10_001))),
        ("/recipients/0/lines/0", "1"),
        ("/recipients/0/lines/0", True),
        ("/recipients/0/lines/0", {"line": 1, "quantity": 1, "pack": "x"}),
        ("/recipients/0/lines/0", 10**30),
        ("/recipients/0/deliver_on", "20990101"),
        ("/recipients/0/deliver_on", "2099-01-01"),
        ("/recipients/0/deliver_on", "2020-01-01"),
        ("/recipients/0/deliver_on", 20270101),
        ("/recipients/0/address/province", "00"),
        ("/recipients/0/address/province", 68),
        ("/recipients/0/address/commune", "xã Không Có"),
        ("/recipients/0/address/street", "\n"),
        ("/recipients/0/gift", True),
        ("/vouchers", "TET"),
        ("/vouchers/0", 1),
        ("/vouchers/0", "NO-SUCH"),
        ("/invoice", "x"),
        ("/invoice", []),
        ("/payment_method", "paypal"),
        ("/payment_method", {}),
        ("/expected_total", "118000"),
        ("/expected_total", 118_000.0),
        ("/expected_total", True),
        ("/expected_total", -1),
        ("/expected_total", 10**30),
        ("/hides_prices", "yes"),
        ("/confirms_age", 1),
        ("/hide_prices", True),
    ],
)
def test_a_bad_checkout_is_told_where_and_leaves_nothing(client: Client, pointer: str, value: Any) -> None:
    cart = make_cart((make_pack(make_product(), price=100_000, on_hand=5), 1))
    body = copy.deepcopy(body_for(cart))
    if pointer == "/vouchers/0":
        body["vouchers"] = [None]
    _put(pointer, value)(body)
    answer = send(client, "post", "/checkout/", body, **KEY)
    assert answer.status_code in (400, 409), answer.content
    assert answer.headers["Content-Type"] == "application/problem+json"
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    shown = "/vouchers" if value == "NO-SUCH" else pointer
    assert shown in pointers
    assert not Order.objects.exists()
    assert not CheckoutAttempt.objects.exists()


def test_names_are_kept_as_one_line_without_what_nobody_sees(client: Client) -> None:
    cart = make_cart((make_pack(make_product(), price=100_000, on_hand=5), 1))
    body = body_for(cart, name="  Hoa\n Mai\u200b\u202e ")
    body["recipients"][0]["address"]["street"] = "12\tTrâ\u0300n Phú"  # accents apart, as some keyboards write them
    body["recipients"][0]["card"] = "Chúc mừng\r\nnăm mới 👩‍👩‍👧"
    assert send(client, "post", "/checkout/", body, **KEY).status_code == 201
    order = Order.objects.get()
    recipient = order.recipients.get()
    assert (order.name, recipient.street, recipient.card) == (
        "Hoa Mai",
        "12 Trần Phú",
        "Chúc mừng\r\nnăm mới 👩‍👩‍👧",
    )


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("0912 345 678", "+84912345678"),
        ("0912.345.678", "+84912345678"),
        ("+84 912 345 678", "+84912345678"),
        ("+84 0912345678", "+84912345678"),
        ("0084912345678", "+84912345678"),
        ("84912345678", "+84912345678"),
        ("(028) 3822-3344", "+842838223344"),
        ("+1 650 253 0000", "+16502530000"),
    ],
)
def test_a_phone_number_is_taken_as_people_write_it(client: Client, written: str, kept: str) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    assert send(client, "post", "/checkout/", body_for(cart, phone=written), **KEY).status_code == 201
    assert Order.objects.get().phone == kept


def test_a_commune_of_another_province_is_none_of_this_one(client: Client) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    body = body_for(cart)
    body["recipients"][0]["address"]["commune"] = make_commune("xã Ba Tơ", province="51").name
    (error,) = send(client, "post", "/checkout/", body, **KEY).json()["errors"]
    assert (error["pointer"], error["code"]) == ("/recipients/0/address/commune", "unknown-code")


def test_a_cart_that_is_not_there_is_named(client: Client) -> None:
    body = body_for(make_cart((make_pack(make_product(), on_hand=5), 1)))
    body["cart"] = "00000000-0000-4000-8000-000000000000"
    answer = send(client, "post", "/checkout/", body, **KEY)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (404, "/cart")


@pytest.mark.parametrize("key", ["", " ", "x" * 256, "\x7f"])
def test_a_key_that_is_none_is_refused(client: Client, key: str) -> None:
    body = body_for(make_cart((make_pack(make_product(), on_hand=5), 1)))
    answer = send(client, "post", "/checkout/", body, **{"Idempotency-Key": key})
    assert (answer.status_code, "errors" in answer.json()) == (400, False)


def test_what_was_placed_is_answered_again_after_its_day_has_passed(client: Client, clock: SetClock) -> None:
    clock(AT)
    pack = make_pack(make_product(), on_hand=5)
    body = body_for(make_cart((pack, 1)))
    body["recipients"][0]["deliver_on"] = AT.date().replace(day=28).isoformat()
    first = send(client, "post", "/checkout/", body, **KEY)
    assert first.status_code == 201, first.content
    clock(AT.replace(year=AT.year + 1))
    again = send(client, "post", "/checkout/", body, **KEY)
    assert (again.status_code, again.content) == (201, first.content)
    other = send(client, "post", "/checkout/", {**body, "name": "Ai khác"}, **KEY)
    assert other.status_code == 422
    fresh = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "another"})
    assert fresh.status_code == 400
