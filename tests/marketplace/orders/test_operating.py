"""What an operator does about an order where its producer does not, on the order's page of the admin."""

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission

from catalog.models import Stock
from marketplace.accounts.models import User
from marketplace.orders import services
from marketplace.orders.models import FulfilmentEvent, Order, PaymentMethod, Refund, Return
from marketplace.orders.return_rules import Complaint
from marketplace.orders.services import Actor
from ocop_badges.errors import DomainError
from tests.factories import AT, DAY, make_pack, make_producer, make_product
from tests.trade import make_order, open_shop

pytestmark = pytest.mark.django_db
BASE = "/django-admin/orders/order"
WHY = {"note": "Nhà sản xuất không trả lời"}


@pytest.fixture
def order() -> Order:
    """Paid, of two producers, the first of which has packed and says nothing more."""
    open_shop()
    first = make_pack(make_product(), price=100_000, on_hand=5)
    second = make_pack(make_product(producer=make_producer()), price=60_000, on_hand=5)
    order = make_order((first, 2), (second, 1), method=PaymentMethod.VIETQR)
    order = services.confirm_order(order_id=order.pk, at=AT)
    part = packed(order)
    services.accept_fulfilment(fulfilment_id=part.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=part.pk, at=AT, on=DAY)
    return order


def packed(order: Order):
    return order.fulfilments.order_by("position")[0]


def ship(order: Order):
    services.ship_fulfilment(fulfilment_id=packed(order).pk, carrier="VNPost", at=AT)
    return packed(order)


def asked_back(order: Order) -> Return:
    services.deliver_fulfilment(fulfilment_id=ship(order).pk, at=AT)
    counts = {packed(order).items.get().pk: 2}
    (request,) = services.request_return(order_id=order.pk, counts=counts, reason=Complaint.SPOILED, at=AT)
    return request


def act(client, order: Order, name: str, pk: int, **form):
    return client.post(f"{BASE}/{order.pk}/{name}/{pk}/", {**WHY, **form})


def on_hand() -> int:
    return Stock.objects.order_by("pk")[0].on_hand


@pytest.mark.parametrize(("came_back", "left"), [({"came_back": "on"}, 5), ({}, 3)])
def test_a_packed_part_that_never_left_is_cancelled_by_an_operator_alone(
    admin_client, admin_user, order, came_back, left
) -> None:
    part = packed(order)
    for actor in (Actor.SHOPPER, Actor.PRODUCER):
        with pytest.raises(DomainError) as refusal:
            services.cancel_fulfilment(fulfilment_id=part.pk, actor=actor, at=AT)
        assert refusal.value.code == "wrong-state"
    for _twice in range(2):
        answer = act(admin_client, order, "cancel-part", part.pk, **came_back)
    assert answer.status_code == 200
    assert "errornote" in answer.content.decode()
    event = FulfilmentEvent.objects.filter(fulfilment=part).order_by("-pk")[0]
    assert (event.state, event.by, event.note) == ("cancelled", admin_user, f"by-operator: {WHY['note']}")
    assert Refund.objects.get().amount == 200_000 + part.shipping
    assert (on_hand(), Stock.objects.order_by("pk")[0].reserved) == (left, 0)
    assert LogEntry.objects.get().object_id == str(order.pk)


def test_an_order_is_cancelled_once_though_asked_for_twice(admin_client, order) -> None:
    for _twice in range(2):
        assert act(admin_client, order, "cancel", order.pk, came_back="on").status_code == 302
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == ("cancelled", "by-operator")
    assert Refund.objects.get().amount == order.total
    assert (on_hand(), FulfilmentEvent.objects.filter(state="cancelled").count()) == (5, 2)


def test_what_is_on_its_way_is_said_to_be_delivered(admin_client, admin_user, order) -> None:
    part = packed(order)
    assert act(admin_client, order, "delivered", part.pk).status_code == 200
    assert packed(order).state == "packed"
    ship(order)
    assert act(admin_client, order, "delivered", part.pk).status_code == 302
    event = FulfilmentEvent.objects.filter(fulfilment=part).order_by("-pk")[0]
    assert (event.state, event.by, event.note) == ("delivered", admin_user, WHY["note"])


def test_what_is_on_its_way_is_said_to_have_failed(admin_client, admin_user, order) -> None:
    part = ship(order)
    assert act(admin_client, order, "failed", part.pk, failure="lost").status_code == 302
    assert act(admin_client, order, "failed", part.pk, failure="lost").status_code == 200
    event = FulfilmentEvent.objects.filter(fulfilment=part).order_by("-pk")[0]
    assert (event.state, event.by, event.note) == ("failed", admin_user, f"lost: {WHY['note']}")
    assert (Refund.objects.get().amount, on_hand()) == (200_000 + part.shipping, 3)


def test_a_return_is_decided_and_received_in_the_producers_stead(admin_client, admin_user, order) -> None:
    request = asked_back(order)
    item = request.items.get().item_id
    came = {f"came-{item}": 2, f"fit-{item}": 1}
    assert act(admin_client, order, "receive-return", request.pk, **came).status_code == 200
    assert act(admin_client, order, "decide-return", request.pk, decision="accept").status_code == 302
    assert act(admin_client, order, "decide-return", request.pk, decision="refuse").status_code == 200
    assert act(admin_client, order, "receive-return", request.pk, **came).status_code == 302
    assert act(admin_client, order, "receive-return", request.pk, **came).status_code == 200
    request.refresh_from_db()
    assert (request.state, request.decided_by, request.received_by) == ("received", admin_user, admin_user)
    assert (Refund.objects.get().amount, on_hand()) == (200_000 + packed(order).shipping, 4)
    notes = FulfilmentEvent.objects.filter(by=admin_user).order_by("pk").values_list("note", flat=True)
    assert [note.partition(":")[0] for note in notes] == ["return-accepted", "return-received"]


def test_the_orders_page_offers_what_can_be_done_and_tells_what_happened(admin_client, order) -> None:
    page = admin_client.get(f"{BASE}/{order.pk}/change/").content.decode()
    part = packed(order)
    assert f"{BASE}/{order.pk}/cancel/{order.pk}/" in page
    assert f"{BASE}/{order.pk}/cancel-part/{part.pk}/" in page
    assert f"{BASE}/{order.pk}/delivered/{part.pk}/" not in page
    asked = asked_back(order)
    page = admin_client.get(f"{BASE}/{order.pk}/change/").content.decode()
    assert f"{BASE}/{order.pk}/decide-return/{asked.pk}/" in page
    assert f"{BASE}/{order.pk}/cancel/{order.pk}/" not in page
    assert "VNPost" in page
    assert b'name="note"' in admin_client.get(f"{BASE}/{order.pk}/decide-return/{asked.pk}/").content


def test_nothing_is_done_without_a_reason_nor_to_another_order(admin_client, order) -> None:
    part = packed(order)
    assert "errornote" in act(admin_client, order, "cancel-part", part.pk, note=" ").content.decode()
    other = make_order((make_pack(make_product(), on_hand=5), 1))
    assert act(admin_client, other, "cancel-part", part.pk).status_code == 404
    assert act(admin_client, order, "no-such-act", part.pk).status_code == 404
    assert packed(order).state == "packed"


def test_who_may_only_look_at_orders_does_nothing(client, order) -> None:
    reader = User.objects.create_user("reader@example.vn", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename="view_order"))
    client.force_login(reader)
    assert f"/cancel/{order.pk}/" not in client.get(f"{BASE}/{order.pk}/change/").content.decode()
    assert act(client, order, "cancel", order.pk).status_code == 403
    order.refresh_from_db()
    assert order.state == "confirmed"
