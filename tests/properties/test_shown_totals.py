"""What is shown is what is ordered: cart, checkout's page, API and order agree for any cart, to the last đồng."""

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings

from marketplace.orders.models import Order
from tests.marketplace.shop.ordering import send

from .generated_carts import Codes, Gifts, Packs, codes, fill_cart, filled_checkout, gifts, packs, provinces, shop

__all__ = ["shop"]
pytestmark = pytest.mark.django_db


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(packs, gifts, codes, provinces)
def test_displayed_total_is_quoted_total_is_ordered_total(
    shop: None, packs: Packs, gifts: Gifts, codes: Codes, province: str
) -> None:
    with transaction.atomic():
        _buy(packs, gifts, codes, province)
        transaction.set_rollback(True)


def _buy(packs: Packs, gifts: Gifts, codes: Codes, province: str) -> None:
    client = Client()
    fill_cart(client, packs=packs, gifts=gifts, codes=codes)
    cart = client.session["cart"]
    in_api = send(client, "get", f"/carts/{cart}/?province={province}").json()["totals"]
    form = filled_checkout(client, province=province, method="cod")
    shown = form.total
    assert form.press(client, "place").status_code == 302, form.notes
    order = Order.objects.get()
    parts = list(order.items.values_list("amount", "discount"))
    assert sum(amount - discount for amount, discount in parts) == order.goods_total - order.discount_total
    carried = sum(part.shipping + part.assembly for part in order.fulfilments.all())
    assert carried == order.shipping_total + order.assembly_total
    assert shown == order.total == order.goods_total - order.discount_total + carried
    assert in_api["total"]["amount"] == order.total
