"""What a shopper does with an order once it is placed: cancels a part, sends goods back, keeps a receipt."""

from datetime import datetime, time, timedelta
from io import BytesIO

import pytest
from django.test import Client
from pypdf import PdfReader

from catalog.models import Producer
from marketplace.orders.models import Return
from marketplace.orders.return_rules import Complaint
from marketplace.orders.services import decide_return, request_return
from ocop_badges.days import ZONE
from tests.conftest import SetClock
from tests.factories import AT, DAY, make_pack, make_producer, make_product
from tests.marketplace.orders.test_returning import delivered
from tests.pages import Page
from tests.trade import make_order, open_hub

from .test_order_pages import let_in, page_at, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning(clock: SetClock) -> None:
    clock(AT)


@pytest.fixture
def pack():
    return make_pack(make_product(name="Chè dây"), price=100_000, on_hand=9)


def test_goods_are_asked_to_be_sent_back_and_kept_after_all(client: Client, pack) -> None:
    order = delivered((pack, 2))
    path = let_in(client, order)
    assert "Chè dây" in text_of(page_at(client, f"{path}return/"))
    item = order.items.get()
    fields = {f"count-{item.pk}": "1", "reason": "damaged", "note": "Vỡ"}
    refused = client.post(f"{path}return/", {**fields, "reason": ""})
    assert refused.status_code == 400
    page = Page(refused.content.decode())
    assert page.one("input", name=f"count-{item.pk}", value="1")  # what was typed stays
    assert page.one("p", id=page.one("select", id="reason").attributes["aria-describedby"]).text
    assert client.post(f"{path}return/", {**fields, f"count-{item.pk}": "3"}).status_code == 400
    nothing = client.post(f"/en{path}return/", {**fields, f"count-{item.pk}": "0"})
    assert "how many" in Page(nothing.content.decode()).one("p", role="alert").text
    assert not Return.objects.exists()
    assert client.post(f"{path}return/", fields).status_code == 302
    asked = Return.objects.get()
    assert (asked.state, asked.reason, asked.note) == ("requested", "damaged", "Vỡ")
    client.post(f"{path}return/keep/", {"return": asked.pk})
    asked.refresh_from_db()
    assert asked.state == "withdrawn"


def test_nothing_can_be_sent_back_before_it_came(client: Client, pack) -> None:
    path = let_in(client, make_order((pack, 1)))
    assert f"{path}return/" not in client.get(path).content.decode()
    path = let_in(client, delivered((pack, 1)))
    assert f"{path}return/" in client.get(path).content.decode()


def test_an_accepted_return_says_where_to_send_it(client: Client, pack) -> None:
    Producer.objects.update(address="1 Xuân Thọ", phone="0263 1")
    order = delivered((pack, 1))
    (asked,) = request_return(order_id=order.pk, counts={order.items.get().pk: 1}, reason=Complaint.DAMAGED, at=AT)
    path = let_in(client, order)
    assert "1 Xuân Thọ" not in text_of(page_at(client, f"{path}return/"))
    decide_return(return_id=asked.pk, accept=True, at=AT)
    assert "1 Xuân Thọ, Lâm Đồng, 0263 1" in text_of(page_at(client, f"{path}return/"))


def test_after_seven_days_nothing_is_offered(client: Client, pack, clock: SetClock) -> None:
    order = delivered((pack, 2))
    path = let_in(client, order)
    midnight = datetime.combine(DAY + timedelta(days=8), time(), tzinfo=ZONE)
    clock(midnight - timedelta(seconds=1))
    assert f"count-{order.items.get().pk}" in client.get(f"{path}return/").content.decode()
    clock(midnight)
    assert f"count-{order.items.get().pk}" not in client.get(f"{path}return/").content.decode()


def test_another_orders_return_is_not_touched(client: Client, pack) -> None:
    mine, other = delivered((pack, 1)), delivered((pack, 1))
    asked = Return.objects.create(order=other, fulfilment=other.fulfilments.get(), reason="damaged", requested_at=AT)
    path = let_in(client, mine)
    client.post(f"{path}return/keep/", {"return": asked.pk})
    client.post(f"{path}return/", {f"count-{other.items.get().pk}": "1", "reason": "damaged"})
    asked.refresh_from_db()
    assert asked.state == "requested"
    assert Return.objects.count() == 1


def test_one_part_is_cancelled_and_the_other_goes(client: Client, pack) -> None:
    open_hub()
    other = make_pack(make_product(producer=make_producer()), on_hand=5)
    order = make_order((pack, 1), (other, 1))
    path = let_in(client, order)
    page_at(client, path)
    for nonsense in ("x", "99", ""):
        client.post(f"{path}cancel-part/", {"position": nonsense})
    assert not order.fulfilments.filter(state="cancelled").exists()
    client.post(f"{path}cancel-part/", {"position": "1"})
    assert list(order.fulfilments.order_by("position").values_list("state", flat=True)) == ["placed", "cancelled"]


def test_the_page_says_what_is_not_charged_of_what_was_cancelled_before_it_was_paid(client: Client, pack) -> None:
    path = let_in(client, make_order((pack, 2)))
    assert "not charged" not in text_of(page_at(client, f"/en{path}"))
    client.post(f"{path}cancel/")
    text = text_of(page_at(client, f"/en{path}"))
    assert "Cancelled, not charged" in text
    assert "What you pay₫0" in text


def test_the_receipt_is_a_pdf_for_who_may_see_the_order(client: Client, pack) -> None:
    order = make_order((pack, 2))
    path = let_in(client, order)
    answer = client.get(f"/en{path}receipt.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Cache-Control"] == "private, no-store"
    text = " ".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert order.number in text
    assert "no legal e-invoice" in text
    assert Client().get(f"{path}receipt.pdf").status_code == 404
