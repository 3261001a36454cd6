"""``/orders/`` for people: who may see an order, and what it says."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from marketplace.accounts.models import User
from marketplace.orders.models import Order, OrderState, PaymentMethod
from marketplace.orders.numbers import access_token
from marketplace.payments.leftovers import PARTIAL_WAITS
from marketplace.payments.services import begin_payment, record_capture
from marketplace.shop.urls import urlpatterns
from tests.conftest import SetClock
from tests.factories import AT, certify, make_bundle, make_member, make_pack, make_product
from tests.pages import Page
from tests.trade import make_order, open_hub

from .ordering import API

pytestmark = pytest.mark.django_db
METHODS = ("get", "head", "post", "put", "patch", "delete", "options")


@pytest.fixture(autouse=True)
def morning(clock: SetClock) -> None:
    clock(AT)


def token_of(order: Order) -> str:
    return access_token(number=order.number, seed=order.token_seed)


def let_in(client: Client, order: Order) -> str:
    path = f"/orders/{order.number}/"
    client.get(f"{path}?token={token_of(order)}")
    return path


def page_at(client: Client, path: str) -> Page:
    answer = client.get(path)
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    assert page.flaws == []
    return page


def text_of(page: Page) -> str:
    return " ".join(page.one("main").text.split())


def test_the_token_opens_the_page_and_leaves_the_address(client: Client) -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 1))
    answer = client.get(f"/orders/{order.number}/?token={token_of(order)}")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/orders/{order.number}/")
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "private, no-store"
    shown = client.get(answer.headers["Location"])
    assert shown.status_code == 200
    assert (shown.headers["Cache-Control"], shown.headers["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert token_of(order) not in shown.content.decode()


def test_by_no_route_does_anybody_else_see_anything_of_it() -> None:
    """A stranger, another shopper, a shopper with another order's token, the producer whose goods they are."""
    shopper = User.objects.create_user("a@example.vn", "secret")
    product = make_product()
    pack = make_pack(product, on_hand=9)
    order = make_order((pack, 1), user=shopper)
    other = make_order((pack, 1))
    held_by_other = Client()
    let_in(held_by_other, other)
    strangers = [Client(), held_by_other]
    people = [User.objects.create_user("c@example.vn", "secret"), make_member(product.producer)]
    for user in (*people, make_member(make_product().producer)):
        strangers.append(Client())
        strangers[-1].force_login(user)
    paths = [
        reverse(pattern.name, args=[order.number])
        for pattern in urlpatterns
        if isinstance(pattern, URLPattern) and "number" in pattern.pattern.converters
    ]
    assert len(paths) >= 4
    paths += [f"/en{path}" for path in paths] + [f"{API}/orders/{order.number}/"]
    for stranger in strangers:
        for path in paths:
            for method in METHODS:
                answer = getattr(stranger, method)(path)
                assert answer.status_code in {404, 405} or (method == "options" and path.startswith(API))
                assert order.name not in answer.content.decode()
            for token in (token_of(other), "x", ""):
                assert stranger.get(path, {"token": token}).status_code in {400, 404, 405}
        listed = stranger.get("/orders/").content.decode()
        assert order.number not in listed
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    own = Client()
    own.force_login(shopper)
    assert own.get(f"/orders/{order.number}/").status_code == 200


def test_a_token_of_before_opens_nothing_once_the_seed_changed(client: Client) -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 1))
    path = let_in(client, order)
    Order.objects.update(token_seed="new")
    assert client.get(path).status_code == 404


def test_stars_are_told_as_bought_and_for_the_day_it_arrives(client: Client) -> None:
    product = make_product()
    certificate = certify(product, stars=4)
    order = make_order((make_pack(product, on_hand=5), 1), (make_pack(make_product(), on_hand=5), 1))
    text = text_of(page_at(client, f"/en{let_in(client, order)}"))
    assert f"OCOP 4 stars when it was bought (decision {certificate.decision_number}" in text
    assert "Still so on the day it is expected." in text
    assert "Without OCOP stars when it was bought." in text


def test_an_open_bank_transfer_shows_its_code_and_asks_by_itself(client: Client) -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.VIETQR)
    begin_payment(order, at=AT)
    path = let_in(client, order)
    page = page_at(client, path)
    assert page.one("svg", role="img") or page.all("svg")
    assert "http-equiv" in client.get(path).content.decode()
    (watched,) = [e for e in page.elements if "data-status" in e.attributes]
    assert watched.attributes["data-status"] == f"{path}status/"
    now = client.get(watched.attributes["data-status"]).json()
    assert watched.attributes["data-now"] == f"{now['status']} {now['payment']}"
    record_capture(payment_id=order.payment.pk, source_id="b1", amount=order.total, at=AT)
    assert client.get(f"{path}status/").json() == {"status": "confirmed", "payment": "paid"}
    assert not [e for e in page_at(client, path).elements if "data-status" in e.attributes]


def test_one_not_paid_in_time_says_so(client: Client, clock: SetClock) -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.VIETQR)
    path = let_in(client, order)
    assert "arrives about" in text_of(page_at(client, f"/en{path}"))
    clock(AT + timedelta(minutes=15))
    page = page_at(client, path)
    assert page.all("span", class_="shop-status shop-status--expired")
    assert "arrives about" not in text_of(page_at(client, f"/en{path}"))
    assert not [e for e in page.elements if "data-status" in e.attributes]
    assert client.post(f"{path}pay/").status_code == 302


def test_who_has_paid_a_part_is_shown_the_code_for_the_rest_for_three_days(client: Client, clock: SetClock) -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.VIETQR)
    begin_payment(order, at=AT)
    path = let_in(client, order)
    record_capture(payment_id=order.payment.pk, source_id="b1", amount=1_000, at=AT)
    for late, codes in ((timedelta(), 1), (PARTIAL_WAITS - timedelta(minutes=1), 1), (PARTIAL_WAITS, 0)):
        clock(order.hold_until + late)
        page = page_at(client, f"/en{path}")
        assert len(page.all("div", class_="shop-qr")) == codes
        assert "until then the goods are yours" not in text_of(page)


def test_it_is_cancelled_until_something_is_packed(client: Client) -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 1))
    path = let_in(client, order)
    assert page_at(client, path).all("form", action=f"{path}cancel/")
    assert client.post(f"{path}cancel/").status_code == 302
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert not page_at(client, path).all("form", action=f"{path}cancel/")
    packed = make_order((make_pack(make_product(), on_hand=5), 1))
    packed.fulfilments.update(state="packed")
    path = let_in(client, packed)
    assert not page_at(client, path).all("form", action=f"{path}cancel/")
    client.post(f"{path}cancel/")
    packed.refresh_from_db()
    assert packed.state == OrderState.CONFIRMED


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("out-of-stock", "the goods were gone already. The money goes back."),
        ("voucher-used-up", "its voucher was used up already. The money goes back."),
        ("document-missing", "its seller may not sell the goods any more. The money goes back."),
        ("delivery-failed", "It could not be delivered."),
    ],
)
def test_it_says_why_it_came_to_nothing(client: Client, reason: str, told: str) -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.VIETQR)
    path = let_in(client, order)
    Order.objects.update(state=OrderState.CANCELLED, cancelled_at=AT, cancel_reason=reason)
    assert told in text_of(page_at(client, f"/en{path}"))


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_order_of_everything_is_well_formed(client: Client, prefix: str) -> None:
    open_hub()
    pack = make_pack(make_product(), on_hand=9)
    other = make_pack(make_product(), on_hand=9)
    box = make_bundle(pack, other, goes_as_box=True)
    order = make_order(
        (pack, 1), (box, 1), invoice_company="Công ty A", invoice_tax_code="0100109106", invoice_address="1 Lê Lợi"
    )
    order.recipients.update(card="Chúc mừng\nnăm mới")
    order.fulfilments.filter(packing="direct").update(
        state="delivered", delivered_at=AT, carrier="VNPost", tracking_number="EH1"
    )
    text = text_of(page_at(client, prefix + let_in(client, order)))
    assert all(told in text for told in ("0100109106", "EH1", order.number, "năm mới", "0912 345 678"))


def test_a_guest_sees_the_orders_this_browser_knows(client: Client, django_assert_max_num_queries: Any) -> None:
    pack = make_pack(make_product(), on_hand=9)
    first, second, unknown = (make_order((pack, 1)) for _each in range(3))
    for known in (first, second):
        let_in(client, known)
    with django_assert_max_num_queries(3):
        text = text_of(page_at(client, "/orders/"))
    assert text.index(second.number) < text.index(first.number)
    assert unknown.number not in text


def test_one_who_is_signed_in_leafs_through_their_orders(client: Client, django_assert_max_num_queries: Any) -> None:
    shopper = User.objects.create_user("a@example.vn", "secret")
    pack = make_pack(make_product(), on_hand=99)
    for _each in range(22):
        make_order((pack, 1), user=shopper)
    client.force_login(shopper)
    with django_assert_max_num_queries(6):
        first = client.get("/orders/")
    assert first.content.decode().count("shop-status--") == 20
    assert client.get("/orders/?page=2").content.decode().count("shop-status--") == 2
    assert page_at(client, "/en/orders/?page=nonsense")


def test_an_order_asks_as_few_queries_whatever_its_size(django_assert_max_num_queries: Any) -> None:
    def asked(count: int) -> int:
        client = Client()
        packs = [make_pack(make_product(), on_hand=9) for _each in range(count)]
        order = make_order(*((pack, 1) for pack in packs))
        path = let_in(client, order)
        with django_assert_max_num_queries(12) as queries:
            assert client.get(path).status_code == 200
        return len(queries)

    assert asked(1) == asked(8)


def test_many_tokens_do_not_fill_the_session(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=99)
    orders = [make_order((pack, 1)) for _each in range(32)]
    for order in orders:
        let_in(client, order)
    assert len(client.session["orders"]) == 30
    assert client.get(f"/orders/{orders[0].number}/").status_code == 404
