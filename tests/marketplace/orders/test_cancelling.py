"""What is cancelled before packing: who may cancel what, what goes back to stock, and what is due back."""

import pytest
from django.db.models import Sum
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.models import Stock
from marketplace.orders import services
from marketplace.orders.models import OrderState, PaymentMethod, Refund, StockHold, Voucher
from marketplace.orders.services import Actor
from ocop_badges.errors import DomainError, InvalidFact
from tests.factories import AT, DAY, make_bundle, make_pack, make_producer, make_product
from tests.trade import make_order, open_hub, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


def paid_order(*wanted, **more):
    order = make_order(*wanted, method=PaymentMethod.VIETQR, **more)
    return services.confirm_order(order_id=order.pk, at=AT)


def two_packs(**fields):
    return (
        make_pack(make_product(), price=100_000, on_hand=9, **fields),
        make_pack(make_product(producer=make_producer()), price=60_000, on_hand=9, **fields),
    )


def cancel(order, *, actor: Actor = Actor.SHOPPER):
    return services.cancel_order(order_id=order.pk, actor=actor, at=AT)


def owed() -> int:
    return Refund.objects.aggregate(total=Sum("amount"))["total"] or 0


def test_an_unpaid_order_is_cancelled_and_nothing_is_due() -> None:
    first, second = two_packs()
    order = cancel(make_order((first, 2), (second, 1), method=PaymentMethod.VIETQR))
    assert (order.state, order.cancel_reason, order.cancelled_at) == (OrderState.CANCELLED, "by-shopper", AT)
    assert not StockHold.objects.unreleased().exists()
    assert owed() == 0
    assert set(order.fulfilments.values_list("state", flat=True)) == {"cancelled"}


def test_a_part_of_an_unpaid_order_cannot_be_cancelled_as_its_whole_total_would_be_paid() -> None:
    first, second = two_packs()
    order = make_order((first, 2), (second, 1), method=PaymentMethod.VIETQR)
    part = order.fulfilments.order_by("pk").first()
    item = part.items.get()
    with pytest.raises(DomainError) as refusal:
        services.cancel_fulfilment(fulfilment_id=part.pk, actor=Actor.SHOPPER, at=AT)
    assert refusal.value.code == "unpaid"
    with pytest.raises(DomainError) as refusal:
        services.cancel_shortage(fulfilment_id=part.pk, counts={item.pk: 1}, at=AT)
    assert refusal.value.code == "unpaid"
    assert StockHold.objects.unreleased().aggregate(held=Sum("quantity"))["held"] == 3
    services.confirm_order(order_id=order.pk, at=AT)
    services.cancel_fulfilment(fulfilment_id=part.pk, actor=Actor.SHOPPER, at=AT)
    assert owed() == 2 * 100_000 + part.shipping


def test_a_paid_order_is_owed_in_whole_and_only_once() -> None:
    first, second = two_packs()
    order = paid_order((first, 2), (second, 1))
    assert Stock.objects.aggregate(total=Sum("reserved"))["total"] == 3
    cancel(order)
    cancel(order)
    assert owed() == order.total
    assert Stock.objects.aggregate(total=Sum("reserved"))["total"] == 0
    assert Refund.objects.get().items.aggregate(total=Sum("amount"))["total"] == order.total


def test_vouchers_come_back_with_the_whole_order_only() -> None:
    first, second = two_packs()
    voucher = Voucher.objects.create(code="TET", kind="fixed", value=30_001, valid_from=DAY)
    order = paid_order((first, 2), (second, 1), voucher_codes=["TET"])
    one, two = order.fulfilments.order_by("position")
    services.cancel_fulfilment(fulfilment_id=one.pk, actor=Actor.SHOPPER, at=AT)
    voucher.refresh_from_db()
    assert voucher.used == 1
    services.cancel_fulfilment(fulfilment_id=two.pk, actor=Actor.SHOPPER, at=AT)
    voucher.refresh_from_db()
    order.refresh_from_db()
    assert (voucher.used, order.state) == (0, OrderState.CANCELLED)
    assert owed() == order.total


def test_once_something_is_packed_the_whole_order_can_no_longer_be_cancelled() -> None:
    first, second = two_packs()
    order = make_order((first, 2), (second, 1))
    one = order.fulfilments.order_by("position")[0]
    services.accept_fulfilment(fulfilment_id=one.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=one.pk, at=AT, on=DAY)
    with pytest.raises(DomainError) as refusal:
        cancel(order)
    assert refusal.value.code == "packed-already"
    assert order.fulfilments.filter(state="cancelled").count() == 0
    assert Stock.objects.get(pack=second).reserved == 1


def test_a_shopper_cancels_a_bundle_whole() -> None:
    first, second = two_packs()
    alone = make_pack(make_product(producer=second.product.producer), price=10_000, on_hand=5)
    order = paid_order((make_bundle(first, second), 2), (alone, 1))
    part = order.fulfilments.get(producer=first.product.producer)
    services.cancel_fulfilment(fulfilment_id=part.pk, actor=Actor.SHOPPER, at=AT)
    other = order.fulfilments.get(producer=second.product.producer)
    assert other.state == "placed"
    assert dict(other.items.values_list("sku", "cancelled")) == {second.sku: 2, alone.sku: 0}
    assert owed() == order.lines.get(is_bundle=True).amount + part.shipping


def test_a_producer_that_cancels_leaves_the_rest_of_a_bundle() -> None:
    first, second = two_packs()
    order = paid_order((make_bundle(first, second), 2))
    part = order.fulfilments.get(producer=first.product.producer)
    services.cancel_fulfilment(fulfilment_id=part.pk, actor=Actor.PRODUCER, at=AT, note="Hết hàng")
    item = part.items.get()
    assert owed() == item.net + part.shipping
    assert order.fulfilments.get(producer=second.product.producer).items.get().cancelled == 0
    part.refresh_from_db()
    assert part.failure == "by-producer: Hết hàng"


def test_a_bundle_of_which_a_part_is_packed_stays_whole() -> None:
    first, second = two_packs()
    order = make_order((make_bundle(first, second), 1))
    part = order.fulfilments.get(producer=first.product.producer)
    services.accept_fulfilment(fulfilment_id=part.pk, at=AT)
    services.pack_fulfilment(fulfilment_id=part.pk, at=AT, on=DAY)
    other = order.fulfilments.get(producer=second.product.producer)
    with pytest.raises(DomainError) as refusal:
        services.cancel_fulfilment(fulfilment_id=other.pk, actor=Actor.SHOPPER, at=AT)
    assert refusal.value.code == "packed-already"


def test_a_gift_box_is_cancelled_with_all_that_goes_into_it() -> None:
    open_hub()
    first, second = two_packs()
    order = paid_order((make_bundle(first, second, goes_as_box=True), 1))
    box = order.fulfilments.get(packing="box")
    services.cancel_fulfilment(fulfilment_id=box.pk, actor=Actor.OPERATOR, at=AT)
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert owed() == order.total


def test_what_a_producer_has_too_few_of_is_cancelled_and_the_rest_goes() -> None:
    first, _second = two_packs()
    order = paid_order((first, 3))
    fulfilment, item = order.fulfilments.get(), order.items.get()
    services.cancel_shortage(fulfilment_id=fulfilment.pk, counts={item.pk: 2}, at=AT)
    item.refresh_from_db()
    assert (item.cancelled, Stock.objects.get(pack=first).reserved, owed()) == (2, 1, 200_000)
    event = fulfilment.events.get()
    assert (event.state, event.note) == ("placed", f"by-producer – 2 × {first.sku}")
    services.accept_fulfilment(fulfilment_id=fulfilment.pk, at=AT)
    services.cancel_shortage(fulfilment_id=fulfilment.pk, counts={item.pk: 1}, at=AT)
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert owed() == order.total


@pytest.mark.parametrize("counts", [{}, {0: 1}, "too many", "none"])
def test_what_is_not_there_cannot_be_short(counts) -> None:
    order = make_order((two_packs()[0], 3))
    item = order.items.get()
    counts = {"too many": {item.pk: 4}, "none": {item.pk: 0}}.get(counts, counts) if isinstance(counts, str) else counts
    with pytest.raises(InvalidFact):
        services.cancel_shortage(fulfilment_id=order.fulfilments.get().pk, counts=counts, at=AT)


class TestMoney(TestCase):
    """Whatever is cancelled in whatever portions: never more than was paid, and all of it once nothing is left."""

    @settings(max_examples=25, deadline=None)
    @given(
        prices=st.tuples(st.integers(1, 300_000), st.integers(1, 300_000)),
        quantity=st.integers(1, 4),
        discount=st.integers(0, 40),
        voucher=st.integers(1, 99_999),
        cuts=st.lists(st.tuples(st.integers(0, 1), st.integers(1, 3)), max_size=6),
    )
    def test_portions_sum_to_what_was_paid(self, prices, quantity, discount, voucher, cuts) -> None:
        first = make_pack(make_product(), price=prices[0], on_hand=50)
        second = make_pack(make_product(producer=make_producer()), price=prices[1], on_hand=50)
        code = f"V{Voucher.objects.count()}"
        Voucher.objects.create(code=code, kind="fixed", value=voucher, valid_from=DAY)
        bundle = make_bundle((first, 2), second, discount_percent=discount)
        order = paid_order((bundle, quantity), (second, 1), voucher_codes=[code])
        items = list(order.items.order_by("pk"))
        for index, count in cuts:
            item = items[index]
            item.refresh_from_db()
            left = item.quantity - item.cancelled
            if left:
                services.cancel_shortage(fulfilment_id=item.fulfilment_id, counts={item.pk: min(count, left)}, at=AT)
            assert sum(refund.amount for refund in order.refunds.all()) <= order.total
            self.assert_stock_is_held(order)
        services.cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
        assert sum(refund.amount for refund in order.refunds.all()) == order.total
        self.assert_stock_is_held(order)

    def assert_stock_is_held(self, order) -> None:
        for item in order.items.all():
            held = StockHold.objects.reserved().filter(item=item).aggregate(total=Sum("quantity"))["total"] or 0
            assert held == item.quantity - item.cancelled
        held = dict(StockHold.objects.reserved().order_by().values_list("stock").annotate(Sum("quantity")))
        for stock in Stock.objects.filter(holds__item__order=order):
            assert stock.reserved == held.get(stock.pk, 0)
