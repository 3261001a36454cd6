"""``/checkout/`` for people, without a script: what is typed comes back, what is shown is what is charged."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalog.models import Commune, DocumentKind, GoodsPolicy, Pack, ProductSet, SellerDocument, Stock
from marketplace.accounts.models import User
from marketplace.orders.models import Cart, CheckoutAttempt, Order, StockHold, Voucher, VoucherKind
from marketplace.payments.methods import MethodUnavailable
from marketplace.payments.models import Payment
from marketplace.shop import checkout
from tests.conftest import SetClock
from tests.factories import AT, DAY, certify, make_bundle, make_pack, make_product
from tests.trade import make_cart, make_commune, open_hub

from .forms import BUYER, TO, again, checkout_form
from .ordering import put_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def commune(shop: None) -> Commune:
    commune = make_commune("xã Ninh Gia")
    Commune.objects.filter(pk=commune.pk).update(code="31024", valid_from=DAY - timedelta(days=400))
    return commune


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_guest_buys_with_two_pages_and_no_script(client: Client, prefix: str) -> None:
    put_in(client, make_pack(make_product(), price=100_000, on_hand=5), 2)
    form = checkout_form(client, prefix)
    assert form.total == 200_000
    answer = form.fill(**BUYER, r0_province="68").press(client, "update")
    form = again(answer, prefix)
    assert (answer.status_code, form.faults) == (200, {})
    assert "31024" in [e.attributes["value"] for e in form.page.all("option")]
    assert (form.total, form.values["expected_total"]) == (218_000, "218000")
    answer = form.fill(**TO).press(client, "place")
    order = Order.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{prefix}/orders/{order.number}/")
    assert (order.total, order.phone, order.language) == (218_000, "+84912345678", prefix[1:] or "vi")
    recipient = order.recipients.get()
    assert (recipient.name, recipient.phone, recipient.street) == ("Nguyễn Thị Hoa", "+84912345678", "12 Trần Phú")
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert order.number in page.content.decode()
    assert "cart" not in client.session
    assert "cart_count" not in client.cookies or not client.cookies["cart_count"].value


def test_one_who_fills_in_everything_at_once_sees_the_total_before_it_counts(client: Client) -> None:
    put_in(client, make_pack(make_product(), price=100_000, on_hand=5))
    form = checkout_form(client)
    assert form.values["expected_total"] == ""
    form = again(form.fill(**BUYER, **TO).press(client, "place"))
    assert not Order.objects.exists()
    assert (form.total, form.faults) == (118_000, {})
    assert form.press(client, "place").status_code == 302
    assert Order.objects.get().total == 118_000


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=5))
    form = checkout_form(client).fill(
        name="Hoa",
        phone="12",
        email="nobody",
        r0_province="68",
        r0_street="12 Trần Phú",
        r0_card="Chúc mừng",
        company="Công ty A",
        tax_code="12",
    )
    answer = form.press(client, "place")
    assert answer.status_code == 400
    form = again(answer)
    assert set(form.faults) == {"phone", "email", "r0-commune", "tax_code", "invoice_address"}
    assert form.notes
    kept = {name: form.values[name] for name in ("name", "phone", "r0-street", "r0-card", "company", "r0-province")}
    assert kept == {
        "name": "Hoa",
        "phone": "12",
        "r0-street": "12 Trần Phú",
        "r0-card": "Chúc mừng",
        "company": "Công ty A",
        "r0-province": "68",
    }
    assert not CheckoutAttempt.objects.exists()


def test_a_total_that_changed_meanwhile_is_shown_and_wants_another_yes(client: Client) -> None:
    put_in(client, make_pack(make_product(), price=100_000, on_hand=5))
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "update"))
    Pack.objects.update(price=120_000)
    answer = form.press(client, "place")
    assert answer.status_code == 409
    form = again(answer)
    assert (form.total, form.values["expected_total"]) == (138_000, "138000")
    assert form.press(client, "place").status_code == 302
    assert Order.objects.get().total == 138_000


def test_goods_that_went_meanwhile_are_said_to_be_gone(client: Client) -> None:
    put_in(client, make_pack(make_product(name="Mật ong rừng"), on_hand=5), 2)
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "update"))
    Stock.objects.update(on_hand=1)
    answer = form.press(client, "place")
    assert answer.status_code == 409
    form = again(answer)
    assert "Mật ong rừng" in form.notes
    assert "place" not in form.buttons()
    assert not StockHold.objects.exists()


def test_a_parcel_without_prices_is_not_paid_for_at_the_door(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=5))
    form = checkout_form(client).fill(**BUYER, **TO)
    assert 'value="cod"' in form.press(client, "update").content.decode()
    shown = form.fill(hides_prices="1").press(client, "update")
    assert 'value="cod"' not in shown.content.decode()
    assert again(shown).values["payment_method"] == "vietqr"


def test_sent_twice_it_is_one_order(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=5))
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "update"))
    first, second = form.press(client, "place"), form.press(client, "place")
    assert first.headers["Location"] == second.headers["Location"]
    changed = form.fill(name="Ai khác").press(client, "place")
    assert changed.headers["Location"] == first.headers["Location"]
    assert Order.objects.count() == 1


def test_a_stranger_who_sends_the_same_form_gets_nowhere(client: Client) -> None:
    shopper = User.objects.create_user("a@example.vn", "secret")
    client.force_login(shopper)
    put_in(client, make_pack(make_product(), on_hand=5))
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "update"))
    answer = form.press(Client(), "place")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cart/")
    assert not Order.objects.exists()


def test_several_recipients_share_the_goods(client: Client) -> None:
    make_commune("phường Bến Thành", province="79")
    put_in(client, make_pack(make_product(), price=100_000, on_hand=9), 3)
    line = Cart.objects.get().lines.get()
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "add-recipient"))
    assert (form.values[f"r0-line-{line.pk}"], form.values[f"r1-line-{line.pk}"]) == ("3", "0")
    form.values |= {f"r0-line-{line.pk}": "1", f"r1-line-{line.pk}": "1"}
    form = again(form.fill(r1_province="79").press(client, "update"))
    assert form.total == 300_000  # one goes to nobody yet
    form.values |= {f"r1-line-{line.pk}": "2"}
    form = again(form.press(client, "update"))
    assert form.total == 300_000 + 18_000 + 32_000
    form.fill(
        r0_name="Bố", r0_phone="0912345670", r1_name="Mẹ", r1_phone="0912345671",
        r1_commune="phường Bến Thành", r1_street="1 Lê Lợi", r1_card="Chúc mừng năm mới",
        r1_deliver_on=(DAY + timedelta(days=20)).isoformat(), hides_prices="1",
    )  # fmt: skip
    answer = form.press(client, "place")
    assert answer.status_code == 302, again(answer).faults
    order = Order.objects.get()
    assert order.hides_prices
    assert list(order.recipients.order_by("position").values_list("name", "card", "deliver_on")) == [
        ("Bố", "", None),
        ("Mẹ", "Chúc mừng năm mới", DAY + timedelta(days=20)),
    ]
    assert list(order.lines.order_by("position").values_list("quantity", flat=True)) == [1, 2]
    assert order.total == 350_000


def test_a_recipient_is_taken_out_again(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=9), 2)
    form = again(checkout_form(client).fill(**BUYER, r0_name="Bố").press(client, "add-recipient"))
    form = again(form.fill(r1_name="Mẹ").press(client, "remove-recipient-0"))
    assert form.values["r0-name"] == "Mẹ"
    assert "r1-name" not in form.values


@pytest.mark.parametrize("do", ["remove-recipient-", "remove-recipient-99", "remove-recipient-x", "dance", ""])
@pytest.mark.parametrize("count", ["0", "999999", "-1", "x", ""])
def test_nonsense_shows_the_form(client: Client, do: str, count: str) -> None:
    put_in(client, make_pack(make_product(), on_hand=9))
    form = checkout_form(client)
    form.values["recipients"] = count
    assert form.press(client, do).status_code == 200


@pytest.mark.parametrize("cart", ["", "x", "0c2a7f3e-0000-0000-0000-000000000000"])
def test_a_cart_that_is_none_leads_to_the_cart(client: Client, cart: str) -> None:
    answer = client.post("/checkout/", {"cart": cart, "do": "place"})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/cart/")


def test_an_empty_cart_has_no_checkout(client: Client) -> None:
    assert client.get("/checkout/").headers["Location"] == "/cart/"


def test_one_who_is_signed_in_finds_their_name(client: Client) -> None:
    shopper = User.objects.create_user("a@example.vn", "secret", first_name="Hoa", phone="+84912345678")
    client.force_login(shopper)
    put_in(client, make_pack(make_product(), on_hand=9))
    form = checkout_form(client)
    assert (form.values["email"], form.values["phone"]) == ("a@example.vn", "+84912345678")


def test_vouchers_of_the_cart_count(client: Client) -> None:
    Voucher.objects.create(code="TET", kind=VoucherKind.PERCENT, value=10, valid_from=DAY)
    put_in(client, make_pack(make_product(), price=100_000, on_hand=9))
    client.post("/cart/vouchers/", {"code": "TET"})
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "update"))
    assert form.total == 108_000
    assert form.press(client, "place").status_code == 302
    assert Order.objects.get().voucher_uses.get().amount == 10_000


def test_spirits_want_an_age_and_no_cash(client: Client) -> None:
    product_set = ProductSet.objects.get(code="ca-phe-ca-cao")
    GoodsPolicy.objects.filter(product_set=product_set).delete()
    GoodsPolicy.objects.create(
        product_set=product_set,
        minimum_age=18,
        methods=["vietqr", "stripe"],
        documents=[],
        legal_basis="x",
        valid_from=DAY - timedelta(days=10),
    )
    put_in(client, make_pack(make_product(product_set=product_set), price=100_000, on_hand=9))
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "update"))
    methods = [e.attributes["value"] for e in form.page.all("input", name="payment_method")]
    assert "cod" not in methods
    assert "vietqr" in methods
    answer = form.press(client, "place")
    assert answer.status_code == 400
    form = again(answer)
    assert "18" in form.notes
    assert form.fill(confirms_age="1").press(client, "place").status_code == 302
    assert Order.objects.get().minimum_age == 18


def test_a_missing_document_is_no_sale(client: Client) -> None:
    product = make_product()
    pack = make_pack(product, on_hand=9)
    put_in(client, pack)
    GoodsPolicy.objects.filter(product_set=product.product_set).delete()
    GoodsPolicy.objects.create(
        product_set=product.product_set,
        documents=[DocumentKind.values[0]],
        legal_basis="x",
        valid_from=DAY - timedelta(days=10),
    )
    assert not SellerDocument.objects.exists()
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "update"))
    assert "place" not in form.buttons()


def test_stars_that_end_before_the_delivery_are_said_to(client: Client) -> None:
    product = make_product()
    certify(product, issued_on=DAY - timedelta(days=5), valid_until=DAY + timedelta(days=1), end_reason="in ấn")
    put_in(client, make_pack(product, on_hand=9))
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "update"))
    assert form.page.all("p", class_="shop-notice")
    assert form.press(client, "place").status_code == 302
    item = Order.objects.get().items.get()
    assert (item.stars, item.stars_at_delivery) == (4, None)


def test_how_it_goes_is_said_before_paying(client: Client) -> None:
    open_hub()
    first, second = make_pack(make_product(), on_hand=9), make_pack(make_product(), on_hand=9)
    put_in(client, first)
    client.post("/cart/lines/", {"bundle": make_bundle(first, second, goes_as_box=True).slug})
    form = again(checkout_form(client, "/en").fill(**BUYER, **TO).press(client, "update"), "/en")
    text = " ".join(form.page.one("section", id="checkout-summary").text.split())
    assert "One gift box from the packing hub" in text
    assert f"Parcel of {first.product.producer.name}" in text
    parts = [int(re.sub(r"\D", "", e.text)) for e in form.page.all("dd") if "data-total" not in e.attributes]
    assert sum(parts) == form.total


def test_a_payment_that_cannot_begin_leads_to_the_order(
    client: Client, monkeypatch: pytest.MonkeyPatch, clock: SetClock
) -> None:
    clock(AT)
    put_in(client, make_pack(make_product(), on_hand=9))
    form = again(checkout_form(client).fill(**BUYER, **TO, payment_method="vietqr").press(client, "update"))

    def away(*_args: Any, **_more: Any) -> None:
        raise MethodUnavailable("no answer")

    monkeypatch.setattr(checkout, "begin_payment", away)
    answer = form.press(client, "place")
    order = Order.objects.get()
    assert answer.headers["Location"] == f"/orders/{order.number}/"
    assert "<svg" in client.get(f"/orders/{order.number}/").content.decode()  # a transfer needs nobody to begin it
    Payment.objects.update(method="stripe")
    assert f"/orders/{order.number}/pay/" in client.get(f"/orders/{order.number}/").content.decode()


def test_many_lines_and_recipients_ask_as_few_queries(client: Client, django_assert_max_num_queries) -> None:
    def asked(count: int) -> int:
        visitor = Client()
        for _each in range(count):
            put_in(visitor, make_pack(make_product(), on_hand=99), 9)
        form = again(checkout_form(visitor).fill(**BUYER, **TO).press(visitor, "add-recipient"))
        form.fill(r1_province="68")
        with django_assert_max_num_queries(40) as queries:
            assert form.press(visitor, "update").status_code == 200
        return len(queries)

    assert asked(2) == asked(8)


def test_it_needs_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    cart = make_cart((make_pack(make_product(), on_hand=9), 1))
    session = client.session
    session["cart"] = str(cart.pk)
    session.save()
    form = checkout_form(client)
    form.values.pop("csrfmiddlewaretoken")
    assert form.press(client, "place").status_code == 403
