"""``/api/v1/checkout/``: one order for one key, refusals that say what to do."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalog.models import Pack, Stock
from marketplace.accounts.models import User
from marketplace.orders.models import CheckoutAttempt, Order, StockHold
from marketplace.shop import attempts, checkout
from marketplace.shop.answers import checkout_text
from marketplace.shop.order_facts import load_order
from tests.factories import AT, DAY, certify, make_bundle, make_pack, make_product
from tests.trade import make_cart, make_commune, open_hub

from .ordering import body_for, place, send

pytestmark = pytest.mark.django_db


def problem(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_it_places_an_order_as_the_contract_says(client: Client) -> None:
    product = make_product()
    certificate = certify(product, stars=4)
    pack = make_pack(product, price=100_000, on_hand=5)
    answer = place(client, make_cart((pack, 2)))
    assert answer.status_code == 201
    body = answer.json()
    order = Order.objects.get()
    assert list(body) == ["number", "access_token", "status", "total", "shipping", "payment", "fulfilments"]
    assert (body["number"], body["status"]) == (order.number, "confirmed")
    assert (body["total"]["amount"], body["shipping"]["amount"]) == (218_000, 18_000)
    assert body["payment"] == {"method": "cod", "status": "on_delivery"}
    (part,) = body["fulfilments"]
    assert (part["producer"]["slug"], part["status"]) == (product.producer.slug, "placed")
    (line,) = part["lines"]
    assert (line["stars"], line["stars_at_delivery"], line["certificate"]["id"]) == (4, 4, certificate.public_id)
    assert (order.phone, order.recipients.get().phone) == ("+84912345678", "+84912345679")


def test_a_bank_transfer_brings_its_code(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=5)
    answer = place(client, make_cart((pack, 1)), payment_method="vietqr").json()
    assert (answer["status"], answer["payment"]["status"]) == ("awaiting_payment", "pending")
    assert answer["number"] in answer["payment"]["qr"]["payload"]
    assert "<svg" in answer["payment"]["qr"]["svg"]


def test_what_is_answered_at_once_is_what_the_order_tells_afterwards(client: Client) -> None:
    open_hub()
    packs = [make_pack(make_product(), on_hand=9) for _each in range(3)]
    certify(packs[0].product, stars=4)
    place(client, make_cart((packs[0], 2), (packs[1], 1), (make_bundle(*packs[1:], goes_as_box=True), 1)))
    order = Order.objects.get()
    assert order.fulfilments.filter(packing="box").exists()
    assert CheckoutAttempt.objects.get().answer == checkout_text(load_order(order, at=AT))


def test_a_large_checkout_asks_as_few_queries_as_a_small_one(
    client: Client, django_assert_max_num_queries: Any
) -> None:
    def asked(count: int) -> int:
        body = body_for(make_cart(*((make_pack(make_product(), on_hand=9), 1) for _each in range(count))))
        with django_assert_max_num_queries(37) as queries:  # eight of them begin and end transactions
            send(client, "post", "/checkout/", body, **{"Idempotency-Key": str(count)})
        return len(queries)

    assert asked(2) == asked(8)


def test_the_same_key_and_body_is_answered_the_same_bytes(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=5)
    cart = make_cart((pack, 1))
    body = body_for(cart)
    first = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    again = send(client, "post", "/checkout/", dict(reversed(body.items())), **{"Idempotency-Key": "k"})
    assert (again.status_code, again.content) == (201, first.content)
    assert Order.objects.count() == 1
    assert "access_token" not in str(CheckoutAttempt.objects.get().answer)


def test_the_same_key_with_another_body_is_refused(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=5)
    cart = make_cart((pack, 1))
    assert place(client, cart, key="k").status_code == 201
    assert problem(place(client, cart, key="k", name="Ai khác")) == (422, "idempotency-key-reused")


def test_a_key_is_required(client: Client) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    body = body_for(cart)
    assert problem(send(client, "post", "/checkout/", body)) == (400, "idempotency-key-missing")
    assert problem(send(client, "post", "/checkout/", body, **{"Idempotency-Key": "x" * 256}))[0] == 400
    assert not Order.objects.exists()


def test_another_key_for_the_same_cart_is_told_that_it_is_ordered(client: Client) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    assert place(client, cart).status_code == 201
    assert problem(place(client, cart)) == (409, "cart-ordered")


def test_a_drifted_total_is_told_and_the_key_may_be_used_again(client: Client) -> None:
    pack = make_pack(make_product(), price=100_000, on_hand=5)
    cart = make_cart((pack, 1))
    body = body_for(cart)
    Pack.objects.update(price=120_000)
    refused = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    assert problem(refused) == (409, "total-changed")
    assert refused.json()["total"] == {"amount": 138_000, "currency": "VND"}
    assert not CheckoutAttempt.objects.exists()
    body["expected_total"] = 138_000
    assert send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"}).status_code == 201


def test_out_of_stock_names_the_line_where_the_body_does(client: Client) -> None:
    fine, short = make_pack(make_product(), on_hand=5), make_pack(make_product(), on_hand=5)
    cart = make_cart((fine, 1), (short, 3))
    body = body_for(cart)
    Stock.objects.filter(pack=short).update(on_hand=2)
    refused = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    assert problem(refused) == (409, "out-of-stock")
    line = cart.lines.get(pack=short)
    assert (refused.json()["line"], refused.json()["left"]) == (line.pk, 2)
    assert refused.json()["errors"][0]["pointer"] == "/recipients/0/lines/1"
    assert not StockHold.objects.exists()


def test_lines_are_split_between_recipients(client: Client) -> None:
    first, second = make_pack(make_product(), on_hand=5), make_pack(make_product(), on_hand=5)
    cart = make_cart((first, 3), (second, 1))
    one, two = cart.lines.in_order()
    body = body_for(cart, payment_method="vietqr")
    (recipient,) = body["recipients"]
    body["recipients"] = [
        {**recipient, "lines": [{"line": one.pk, "quantity": 1}, two.pk]},
        {**recipient, "name": "Người khác", "lines": [{"line": one.pk, "quantity": 2}]},
    ]
    body["expected_total"] += 18_000
    answer = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    assert answer.status_code == 201, answer.json()
    order = Order.objects.get()
    assert sorted(order.lines.values_list("recipient__position", "quantity")) == [(0, 1), (0, 1), (1, 2)]


def test_what_goes_to_nobody_or_twice_is_refused(client: Client) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 3))
    line = cart.lines.get()
    body = body_for(cart)
    body["recipients"][0]["lines"] = [{"line": line.pk, "quantity": 2}]
    refused = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    assert problem(refused) == (400, "lines-undelivered")
    assert refused.json()["errors"][0]["pointer"] == "/recipients/0/lines/0"
    body["recipients"][0]["lines"] = [line.pk, line.pk]
    assert problem(send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"}))[0] == 400


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"phone": "12"}, "/phone"),
        ({"phone": "+1 202 555 0199 9"}, "/phone"),
        ({"email": "nobody"}, "/email"),
        ({"name": ""}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"payment_method": "gold"}, "/payment_method"),
        ({"expected_total": -1}, "/expected_total"),
        ({"expected_total": None}, "/expected_total"),
        ({"cart": "x"}, "/cart"),
        ({"recipients": []}, "/recipients"),
        ({"invoice": {"company": "A", "tax_code": "12", "address": "B"}}, "/invoice/tax_code"),
        ({"vouchers": ["a"] * 6}, "/vouchers"),
    ],
)
def test_a_bad_member_is_told_beside_it(client: Client, change: dict[str, Any], pointer: str) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    answer = send(client, "post", "/checkout/", {**body_for(cart), **change}, **{"Idempotency-Key": "k"})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]
    assert not CheckoutAttempt.objects.exists()


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"phone": "1"}, "phone"),
        ({"deliver_on": DAY.isoformat()}, "deliver_on"),
        ({"deliver_on": (DAY + timedelta(days=200)).isoformat()}, "deliver_on"),
        ({"deliver_on": "soon"}, "deliver_on"),
        ({"card": "x" * 501}, "card"),
        ({"lines": []}, "lines"),
        ({"lines": ["a"]}, "lines/0"),
        ({"lines": [{"line": 1}]}, "lines/0"),
        ({"address": {"province": "00", "commune": "x", "street": "1"}}, "address/province"),
        ({"address": {"province": "68", "commune": "Nowhere", "street": "1"}}, "address/commune"),
        ({"address": {"province": "68", "commune": "Xuân Hương – Đà Lạt", "street": ""}}, "address/street"),
    ],
)
def test_a_bad_recipient_is_told_beside_its_member(client: Client, change: dict[str, Any], pointer: str) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    body = body_for(cart)
    body["recipients"][0] |= change
    answer = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    assert answer.status_code == 400
    assert [error["pointer"] for error in answer.json()["errors"]] == [f"/recipients/0/{pointer}"]


@pytest.mark.parametrize(
    ("written", "kept"),
    [("010 010 9106", "0100109106"), ("0100109106001", "0100109106-001"), ("001.099.000.123", "001099000123")],
)
def test_a_tax_code_is_kept_as_it_is_written_officially(client: Client, written: str, kept: str) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    invoice = {"company": "Công ty A", "tax_code": written, "address": "1 Lê Lợi"}
    answer = send(client, "post", "/checkout/", {**body_for(cart), "invoice": invoice}, **{"Idempotency-Key": "k"})
    assert answer.status_code == 201, answer.content
    assert Order.objects.get().invoice_tax_code == kept


@pytest.mark.parametrize("named", ["31024", "xã Ninh Gia", "Ninh Gia", "XÃ NINH GIA", "ninh gia", "xa ninh gia"])
def test_a_commune_is_named_by_code_or_name(client: Client, named: str) -> None:
    commune = make_commune("xã Ninh Gia")
    type(commune).objects.filter(pk=commune.pk).update(code="31024")
    commune.refresh_from_db()
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    body = body_for(cart, to=commune)
    body["recipients"][0]["address"]["commune"] = named
    assert send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"}).status_code == 201
    assert Order.objects.get().recipients.get().commune == commune


def test_a_name_that_two_communes_share_but_for_accents_wants_them(client: Client) -> None:
    for name in ("xã Ba Tô", "xã Ba Tơ"):
        make_commune(name)
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    body = body_for(cart)
    body["recipients"][0]["address"]["commune"] = "ba to"
    assert send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"}).status_code == 400
    body["recipients"][0]["address"]["commune"] = "Ba Tơ"
    assert send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"}).status_code == 201
    assert Order.objects.get().recipients.get().commune_name == "xã Ba Tơ"


def test_a_running_checkout_is_waited_for_and_then_said_to_run(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "POLLS", 3)
    monkeypatch.setattr(attempts, "POLL_EVERY", 0.01)
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    body = body_for(cart)
    CheckoutAttempt.objects.create(
        actor="guest",
        key="k",
        body_hash=attempts.hash_of({"lang": "vi", "body": body}),
        created_at=AT,
        leased_until=AT + timedelta(hours=9),
    )
    answer = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    assert problem(answer) == (409, "checkout-running")


def test_one_that_crashed_before_the_order_is_begun_anew_after_its_lease(client: Client) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    body = body_for(cart)
    CheckoutAttempt.objects.create(
        actor="guest",
        key="k",
        body_hash=attempts.hash_of({"lang": "vi", "body": body}),
        created_at=AT,
        leased_until=AT,
    )
    assert send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"}).status_code == 201


def test_one_that_crashed_after_the_order_goes_on_with_it(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    body = body_for(cart, payment_method="vietqr")

    class Crash(BaseException):
        pass

    def crash(*_args: Any, **_more: Any) -> None:
        raise Crash

    begin = checkout.begin_payment
    monkeypatch.setattr(checkout, "begin_payment", crash)
    with pytest.raises(Crash):
        send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    monkeypatch.setattr(checkout, "begin_payment", begin)
    CheckoutAttempt.objects.update(leased_until=AT)
    answer = send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})
    assert (answer.status_code, answer.json()["number"]) == (201, Order.objects.get().number)
    assert "qr" in answer.json()["payment"]


def test_a_payment_that_cannot_begin_is_begun_by_asking_again(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    body = body_for(cart, payment_method="vietqr")

    def away(*_args: Any, **_more: Any) -> None:
        raise checkout.MethodUnavailable("no answer")

    begin = checkout.begin_payment
    monkeypatch.setattr(checkout, "begin_payment", away)
    assert problem(send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"})) == (503, "payment-unavailable")
    monkeypatch.setattr(checkout, "begin_payment", begin)
    assert send(client, "post", "/checkout/", body, **{"Idempotency-Key": "k"}).status_code == 201
    assert Order.objects.count() == 1


def test_nobody_else_checks_a_persons_cart_out(client: Client) -> None:
    shopper = User.objects.create_user("a@example.vn", "secret")
    cart = make_cart((make_pack(make_product(), on_hand=5), 1), user=shopper)
    assert place(client, cart).status_code == 404
    client.force_login(shopper)
    assert place(client, cart).status_code == 201
    assert Order.objects.get().user == shopper


def test_the_language_asked_is_that_of_the_order(client: Client) -> None:
    cart = make_cart((make_bundle(make_pack(make_product(), on_hand=5), title_en="A box"), 1))
    answer = send(client, "post", "/checkout/?lang=en", body_for(cart), **{"Idempotency-Key": "k"})
    assert answer.status_code == 201
    order = Order.objects.get()
    assert (order.language, order.lines.get().name) == ("en", "A box")
