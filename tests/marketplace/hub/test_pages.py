"""The packer's pages: for those who pack at the hub, and for nobody else there is nothing."""

from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from marketplace.hub.models import BoxJob, LossReason, PackingHub, PartLoss, Supply
from marketplace.orders.models import Fulfilment, PaymentMethod, Recipient
from marketplace.orders.recipients import written_phone
from tests.conftest import SetClock
from tests.factories import AT, make_member, make_officer
from tests.pages import Page
from tests.trade import PHONE

from .boxes import Work, open_work, post, receive_all, send, stock_supplies

pytestmark = pytest.mark.django_db


@pytest.fixture
def work() -> Work:
    return open_work(method=PaymentMethod.COD, boxes=2)


@pytest.fixture
def packer(client: Client, work: Work) -> Client:
    user = make_officer(name="packer")
    post(work.hub, user)
    client.force_login(user)
    return client


def path(work: Work, name: str = "box") -> str:
    return reverse(f"hub:{name}", args=[work.hub.pk, work.job.pk])


def test_a_packer_comes_straight_to_the_hub_and_sees_what_is_to_be_done(packer: Client, work: Work):
    assert packer.get("/hub/").headers["Location"] == f"/hub/{work.hub.pk}/"
    page = packer.get(f"/en/hub/{work.hub.pk}/").content.decode()
    assert work.order.number in page
    assert "6 pieces are missing" in page


def test_new_boxes_are_told_and_a_press_takes_them_in_once(packer: Client, work: Work):
    BoxJob.objects.all().delete()
    home, press = f"/en/hub/{work.hub.pk}/", f"/en/hub/{work.hub.pk}/take-in/"
    page = packer.get(home).content.decode()
    assert "1 new order of boxes has come in." in page
    assert f'action="{press}"' in page
    assert packer.get(press).status_code == 405
    assert not BoxJob.objects.exists()  # to look writes nothing
    for _twice in range(2):
        assert packer.post(press).headers["Location"] == home
    assert BoxJob.objects.get().hub == work.hub
    assert press not in packer.get(home).content.decode()


def test_the_whole_work_is_done_by_its_forms(packer: Client, work: Work):
    stock_supplies(work.hub)
    send(work)
    for part in work.parts:
        answer = packer.post(path(work, "receive"), {"part": part.pk, "count": part.missing})
        assert answer.status_code == 302
    assert "Ready to pack" in packer.get("/en" + path(work)).content.decode()
    assert packer.post(path(work, "pack")).status_code == 302
    assert packer.post(path(work, "ship"), {"carrier": "GHN", "number": "GHN7"}).status_code == 302
    assert packer.post(path(work, "end"), {"failure": ""}).status_code == 302
    assert work.box.state == "delivered"
    assert Supply.objects.get().on_hand == 8
    assert work.order.number in packer.get(f"/hub/{work.hub.pk}/?show=ended").content.decode()


def test_nothing_is_counted_in_before_its_producer_has_packed_it(packer: Client, work: Work):
    page = packer.get("/en" + path(work)).content.decode()
    assert page.count("Its producer has not packed it yet.") == 2
    assert path(work, "receive") not in page
    assert path(work, "lose") not in page
    send(work)
    page = packer.get("/en" + path(work)).content.decode()
    assert page.count(path(work, "receive")) == page.count(path(work, "lose")) == 2


def test_what_cannot_be_done_is_said_on_the_page(packer: Client, work: Work):
    send(work)
    part = work.parts[0]
    assert packer.post(path(work, "receive"), {"part": part.pk, "count": 99}).status_code == 400
    assert packer.post(path(work, "receive"), {"part": part.pk, "count": "x"}).status_code == 400
    refused = packer.post("/en" + path(work, "pack"))
    assert refused.status_code == 409
    assert "Not everything" in refused.content.decode()
    assert packer.post(path(work, "ship"), {"carrier": ""}).status_code == 400


def test_a_loss_is_written_down(packer: Client, work: Work):
    send(work)
    part = work.parts[1]
    form = {"part": part.pk, "quantity": 1, "reason": "broken", "remedy": "replace", "note": "vỡ nắp", "key": uuid4()}
    assert packer.post(path(work, "lose"), form).status_code == 302
    assert PartLoss.objects.get().reported_by is not None
    assert packer.post(path(work, "lose"), form).status_code == 302  # pressed twice
    assert PartLoss.objects.count() == 1
    page = packer.get("/en" + path(work)).content.decode()
    assert "vỡ nắp" in page
    assert 'name="key" value="' in page
    assert "(chưa bù xong)" in Page(packer.get(path(work)).content.decode()).one("main").text
    assert packer.post(path(work, "lose"), {**form, "remedy": "forget"}).status_code == 400


def test_only_what_can_have_happened_is_offered(packer: Client, work: Work):
    send(work)
    first, second = work.parts
    for part, count in ((first, first.missing), (second, 1)):
        packer.post(path(work, "receive"), {"part": part.pk, "count": count})
    page = Page(packer.get("/en" + path(work)).content.decode())
    offered: list[list[str]] = []
    for element in page.elements:
        if element.attributes.get("name") == "reason":
            offered.append([])
        elif element.tag == "option" and element.attributes["value"] in LossReason.values:
            offered[-1].append(element.attributes["value"])
    assert offered == [["spoiled-here"], ["missing", "broken", "spoiled-here"]]


def test_supplies_are_counted_in(packer: Client, work: Work):
    supply = stock_supplies(work.hub, on_hand=1)
    page = packer.get(f"/en/hub/{work.hub.pk}/").content.decode()
    assert "running low" in page
    assert "inputmode" not in Page(page).one("input", name="quantity").attributes  # phones show digits without a minus
    packer.post(f"/hub/{work.hub.pk}/supplies/", {"supply": supply.pk, "quantity": 20})
    packer.post(f"/hub/{work.hub.pk}/supplies/", {"supply": supply.pk, "quantity": -50})
    supply.refresh_from_db()
    assert supply.on_hand == 21


def test_the_list_is_a_pdf_that_names_goods_and_recipient_and_no_price(packer: Client, work: Work):
    stock_supplies(work.hub)
    Recipient.objects.update(card="Chúc mừng 🎉")  # a sign that the fonts lack
    answer = packer.get(path(work, "list"))
    assert answer.headers["Content-Type"] == "application/pdf"
    text = PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    assert work.order.number in text
    assert f"Đơn hàng {work.order.number}" in " ".join(text.split())
    assert "Mật ong" in text
    assert "2 × Hộp tre" in text
    assert "Trần Văn Nam" in text
    assert not any(amount in text for amount in ("₫", "100.000", "200.000"))


def test_whom_a_box_was_for_is_not_read_for_ever(packer: Client, work: Work, clock: SetClock):
    Recipient.objects.update(card="Chúc mừng năm mới")
    known = ("12 Trần Phú", written_phone(PHONE), "Chúc mừng năm mới")
    Fulfilment.objects.filter(pk=work.box.pk).update(state="delivered", delivered_at=AT)
    for days, shown in ((89, True), (90, False)):
        clock(AT + timedelta(days=days))
        page = packer.get("/en" + path(work)).content.decode()
        paper = PdfReader(BytesIO(packer.get(path(work, "list")).content)).pages[0].extract_text()
        assert "Trần Văn Nam" in page
        assert [words in page for words in known] == [shown] * 3
        assert [words in " ".join(paper.split()) for words in known] == [shown] * 3


ACTS = ["box", "list", "receive", "lose", "pack", "ship", "end"]


@pytest.mark.parametrize("name", ACTS)
def test_strangers_find_nothing(client: Client, work: Work, name: str):
    """Nobody, a producer of the order, and the packer of another hub."""
    other = PackingHub.objects.create(name="Kho khác", province=work.hub.province, address="2 Đường Kho")
    elsewhere = make_officer(name="elsewhere")
    post(other, elsewhere)
    seller = make_member(work.parts[0].item.producer)
    method = "get" if name in ("box", "list") else "post"
    for user in (seller, elsewhere):
        client.force_login(user)
        assert getattr(client, method)(path(work, name)).status_code == 404
        assert client.get(f"/hub/{work.hub.pk}/").status_code == 404
        by_other_hub = reverse(f"hub:{name}", args=[other.pk, work.job.pk])
        assert getattr(client, method)(by_other_hub).status_code == 404
    client.logout()
    assert getattr(client, method)(path(work, name)).status_code == 302


def test_a_packer_cannot_count_the_parts_or_supplies_of_another(packer: Client, work: Work):
    other = open_work(with_shop=False, hub=work.hub)
    send(other)
    answer = packer.post(path(work, "receive"), {"part": other.parts[0].pk, "count": 1})
    assert answer.status_code == 404
    elsewhere = PackingHub.objects.create(name="Kho khác", province=work.hub.province, address="2 Đường Kho")
    supply = stock_supplies(elsewhere)
    packer.post(f"/hub/{work.hub.pk}/supplies/", {"supply": supply.pk, "quantity": 20})
    supply.refresh_from_db()
    assert supply.on_hand == 10


def test_the_page_costs_the_same_however_many_boxes(packer: Client, work: Work, django_assert_max_num_queries):
    for _ in range(3):
        open_work(with_shop=False, hub=work.hub)
    with django_assert_max_num_queries(16):
        packer.get(f"/hub/{work.hub.pk}/")


def test_operators_keep_hubs_in_the_admin(admin_client: Client, work: Work):
    send(work)
    receive_all(work)
    for page in (f"packinghub/{work.hub.pk}/change/", "packinghub/add/", "partloss/"):
        assert admin_client.get(f"/django-admin/hub/{page}").status_code == 200
