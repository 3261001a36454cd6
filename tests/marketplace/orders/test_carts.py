"""Carts as a whole: what is acknowledged, what joins when somebody signs in, and what their goods weigh."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import NetUnit
from marketplace.accounts.models import User
from marketplace.orders import services
from marketplace.orders.models import Cart, CartLine, Voucher
from marketplace.orders.quoting import quote_cart
from marketplace.orders.weights import weight_of
from tests.factories import AT, DAY, make_pack, make_product
from tests.trade import make_cart, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


def queries_to_acknowledge(cart: Cart) -> int:
    with CaptureQueriesContext(connection) as asked:
        services.acknowledge(cart_id=cart.pk, at=AT, on=DAY)
    return len(asked)


def test_many_lines_are_acknowledged_in_as_many_queries_as_few() -> None:
    few, many = (make_cart(*((make_pack(make_product(), on_hand=5), 1) for _ in range(count))) for count in (2, 8))
    CartLine.objects.update(price_seen=1)
    assert queries_to_acknowledge(many) == queries_to_acknowledge(few)
    assert set(CartLine.objects.values_list("price_seen", flat=True)) == {120_000}


def test_vouchers_of_two_carts_join_as_far_as_an_order_takes_them() -> None:
    user = User.objects.create_user("a@example.vn")
    own, guest = services.open_cart(user=user, at=AT), services.open_cart(at=AT)
    services.set_vouchers(cart_id=own.pk, codes=["A", "B", "C"], at=AT)
    services.set_vouchers(cart_id=guest.pk, codes=["C", "D", "E", "F"], at=AT)
    joined = services.merge_carts(guest_id=guest.pk, user=user, at=AT)
    assert joined.voucher_codes == ["A", "B", "C", "D", "E"]


def test_from_how_much_a_voucher_is_good_is_told_as_money() -> None:
    Voucher.objects.create(code="TET", kind="fixed", value=10_000, minimum_goods=500_000, valid_from=DAY)
    cart = make_cart((make_pack(make_product(), on_hand=5), 1))
    quote = quote_cart(list(cart.lines.in_order()), voucher_codes=["TET"], on=DAY, at=AT)
    (notice,) = quote.blocking
    assert "500.000" in notice.detail


@pytest.mark.parametrize(("pieces", "grams"), [(Decimal("0.5"), 250), (Decimal("2"), 1_000), (None, 500)])
def test_pieces_weigh_something_each(pieces: Decimal | None, grams: int) -> None:
    pack = make_pack(make_product(), net_value=pieces, net_unit=NetUnit.PIECE if pieces else "")
    assert weight_of(pack) == grams
