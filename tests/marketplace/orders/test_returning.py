"""Goods that come back: asked for in time, decided with a reason, received piece by piece, paid back to the đồng."""

from datetime import datetime, time, timedelta

import pytest
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.models import LegalForm, Stock
from marketplace.orders import services
from marketplace.orders.models import PaymentMethod, Refund, Return, Voucher
from marketplace.orders.return_rules import RETURN_STEPS, Complaint, ReturnStep, last_return_day
from marketplace.settlement.models import Earning
from ocop_badges.days import ZONE
from ocop_badges.errors import DomainError, InvalidFact
from tests.factories import AT, DAY, make_bundle, make_member, make_pack, make_producer, make_product
from tests.trade import make_order, open_hub, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


def deliver(order):
    """Everything of an order goes all the way; what goes into a box first."""
    for fulfilment in order.fulfilments.order_by("-position"):
        if fulfilment.packing == "box":
            continue
        walk(fulfilment)
    for box in order.fulfilments.filter(packing="box"):
        walk(box)
    order.refresh_from_db()
    return order


def walk(fulfilment) -> None:
    services.accept_fulfilment(fulfilment_id=fulfilment.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=fulfilment.pk, at=AT, on=DAY)
    services.ship_fulfilment(fulfilment_id=fulfilment.pk, carrier="VNPost", at=AT)
    services.deliver_fulfilment(fulfilment_id=fulfilment.pk, at=AT, at_hub=fulfilment.packing == "inbound")


def delivered(*wanted, method: PaymentMethod = PaymentMethod.COD, **more):
    order = make_order(*wanted, method=method, **more)
    if method != PaymentMethod.COD:
        services.confirm_order(order_id=order.pk, at=AT)
    return deliver(order)


def ask(order, counts=None, *, reason: Complaint = Complaint.CHANGED_MIND, at=AT):
    counts = counts or services.returnable(order)
    return services.request_return(order_id=order.pk, counts=counts, reason=reason, at=at)


def give_back(request, arrived=None) -> None:
    services.decide_return(return_id=request.pk, accept=True, at=AT)
    rows = {row.item_id: (row.quantity, row.quantity) for row in request.items.all()}
    services.receive_return(return_id=request.pk, arrived=arrived or rows, at=AT)


@pytest.fixture
def pack():
    return make_pack(make_product(), price=100_000, on_hand=5)


def test_what_came_back_is_paid_back_and_fit_goods_are_for_sale_again(pack) -> None:
    order = delivered((pack, 3))
    item = order.items.get()
    (request,) = ask(order, {item.pk: 2})
    owner = make_member(pack.product.producer)
    services.decide_return(return_id=request.pk, accept=True, at=AT, by=owner)
    services.receive_return(return_id=request.pk, arrived={item.pk: (2, 1)}, at=AT, by=owner)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason, refund.created_by) == (200_000, "returned", owner)
    item.refresh_from_db()
    assert (item.returned, Stock.objects.get().on_hand) == (2, 3)
    assert services.returnable(order) == {item.pk: 1}


def test_what_was_booked_is_reversed_to_the_dong() -> None:
    producer = make_producer(legal_form=LegalForm.HOUSEHOLD_BUSINESS)
    pack = make_pack(make_product(producer=producer), price=33_337, on_hand=9)
    order = delivered((pack, 7), method=PaymentMethod.VIETQR)
    fields = ("goods", "platform_discount", "shipping", "commission", "vat", "income_tax")
    booked = Earning.objects.values(*fields).get()
    assert booked["commission"]
    item = order.items.get()
    for count in (1, 2, 4):
        (request,) = ask(order, {item.pk: count}, reason=Complaint.DAMAGED)
        give_back(request)
    sums = Earning.objects.aggregate(**{f"all_{name}": Sum(name) for name in fields})
    assert set(sums.values()) == {0}
    assert Refund.objects.aggregate(total=Sum("amount"))["total"] == order.total


@pytest.mark.parametrize("reason", list(Complaint))
def test_shipping_comes_back_only_if_the_seller_is_at_fault(pack, reason: Complaint) -> None:
    order = delivered((pack, 2))
    (request,) = ask(order, reason=reason)
    give_back(request)
    shipping = 0 if reason is Complaint.CHANGED_MIND else order.shipping_total
    assert Refund.objects.get().amount == 200_000 + shipping


def test_shipping_stays_where_a_part_came_back_for_no_fault(pack) -> None:
    order = delivered((pack, 2))
    item = order.items.get()
    for reason in (Complaint.CHANGED_MIND, Complaint.DAMAGED):
        (request,) = ask(order, {item.pk: 1}, reason=reason)
        give_back(request)
    assert Refund.objects.aggregate(total=Sum("amount"))["total"] == 200_000


def test_it_is_asked_for_up_to_midnight_of_the_seventh_day_after(pack) -> None:
    order = delivered((pack, 2))
    item = order.items.get()
    midnight = datetime.combine(DAY + timedelta(days=8), time(), tzinfo=ZONE)
    assert last_return_day(AT) == DAY + timedelta(days=7)
    ask(order, {item.pk: 1}, at=midnight - timedelta(seconds=1))
    assert services.returning.returnable_at(order, at=midnight - timedelta(seconds=1)) == {item.pk: 1}
    assert services.returning.returnable_at(order, at=midnight) == {}
    with pytest.raises(DomainError) as refusal:
        ask(order, {item.pk: 1}, at=midnight)
    assert refusal.value.code == "too-late"


def test_no_more_is_asked_for_than_there_is(pack) -> None:
    order = delivered((pack, 2))
    item = order.items.get()
    (first,) = ask(order, {item.pk: 1})
    for counts in ({item.pk: 2}, {}, {0: 1}, {item.pk: 0}, {item.pk: -1}):
        with pytest.raises(InvalidFact):
            services.request_return(order_id=order.pk, counts=counts, reason=Complaint.WRONG, at=AT)
    services.withdraw_return(return_id=first.pk, at=AT)
    ask(order, {item.pk: 2})


def test_what_was_not_delivered_does_not_come_back(pack) -> None:
    order = make_order((pack, 2))
    assert services.returnable(order) == {}
    with pytest.raises(InvalidFact):
        ask(order, {order.items.get().pk: 1})


def test_a_refusal_needs_a_reason(pack) -> None:
    (request,) = ask(delivered((pack, 2)))
    with pytest.raises(InvalidFact):
        services.decide_return(return_id=request.pk, accept=False, reason=" ", at=AT)
    services.decide_return(return_id=request.pk, accept=False, reason="Đã mở bao bì", at=AT)
    request.refresh_from_db()
    assert (request.state, request.decision) == ("refused", "Đã mở bao bì")
    assert not Refund.objects.exists()


@pytest.mark.parametrize("arrived", ["more", "fitter", "strange", "nothing"])
def test_no_more_comes_back_than_was_asked_for(pack, arrived: str) -> None:
    (request,) = ask(delivered((pack, 2)))
    item = request.items.get().item_id
    services.decide_return(return_id=request.pk, accept=True, at=AT)
    wrong = {"more": {item: (3, 0)}, "fitter": {item: (1, 2)}, "strange": {0: (1, 1)}, "nothing": {item: (0, 0)}}
    with pytest.raises(InvalidFact):
        services.receive_return(return_id=request.pk, arrived=wrong[arrived], at=AT)
    request.refresh_from_db()
    assert request.state == "accepted"


RETURN_ACTS = {
    ReturnStep.ACCEPTED: lambda pk: services.decide_return(return_id=pk, accept=True, at=AT),
    ReturnStep.REFUSED: lambda pk: services.decide_return(return_id=pk, accept=False, reason="Không", at=AT),
    ReturnStep.WITHDRAWN: lambda pk: services.withdraw_return(return_id=pk, at=AT),
    ReturnStep.RECEIVED: lambda pk: services.receive_return(
        return_id=pk, arrived={Return.objects.get(pk=pk).items.get().item_id: (2, 2)}, at=AT
    ),
}


@pytest.mark.parametrize("before", list(ReturnStep))
@pytest.mark.parametrize("after", list(RETURN_ACTS))
def test_the_table_alone_says_where_a_return_goes(pack, before: ReturnStep, after: ReturnStep) -> None:
    (request,) = ask(delivered((pack, 2)))
    way = {ReturnStep.REQUESTED: [], ReturnStep.RECEIVED: [ReturnStep.ACCEPTED, ReturnStep.RECEIVED]}
    for step in way.get(before, [before]):
        RETURN_ACTS[step](request.pk)
    refunds = Refund.objects.count()
    if after in RETURN_STEPS[before]:
        RETURN_ACTS[after](request.pk)
        request.refresh_from_db()
        assert request.state == after.value
    else:
        with pytest.raises(DomainError) as refusal:
            RETURN_ACTS[after](request.pk)
        assert refusal.value.code == "wrong-state"
        request.refresh_from_db()
        assert (request.state, Refund.objects.count()) == (before.value, refunds)


def test_each_producer_decides_on_its_own_part_of_a_bundle() -> None:
    first, second = make_pack(make_product(), on_hand=5), make_pack(make_product(producer=make_producer()), on_hand=5)
    order = delivered((make_bundle(first, second), 1))
    requests = ask(order)
    assert {request.fulfilment.producer for request in requests} == {first.product.producer, second.product.producer}


def test_a_spoiled_gift_box_is_paid_back_with_all_its_fees() -> None:
    open_hub()
    first, second = make_pack(make_product(), on_hand=5), make_pack(make_product(producer=make_producer()), on_hand=5)
    order = delivered((make_bundle(first, second, goes_as_box=True), 1))
    for request in ask(order, reason=Complaint.DAMAGED):
        give_back(request)
    assert Refund.objects.aggregate(total=Sum("amount"))["total"] == order.total
    assert sum(earning.goods + earning.shipping for earning in Earning.objects.all()) == 0


def test_goods_that_a_voucher_paid_for_are_taken_back_from_the_producer(pack) -> None:
    Voucher.objects.create(code="ALL", kind="percent", value=100, valid_from=DAY)
    order = delivered((pack, 2), voucher_codes=["ALL"])
    (request,) = ask(order)
    give_back(request)
    assert not Refund.objects.exists()
    assert Earning.objects.aggregate(total=Sum("platform_discount"))["total"] == 0


class TestMoney(TestCase):
    """Whatever is cancelled and comes back in whatever portions, the refunds sum to what was paid, and not beyond."""

    @settings(max_examples=15, deadline=None)
    @given(
        prices=st.tuples(st.integers(1, 300_000), st.integers(1, 300_000)),
        quantity=st.integers(1, 3),
        percent=st.integers(1, 100),
        short=st.integers(0, 1),
        cuts=st.lists(st.tuples(st.integers(0, 1), st.integers(1, 3), st.booleans()), max_size=5),
    )
    def test_portions_sum_to_what_was_paid(self, prices, quantity, percent, short, cuts) -> None:
        first = make_pack(make_product(), price=prices[0], on_hand=50)
        second = make_pack(make_product(producer=make_producer()), price=prices[1], on_hand=50)
        code = f"V{Voucher.objects.count()}"
        Voucher.objects.create(code=code, kind="percent", value=percent, valid_from=DAY)
        order = make_order(
            (make_bundle((first, 2), second), quantity), method=PaymentMethod.VIETQR, voucher_codes=[code]
        )
        services.confirm_order(order_id=order.pk, at=AT)
        items = list(order.items.order_by("pk"))
        if short:
            services.cancel_shortage(fulfilment_id=items[0].fulfilment_id, counts={items[0].pk: 1}, at=AT)
        deliver(order)
        net = sum(item.net for item in items)
        for index, count, fit in cuts:
            left = services.returnable(order).get(items[index].pk, 0)
            if left:
                self.send_back(order, items[index], min(count, left), fit)
            assert sum(refund.amount for refund in order.refunds.all()) <= net
        for pk, left in services.returnable(order).items():
            self.send_back(order, next(item for item in items if item.pk == pk), left, True)
        assert sum(refund.amount for refund in order.refunds.all()) == net
        totals = Earning.objects.filter(order_id=order.pk).aggregate(Sum("goods"), Sum("commission"), Sum("shipping"))
        assert totals == {"goods__sum": 0, "commission__sum": 0, "shipping__sum": order.shipping_total}

    def send_back(self, order, item, count: int, fit: bool) -> None:
        before = Stock.objects.get(pack=item.pack).on_hand
        (request,) = ask(order, {item.pk: count})
        services.decide_return(return_id=request.pk, accept=True, at=AT)
        services.receive_return(return_id=request.pk, arrived={item.pk: (count, count if fit else 0)}, at=AT)
        assert Stock.objects.get(pack=item.pack).on_hand == before + (count if fit else 0)
