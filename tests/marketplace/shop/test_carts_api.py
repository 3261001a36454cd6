"""``/api/v1/carts/``: a cart by its id, and everything said of it."""

from uuid import uuid4

import pytest
from django.test import Client

from catalog.models import Pack, Stock
from marketplace.accounts.models import User
from marketplace.orders.models import Cart
from tests.factories import certify, make_bundle, make_pack, make_product, suspend
from tests.trade import make_cart, make_order, open_hub

from .ordering import send

pytestmark = pytest.mark.django_db


def test_a_guest_opens_fills_changes_and_throws_away_a_cart(client: Client) -> None:
    pack = make_pack(make_product(), price=100_000, on_hand=5)
    opened = send(client, "post", "/carts/")
    assert opened.status_code == 201
    assert (opened.json()["lines"], opened.json()["total"]) == ([], {"amount": 0, "currency": "VND"})
    assert opened.headers["Cache-Control"] == "private, no-store"
    path = f"/carts/{opened.json()['id']}/"
    filled = send(client, "post", f"{path}lines/", {"pack": pack.sku, "quantity": 2})
    assert filled.status_code == 201
    (line,) = filled.json()["lines"]
    assert (line["pack"], line["gift_bundle"], line["quantity"]) == (pack.sku, None, 2)
    assert filled.json()["total"]["amount"] == 200_000
    changed = send(client, "patch", f"{path}lines/{line['id']}/", {"quantity": 3})
    assert (changed.status_code, changed.json()["total"]["amount"]) == (200, 300_000)
    assert send(client, "get", path).json() == changed.json()
    assert send(client, "delete", f"{path}lines/{line['id']}/").status_code == 204
    assert send(client, "get", path).json()["lines"] == []
    assert send(client, "delete", path).status_code == 204
    assert send(client, "get", path).status_code == 404


def test_more_of_the_same_goes_on_the_same_line(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=5)
    path = f"/carts/{make_cart((pack, 1)).pk}/lines/"
    (line,) = send(client, "post", path, {"pack": pack.sku, "quantity": 2}).json()["lines"]
    assert line["quantity"] == 3


def test_it_says_stars_and_certificate_of_each_line(client: Client) -> None:
    product = make_product(name="Cà phê Cầu Đất")
    certificate = certify(product, stars=4)
    plain = make_product()
    cart = make_cart((make_pack(product, on_hand=5), 1), (make_pack(plain, on_hand=5), 1))
    with_stars, without = send(client, "get", f"/carts/{cart.pk}/").json()["lines"]
    assert with_stars["badge"]["stars"] == 4
    assert with_stars["badge"]["certificate"] == certificate.public_id
    assert with_stars["all_certified"] is True
    assert (without["badge"], without["all_certified"]) == (None, False)


def test_it_says_plainly_what_changed_since(client: Client) -> None:
    product = make_product()
    certificate = certify(product)
    pack = make_pack(product, price=100_000, on_hand=5)
    cart = make_cart((pack, 1))
    Pack.objects.filter(pk=pack.pk).update(price=110_000)
    suspend(certificate)
    (line,) = send(client, "get", f"/carts/{cart.pk}/").json()["lines"]
    assert [(n["code"], n["blocking"]) for n in line["notices"]] == [("price-changed", False), ("stars-ended", False)]
    assert line["unit_price"]["amount"] == 110_000
    product.is_published = False
    product.save()
    (line,) = send(client, "get", f"/carts/{cart.pk}/").json()["lines"]
    assert [(n["code"], n["blocking"]) for n in line["notices"]] == [("not-for-sale", True)]
    assert (line["unit_price"], line["pack"]) == (None, None)


def test_a_bundle_says_what_is_in_it_and_how_it_goes(client: Client) -> None:
    first, second = make_pack(make_product(), price=100_000, on_hand=5), make_pack(make_product(), on_hand=5)
    open_hub()
    parcels, box = make_bundle(first, (second, 2)), make_bundle(first, goes_as_box=True)
    cart = make_cart((parcels, 1))
    path = f"/carts/{cart.pk}/"
    both = send(client, "post", f"{path}lines/", {"gift_bundle": box.slug}).json()["lines"]
    assert [(line["gift_bundle"], line["packing"]) for line in both] == [(parcels.slug, "parcels"), (box.slug, "box")]
    assert [(item["pack"]["sku"], item["quantity"]) for item in both[0]["items"]] == [(first.sku, 1), (second.sku, 2)]
    to = send(client, "get", f"{path}?province=68").json()
    assert [parcel["packing"] for parcel in to["parcels"]].count("box") == 1
    assert to["totals"]["assembly"]["amount"] == 35_000
    assert (
        to["total"]["amount"]
        == sum(to["totals"][part]["amount"] for part in ("goods", "shipping", "assembly"))
        - to["totals"]["discount"]["amount"]
    )


def test_out_of_stock_names_the_line_and_what_is_left(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=2)
    cart = make_cart((pack, 1))
    line = cart.lines.get()
    refused = send(client, "patch", f"/carts/{cart.pk}/lines/{line.pk}/", {"quantity": 3})
    assert refused.status_code == 409
    assert refused.headers["Content-Type"] == "application/problem+json"
    problem = refused.json()
    assert problem["type"] == "urn:cho-ocop:problem:out-of-stock"
    assert (problem["line"], problem["left"]) == (line.pk, 2)
    assert problem["errors"][0]["pointer"] == "/quantity"
    line.refresh_from_db()
    assert line.quantity == 1


def test_what_was_not_put_in_has_no_line_to_name(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=2)
    cart = make_cart()
    refused = send(client, "post", f"/carts/{cart.pk}/lines/", {"pack": pack.sku, "quantity": 3})
    assert (refused.status_code, refused.json()["line"], refused.json()["left"]) == (409, None, 2)
    assert not cart.lines.exists()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"pack": "no-such-sku", "quantity": 1}, "/pack"),
        ({"gift_bundle": "no-such-slug", "quantity": 1}, "/gift_bundle"),
        ({"quantity": 1}, ""),
        ({"pack": "a", "gift_bundle": "b"}, ""),
        ({"pack": "SKU", "quantity": 0}, "/quantity"),
        ({"pack": "SKU", "quantity": 1000}, "/quantity"),
        ({"pack": "SKU", "quantity": "many"}, "/quantity"),
        ({"pack": "S\x00KU", "quantity": 1}, "/pack"),
        ([], ""),
    ],
)
def test_a_bad_line_is_told_beside_its_member(client: Client, body: object, pointer: str) -> None:
    cart = make_cart()
    answer = send(client, "post", f"/carts/{cart.pk}/lines/", body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_parameters_nobody_knows_are_refused(client: Client) -> None:
    cart = make_cart()
    for path in ("/carts/?x=1", f"/carts/{cart.pk}/lines/?lang=fr"):
        assert send(client, "post", path, {}).status_code == 400
    assert send(client, "get", f"/carts/{cart.pk}/?province=00").status_code == 400


def test_a_cart_that_became_an_order_says_so(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=5)
    order = make_order((pack, 1))
    line = order.cart.lines.get()
    for method, path, body in (
        ("get", "", None),
        ("delete", "", None),
        ("post", "lines/", {"pack": pack.sku, "quantity": 1}),
        ("patch", f"lines/{line.pk}/", {"quantity": 2}),
        ("delete", f"lines/{line.pk}/", None),
    ):
        answer = send(client, method, f"/carts/{order.cart_id}/{path}", body)
        assert (answer.status_code, answer.json()["type"]) == (409, "urn:cho-ocop:problem:cart-ordered")


def test_nobody_else_reaches_a_persons_cart(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=5)
    shopper = User.objects.create_user("a@example.vn", "secret")
    other = Client()
    other.force_login(User.objects.create_user("c@example.vn", "secret"))
    cart = make_cart((pack, 1), user=shopper)
    line = cart.lines.get()
    for stranger in (client, other):
        for method, path, body in (
            ("get", "", None),
            ("delete", "", None),
            ("post", "lines/", {"pack": pack.sku, "quantity": 1}),
            ("patch", f"lines/{line.pk}/", {"quantity": 2}),
            ("delete", f"lines/{line.pk}/", None),
        ):
            assert send(stranger, method, f"/carts/{cart.pk}/{path}", body).status_code == 404
        assert send(stranger, "get", f"/carts/{uuid4()}/").status_code == 404
    own = Client()
    own.force_login(shopper)
    assert send(own, "post", "/carts/").json()["id"] == str(cart.pk)
    assert Cart.objects.count() == 1


def test_a_session_needs_the_csrf_token() -> None:
    shopper = User.objects.create_user("a@example.vn", "secret")
    client = Client(enforce_csrf_checks=True)
    client.force_login(shopper)
    assert send(client, "post", "/carts/").status_code == 403
    assert send(Client(enforce_csrf_checks=True), "post", "/carts/").status_code == 201


def test_a_cart_of_many_lines_asks_as_few_queries_as_one_of_two(client: Client, django_assert_max_num_queries) -> None:
    def asked(count: int) -> int:
        packs = [make_pack(make_product(), on_hand=9) for _each in range(count)]
        cart = make_cart(*((pack, 1) for pack in packs), (make_bundle(*packs[:3]), 1))
        with django_assert_max_num_queries(22) as queries:
            assert send(client, "get", f"/carts/{cart.pk}/?province=79").status_code == 200
        return len(queries)

    assert asked(4) == asked(12)


def test_stock_that_went_meanwhile_is_said_of_the_line(client: Client) -> None:
    pack = make_pack(make_product(), on_hand=2)
    cart = make_cart((pack, 2))
    Stock.objects.update(on_hand=1)
    (notice,) = send(client, "get", f"/carts/{cart.pk}/").json()["lines"][0]["notices"]
    assert (notice["code"], notice["left"], notice["blocking"]) == ("out-of-stock", 1, True)
