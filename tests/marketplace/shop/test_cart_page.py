"""``/cart/`` for people: what is in it, what it costs, what stands against it; without a script."""

from uuid import UUID

import pytest
from django.test import Client

from catalog.models import Pack, Stock
from marketplace.accounts.models import User
from marketplace.orders.models import Cart, Voucher, VoucherKind
from tests.factories import DAY, certify, make_bundle, make_image, make_pack, make_product, suspend
from tests.pages import Page
from tests.trade import make_cart, open_hub

from .ordering import put_in

pytestmark = pytest.mark.django_db


def page_of(client: Client, path: str = "/cart/") -> Page:
    answer = client.get(path)
    assert answer.status_code == 200
    page = Page(answer.content.decode())
    assert page.flaws == []
    return page


def text_of(page: Page) -> str:
    return " ".join(page.one("main").text.split())


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_an_empty_cart_leads_back_to_the_goods(client: Client, prefix: str) -> None:
    page = page_of(client, f"{prefix}/cart/")
    assert {f"{prefix}/products/", f"{prefix}/gifts/"} <= {
        a.attributes["href"] for a in page.all("a", class_="button")
    } | {a.attributes["href"] for a in page.all("a")}
    assert not Cart.objects.exists()


def test_it_is_kept_by_nobody(client: Client) -> None:
    answer = client.get("/cart/")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert 'content="noindex"' in answer.content.decode()


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_the_buy_button_of_a_product_puts_it_in(client: Client, prefix: str) -> None:
    product = make_product()
    pack = make_pack(product, price=120_000, on_hand=5)
    shop = Page(client.get(f"{prefix}/products/{product.slug}/").content.decode())
    form = shop.one("form", action=f"{prefix}/cart/lines/")
    assert form.attributes["method"] == "post"
    assert shop.one("input", name="sku").attributes["value"] == pack.sku
    answer = put_in(client, pack, 2, prefix)
    assert (answer.status_code, answer.headers["Location"]) == (302, f"{prefix}/cart/")
    page = page_of(client, f"{prefix}/cart/")
    assert page.one("dd", data_total="240000")
    assert page.one("span", class_="cart-link__count").text == "1"


def test_the_buy_button_of_a_bundle_puts_it_in(client: Client) -> None:
    bundle = make_bundle(make_pack(make_product(), on_hand=5))
    shop = Page(client.get(f"/gifts/{bundle.slug}/").content.decode())
    assert shop.one("input", name="bundle").attributes["value"] == bundle.slug
    client.post("/cart/lines/", {"bundle": bundle.slug, "quantity": "1"})
    assert Cart.objects.get().lines.get().bundle == bundle


def test_what_is_out_of_stock_has_no_buy_button(client: Client) -> None:
    product = make_product()
    make_pack(product)
    bundle = make_bundle(make_pack(make_product()))
    for path in (f"/products/{product.slug}/", f"/gifts/{bundle.slug}/"):
        assert "/cart/lines/" not in client.get(path).content.decode()


def test_lines_are_changed_and_removed_without_a_script(client: Client) -> None:
    put_in(client, make_pack(make_product(), price=100_000, on_hand=5))
    line = Cart.objects.get().lines.get()
    client.post(f"/cart/lines/{line.pk}/", {"quantity": "3"})
    assert page_of(client).one("dd", data_total="300000")
    client.post(f"/cart/lines/{line.pk}/", {"quantity": "3", "remove": "1"})
    assert not Cart.objects.get().lines.exists()


@pytest.mark.parametrize("quantity", ["9", "-1", "", "1000", "a", "٣", "9" * 30])
def test_a_quantity_that_cannot_be_is_told(client: Client, quantity: str) -> None:
    put_in(client, make_pack(make_product(), on_hand=5))
    line = Cart.objects.get().lines.get()
    client.post(f"/cart/lines/{line.pk}/", {"quantity": quantity})
    page = page_of(client)
    assert page.all("li", class_="note note--stop")
    line.refresh_from_db()
    assert line.quantity == 1


@pytest.mark.parametrize("posted", [{}, {"sku": "none"}, {"bundle": "none"}, {"sku": "S", "bundle": "B"}])
def test_what_is_not_there_is_not_put_in(client: Client, posted: dict[str, str]) -> None:
    assert client.post("/cart/lines/", posted).status_code == 302
    assert not Cart.objects.exists()
    assert page_of(client).all("li", class_="note note--stop")


def test_it_says_next_to_the_line_what_changed_until_that_was_seen(client: Client) -> None:
    product = make_product(name="Mật ong")
    certificate = certify(product)
    pack = make_pack(product, price=100_000, on_hand=5)
    put_in(client, pack)
    assert "data-stars" in client.get("/cart/").content.decode()
    Pack.objects.update(price=110_000)
    suspend(certificate)
    page = page_of(client, "/en/cart/")
    notices = [e.text for e in page.all("p", class_="shop-notice")]
    assert len(notices) == 2
    assert "₫100,000 each before" in page.one("p", class_="shop-line__price").text
    assert "data-stars" not in client.get("/cart/").content.decode()
    client.post("/cart/seen/")
    assert not page_of(client).all("p", class_="shop-notice")


def test_what_stands_against_it_leaves_no_way_to_the_checkout(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=5))
    assert page_of(client).all("a", href="/checkout/")
    Stock.objects.update(on_hand=0)
    page = page_of(client)
    assert not page.all("a", href="/checkout/")
    assert page.all("p", class_="shop-notice shop-notice--stop")


def test_how_it_can_be_paid_is_said_before_the_checkout(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=5))
    assert "To be paid by: cash on delivery, bank transfer (VietQR)." in text_of(page_of(client, "/en/cart/"))


def test_shipping_is_estimated_for_a_province(client: Client) -> None:
    put_in(client, make_pack(make_product(), price=100_000, on_hand=5))
    assert page_of(client, "/cart/?province=68").one("dd", data_total="118000")
    assert page_of(client, "/cart/?province=79").one("dd", data_total="132000")
    assert page_of(client, "/cart/?province=nonsense&x=1").one("dd", data_total="100000")


def test_how_a_bundle_goes_is_said(client: Client) -> None:
    first, second = make_pack(make_product(), on_hand=5), make_pack(make_product(), on_hand=5)
    bundle = make_bundle(first, second, cover=make_image())
    box = make_bundle(first, second, goes_as_box=True)
    open_hub()
    for each in (bundle, box):
        client.post("/cart/lines/", {"bundle": each.slug})
    text = text_of(page_of(client, "/en/cart/"))
    assert "Goes in 2 parcels, one from each producer." in text
    assert "Goes as one gift box" in text


def test_a_voucher_is_used_refused_and_taken_out(client: Client) -> None:
    Voucher.objects.create(code="TET", kind=VoucherKind.FIXED, value=10_000, valid_from=DAY)
    put_in(client, make_pack(make_product(), price=100_000, on_hand=5))
    client.post("/cart/vouchers/", {"code": " tet "})
    assert page_of(client).one("dd", data_total="90000")
    client.post("/cart/vouchers/", {"code": "nothing"})
    page = page_of(client)
    (beside,) = page.all("div", id=page.one("input", id="code").attributes["aria-describedby"])
    assert "NOTHING" in beside.text
    assert len(page.all("p", class_="shop-notice shop-notice--stop")) == 1
    client.post("/cart/vouchers/", {"remove": "NOTHING"})
    client.post("/cart/vouchers/", {"remove": "TET"})
    assert page_of(client).one("dd", data_total="100000")


def test_a_guests_cart_becomes_the_persons_at_sign_in(client: Client) -> None:
    shopper = User.objects.create_user("a@example.vn", "secret")
    product = make_product()
    pack, other = make_pack(product, on_hand=9), make_pack(product, on_hand=9)
    make_cart((pack, 1), user=shopper)
    put_in(client, pack, 2)
    put_in(client, other)
    answer = client.post("/en/portal/sign-in/", {"who": "a@example.vn", "password": "secret", "next": "/en/cart/"})
    assert answer.status_code == 302
    cart = Cart.objects.get()
    assert cart.user == shopper
    assert dict(cart.lines.values_list("pack", "quantity")) == {pack.pk: 3, other.pk: 1}
    told = "What you had put into the cart before you signed in is in your own cart now."
    assert told in text_of(page_of(client, "/en/cart/"))


def test_who_signs_in_sees_the_count_of_their_own_cart(client: Client) -> None:
    shopper = User.objects.create_user("a@example.vn", "secret")
    product = make_product()
    make_cart((make_pack(product, on_hand=9), 1), (make_pack(product, on_hand=9), 1), user=shopper)
    signing_in = {"who": "a@example.vn", "password": "secret", "next": "/orders/"}
    assert client.post("/portal/sign-in/", signing_in).cookies["cart_count"].value == "2"
    assert "before you signed in" not in client.get("/en/cart/").content.decode()


def test_another_visitor_sees_none_of_it(client: Client) -> None:
    put_in(client, make_pack(make_product(), on_hand=5))
    cart = Cart.objects.get()
    line = cart.lines.get()
    stranger = Client()
    session = stranger.session
    shopper = User.objects.create_user("a@example.vn", "secret")
    own = make_cart(user=shopper)
    session["cart"] = str(own.pk)  # a person's cart is not a guest's, whatever a session says
    session.save()
    assert not page_of(stranger).all("li", class_="shop-line panel")
    for path, posted in ((f"/cart/lines/{line.pk}/", {"remove": "1"}), ("/cart/vouchers/", {"code": "A"})):
        assert stranger.post(path, posted).status_code == 302
    cart.refresh_from_db()
    assert (cart.lines.count(), cart.voucher_codes) == (1, [])
    assert UUID(client.session["cart"]) == cart.pk


def test_a_full_cart_asks_as_few_queries_as_a_small_one(client: Client, django_assert_max_num_queries) -> None:
    open_hub()

    def asked(count: int) -> int:
        visitor = Client()
        packs = [make_pack(make_product(), on_hand=9) for _each in range(count)]
        for pack in packs:
            put_in(visitor, pack)
        visitor.post("/cart/lines/", {"bundle": make_bundle(*packs[:3], goes_as_box=True).slug})
        visitor.get("/cart/?province=79")
        with django_assert_max_num_queries(36) as queries:
            assert visitor.get("/cart/?province=79").status_code == 200
        return len(queries)

    assert asked(4) == asked(9)


def test_changes_need_the_csrf_token() -> None:
    client = Client(enforce_csrf_checks=True)
    assert put_in(client, make_pack(make_product(), on_hand=5)).status_code == 403
