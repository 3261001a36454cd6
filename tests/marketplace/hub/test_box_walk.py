"""A gift box by the pages of everybody, from the cart to the books: the shopper, two producers, the packer."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from pypdf import PdfReader

from catalog.models import Commune, Stock
from marketplace.accounts.models import User
from marketplace.hub.models import BoxJob, Supply
from marketplace.orders.models import Fulfilment, Order, OrderState, Packing
from marketplace.payments.models import Capture
from marketplace.settlement.models import Earning
from tests.conftest import SetClock
from tests.factories import AT, DAY, make_bundle, make_member, make_officer
from tests.marketplace.shop.forms import BUYER, TO, again, checkout_form
from tests.trade import make_commune, open_hub, open_shop

from .boxes import post, stock_supplies, two_packs

pytestmark = pytest.mark.django_db


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def press(client: Client, path: str, **fields: object) -> None:
    answer = client.post(path, fields)
    assert answer.status_code == 302, (path, answer.content.decode()[-3000:])


def send_to_hub(inbound: Fulfilment) -> None:
    assert inbound.producer is not None
    client = signed_in(make_member(inbound.producer))
    path = f"/portal/{inbound.producer.public_id}/orders/{inbound.pk}/"
    page = client.get(path).content.decode()
    assert "Kho gói quà" in page
    assert "Ninh Gia" not in page
    for act, fields in (("accept", {}), ("pack", {}), ("ship", {"carrier": "GHN", "tracking_number": "T1"})):
        press(client, f"{path}{act}/", **fields)
    assert client.post(f"{path}deliver/").status_code == 409


def test_a_gift_box_goes_from_the_cart_to_the_books(client: Client, clock: SetClock) -> None:
    clock(AT)
    open_shop()
    hub = open_hub()
    stock_supplies(hub, on_hand=3)
    Commune.objects.filter(pk=make_commune("xã Ninh Gia").pk).update(code="31024", valid_from=DAY - timedelta(days=400))
    tea, honey = two_packs()
    bundle = make_bundle(tea, (honey, 2), goes_as_box=True)

    press(client, "/cart/lines/", bundle=bundle.slug)
    assert "Goes as one gift box" in client.get("/en/cart/").content.decode()
    form = again(checkout_form(client, "/en").fill(**BUYER, **TO).press(client, "update"), "/en")
    told = " ".join(form.page.one("section", id="checkout-summary").text.split())
    assert "One gift box from the packing hub" in told
    form.press(client, "place")
    order = Order.objects.get()
    assert order.total == form.total == order.goods_total + order.shipping_total + 35_000
    assert order.fulfilments.filter(packing=Packing.BOX).count() == 1
    path = f"/en/orders/{order.number}/"

    for inbound in order.fulfilments.filter(packing=Packing.INBOUND).order_by("pk"):
        send_to_hub(inbound)

    worker = make_officer(name="packer")
    post(hub, worker)
    packer = signed_in(worker)
    press(packer, f"/hub/{hub.pk}/take-in/")
    assert order.number in packer.get(f"/hub/{hub.pk}/").content.decode()
    job = BoxJob.objects.get()
    bench = f"/hub/{hub.pk}/boxes/{job.pk}/"
    first, second = job.parts.order_by("pk")
    press(packer, f"{bench}receive/", part=first.pk, count=first.missing)
    press(packer, f"{bench}receive/", part=second.pk, count=1)
    press(packer, f"{bench}lose/", part=second.pk, quantity=1, reason="broken", remedy="replace", key=uuid4())
    assert packer.post(f"{bench}pack/").status_code == 409
    press(packer, f"{bench}receive/", part=second.pk, count=1)  # it was sent again
    slip = PdfReader(BytesIO(packer.get(f"{bench}list.pdf").content)).pages[0].extract_text()
    assert "1 × Hộp tre" in slip
    assert "Mật ong" in slip
    press(packer, f"{bench}pack/")
    assert Supply.objects.get().on_hand == 2
    press(packer, f"{bench}ship/", carrier="GHN", number="GHN-1")
    assert "GHN-1" in client.get(path).content.decode()
    assert not Earning.objects.exists()  # nobody has sold anything before the recipient has it
    press(packer, f"{bench}end/", failure="")

    order.refresh_from_db()
    assert order.state == OrderState.COMPLETED
    assert Capture.objects.get().amount == order.total
    box = order.fulfilments.get(packing=Packing.BOX)
    assert sum(each.goods + each.shipping for each in Earning.objects.all()) == (
        order.total - box.shipping - box.assembly
    )
    # one more honey for the broken one
    assert sorted(Stock.objects.values_list("on_hand", "reserved")) == [(47, 0), (49, 0)]
    assert client.get(path).status_code == 200
    call_command("ledger_verify")
