"""A gift with a spirit in it is sold as a spirit is: no cash at the door, and of age; over the API and on the page."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catalog.models import Commune, DocumentKind, ProductSet
from catalog.services import record_document
from cms.models import GiftBundlePage
from marketplace.orders.models import Order
from tests.factories import DAY, make_bundle, make_pack, make_product
from tests.trade import make_cart, make_commune

from .forms import BUYER, TO, again, checkout_form
from .ordering import place, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def gift() -> GiftBundlePage:
    spirit = make_product(product_set=ProductSet.objects.get(code="ruou-trang"))
    until = DAY + timedelta(days=90)
    for kind in (DocumentKind.ALCOHOL_PRODUCTION, DocumentKind.ALCOHOL_RETAIL):
        record_document(producer=spirit.producer, kind=kind, number="1", valid_from=DAY, valid_until=until)
    return make_bundle(make_pack(spirit, on_hand=9), make_pack(make_product(), on_hand=9))


def refusal(answer: Any) -> tuple[int, str]:
    return answer.status_code, answer.json()["type"].rpartition(":")[2]


def test_the_api_refuses_cash_and_asks_an_age(client: Client, gift: GiftBundlePage) -> None:
    cart = make_cart((gift, 1))
    told = send(client, "get", f"/carts/{cart.pk}/?province=68").json()
    assert (told["minimum_age"], "cod" in told["methods"]) == (18, False)
    assert refusal(place(client, cart, confirms_age=True)) == (400, "method-unlawful")
    assert refusal(place(client, cart, payment_method="vietqr")) == (400, "age-unconfirmed")
    assert not Order.objects.exists()
    assert place(client, cart, payment_method="vietqr", confirms_age=True).status_code == 201
    assert Order.objects.get().minimum_age == 18


def test_the_page_offers_no_cash_and_asks_an_age(client: Client, gift: GiftBundlePage) -> None:
    commune = make_commune("xã Ninh Gia")
    Commune.objects.filter(pk=commune.pk).update(code=TO["r0_commune"], valid_from=DAY - timedelta(days=400))
    client.post("/cart/lines/", {"bundle": gift.slug, "quantity": 1})
    form = again(checkout_form(client).fill(**BUYER, **TO).press(client, "update"))
    assert "cod" not in {way.attributes["value"] for way in form.page.all("input", name="payment_method")}
    form.fill(payment_method="vietqr")
    answer = form.press(client, "place")
    assert answer.status_code != 302
    assert not Order.objects.exists()
    assert again(answer).fill(confirms_age="1").press(client, "place").status_code == 302
    assert Order.objects.get().minimum_age == 18
