"""Carts of any packs, gifts and vouchers, filled on the shop's pages, and the checkout's page of one of them."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import Client
from hypothesis import strategies as st

from catalog.models import Commune
from marketplace.orders.models import Voucher, VoucherKind
from tests.factories import DAY, make_bundle, make_pack, make_product
from tests.marketplace.shop.forms import BUYER, Form, again, checkout_form
from tests.trade import make_commune, open_hub, open_shop

Packs = Sequence[tuple[int, int]]  # price and quantity of each
Gifts = Sequence[tuple[int, bool, int, int]]  # discount in percent, as a box, pieces of each pack in it, quantity
Codes = Sequence[tuple[str, int]]  # kind and value of each voucher

packs = st.lists(st.tuples(st.integers(1, 999_999), st.integers(1, 4)), min_size=1, max_size=4)
gifts = st.lists(st.tuples(st.integers(0, 90), st.booleans(), st.integers(1, 3), st.integers(1, 3)), max_size=2)
codes = st.lists(
    st.one_of(
        st.tuples(st.just(VoucherKind.PERCENT), st.integers(1, 100)),
        st.tuples(st.just(VoucherKind.FIXED), st.integers(1, 300_000)),
    ),
    max_size=2,
)
provinces = st.sampled_from(["68", "79", "01"])


@pytest.fixture
def shop(db: None) -> None:
    open_shop()
    open_hub()


def fill_cart(client: Client, *, packs: Packs, gifts: Gifts, codes: Codes) -> None:
    made = [make_pack(make_product(), price=price, on_hand=99) for price, _quantity in packs]
    for pack, (_price, quantity) in zip(made, packs, strict=True):
        client.post("/cart/lines/", {"sku": pack.sku, "quantity": quantity})
    for percent, is_box, count, quantity in gifts:
        bundle = make_bundle(*((pack, count) for pack in made), discount_percent=percent, goes_as_box=is_box)
        client.post("/cart/lines/", {"bundle": bundle.slug, "quantity": quantity})
    for number, (kind, value) in enumerate(codes):
        Voucher.objects.create(code=f"V{number}", kind=kind, value=value, valid_from=DAY)
        client.post("/cart/vouchers/", {"code": f"V{number}"})


def filled_checkout(client: Client, *, province: str, method: str) -> Form:
    """The checkout's page as it stands before the order is placed."""
    commune = make_commune("phường Một", province=province)
    Commune.objects.filter(pk=commune.pk).update(valid_from=DAY - timedelta(days=400))
    form = checkout_form(client).fill(**BUYER, r0_province=province)
    form = again(form.fill(r0_street="1", payment_method=method).press(client, "update"))
    return form.fill(r0_commune=commune.name)
