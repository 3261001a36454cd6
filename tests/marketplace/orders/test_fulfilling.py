"""A fulfilment on its way: the table of steps, lots, the sale, and what a failed delivery comes to."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from catalog.models import Stock
from marketplace.notices.models import Message
from marketplace.orders import services
from marketplace.orders.collecting import amount_to_collect
from marketplace.orders.ledger_checks import money_left_over
from marketplace.orders.models import Fulfilment, FulfilmentState, OrderState, PaymentMethod, Refund, StockHold, Voucher
from marketplace.orders.return_rules import Failure
from marketplace.orders.rules import STEPS, Step
from marketplace.settlement.models import Earning
from ocop_badges.errors import DomainError, InvalidFact
from tests.factories import AT, DAY, make_bundle, make_member, make_pack, make_producer, make_product
from tests.trade import make_order, open_hub, open_shop

pytestmark = pytest.mark.django_db
ACTS: dict[Step, Callable[[int], object]] = {
    Step.ACCEPTED: lambda pk: services.accept_fulfilment(fulfilment_id=pk, at=AT),
    Step.PACKED: lambda pk: services.pack_fulfilment(fulfilment_id=pk, at=AT, on=DAY),
    Step.SHIPPED: lambda pk: services.ship_fulfilment(fulfilment_id=pk, carrier="VNPost", at=AT),
    Step.DELIVERED: lambda pk: services.deliver_fulfilment(fulfilment_id=pk, at=AT, at_hub=True),
    Step.FAILED: lambda pk: services.fail_fulfilment(fulfilment_id=pk, failure=Failure.ABSENT, at=AT),
    Step.CANCELLED: lambda pk: services.cancel_fulfilment(fulfilment_id=pk, actor=services.Actor.PRODUCER, at=AT),
}
WAY = {
    Step.WAITING: [],
    Step.PLACED: [],
    Step.ACCEPTED: [Step.ACCEPTED],
    Step.PACKED: [Step.ACCEPTED, Step.PACKED],
    Step.SHIPPED: [Step.ACCEPTED, Step.PACKED, Step.SHIPPED],
    Step.DELIVERED: [Step.ACCEPTED, Step.PACKED, Step.SHIPPED, Step.DELIVERED],
    Step.FAILED: [Step.ACCEPTED, Step.PACKED, Step.SHIPPED, Step.FAILED],
    Step.CANCELLED: [Step.CANCELLED],
}


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


def lead(fulfilment: Fulfilment, to: Step) -> None:
    for step in WAY[to]:
        ACTS[step](fulfilment.pk)
    fulfilment.refresh_from_db()


def paid_order(*wanted, at=AT):
    order = make_order(*wanted, method=PaymentMethod.VIETQR)
    return services.confirm_order(order_id=order.pk, at=at)


@pytest.mark.parametrize("before", list(Step))
@pytest.mark.parametrize("after", list(ACTS))
def test_the_table_alone_says_where_a_fulfilment_goes(before: Step, after: Step) -> None:
    method = PaymentMethod.VIETQR if before is Step.WAITING else PaymentMethod.COD
    order = make_order((make_pack(make_product(), on_hand=5), 2), method=method)
    fulfilment = order.fulfilments.get()
    lead(fulfilment, before)
    assert fulfilment.state == before.value
    events = fulfilment.events.count()
    if after in STEPS[before]:
        ACTS[after](fulfilment.pk)
        fulfilment.refresh_from_db()
        assert fulfilment.state == after.value
        assert getattr(fulfilment, f"{after.value}_at") == AT
        assert fulfilment.events.count() == events + 1
    else:
        stock = Stock.objects.values("on_hand", "reserved").get()
        with pytest.raises(DomainError) as refusal:
            ACTS[after](fulfilment.pk)
        assert refusal.value.code == "wrong-state"
        fulfilment.refresh_from_db()
        assert fulfilment.state == before.value
        assert fulfilment.events.count() == events
        assert Stock.objects.values("on_hand", "reserved").get() == stock


def test_who_did_what_is_kept() -> None:
    pack = make_pack(make_product(), on_hand=5)
    owner = make_member(pack.product.producer)
    fulfilment = make_order((pack, 2)).fulfilments.get()
    services.accept_fulfilment(fulfilment_id=fulfilment.pk, at=AT, by=owner)
    event = fulfilment.events.get()
    assert (event.state, event.at, event.by) == (FulfilmentState.ACCEPTED, AT, owner)


def test_what_is_not_there_is_not_found() -> None:
    with pytest.raises(DomainError) as refusal:
        services.accept_fulfilment(fulfilment_id=0, at=AT)
    assert refusal.value.status == 404


def test_packed_goods_leave_the_stock_and_their_lots_are_on_record() -> None:
    pack = make_pack(make_product())
    Stock.objects.create(pack=pack, lot="L1", best_before=DAY + timedelta(days=90), on_hand=1)
    Stock.objects.create(pack=pack, lot="L2", best_before=DAY + timedelta(days=120), on_hand=4)
    fulfilment = make_order((pack, 3)).fulfilments.get()
    lead(fulfilment, Step.PACKED)
    assert list(Stock.objects.order_by("lot").values_list("on_hand", "reserved")) == [(0, 0), (2, 0)]
    assert fulfilment.events.get(state="packed").note == f"{pack.sku} L1 × 1, {pack.sku} L2 × 2"


def test_another_lot_may_be_named_and_the_hold_moves() -> None:
    pack = make_pack(make_product())
    first = Stock.objects.create(pack=pack, lot="L1", best_before=DAY + timedelta(days=90), on_hand=3)
    second = Stock.objects.create(pack=pack, lot="L2", best_before=DAY + timedelta(days=120), on_hand=3)
    fulfilment = make_order((pack, 3)).fulfilments.get()
    item = fulfilment.items.get()
    lead(fulfilment, Step.ACCEPTED)
    services.pack_fulfilment(fulfilment_id=fulfilment.pk, at=AT, on=DAY, lots={item.pk: {first.pk: 1, second.pk: 2}})
    assert list(Stock.objects.order_by("lot").values_list("on_hand", "reserved")) == [(2, 0), (1, 0)]
    standing = StockHold.objects.unreleased().order_by("stock_id").values_list("stock__lot", "quantity")
    assert list(standing) == [("L1", 1), ("L2", 2)]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("count", "wrong-count"),
        ("pack", "another-pack"),
        ("free", "too-few"),
        ("held", "too-few"),
        ("old", "lot-too-old"),
    ],
)
def test_a_lot_that_cannot_be_is_refused_and_nothing_moves(fault: str, code: str) -> None:
    pack = make_pack(make_product(), min_remaining_life_days=30)
    held = Stock.objects.create(pack=pack, lot="L1", best_before=DAY + timedelta(days=90), on_hand=3)
    other = Stock.objects.create(pack=pack, lot="L2", best_before=DAY + timedelta(days=120), on_hand=3)
    old = Stock.objects.create(pack=pack, lot="L0", best_before=DAY + timedelta(days=31), on_hand=3)
    strange = Stock.objects.create(pack=make_pack(make_product()), lot="L9", on_hand=3)
    fulfilment = make_order((pack, 3)).fulfilments.get()
    item = fulfilment.items.get()
    lead(fulfilment, Step.ACCEPTED)
    if fault == "free":
        Stock.objects.filter(pk=other.pk).update(reserved=2)
    if fault == "held":
        unpaid = make_order((pack, 3), method=PaymentMethod.VIETQR)
        assert unpaid.items.get().holds.get().stock == other
    lots = {
        "count": {other.pk: 2},
        "pack": {strange.pk: 3},
        "free": {held.pk: 1, other.pk: 2},
        "held": {held.pk: 1, other.pk: 2},
        "old": {old.pk: 3},
    }[fault]
    before = list(Stock.objects.order_by("pk").values_list("on_hand", "reserved"))
    with pytest.raises(DomainError) as refusal:
        services.pack_fulfilment(fulfilment_id=fulfilment.pk, at=AT, on=DAY, lots={item.pk: lots})
    assert refusal.value.code == code
    assert list(Stock.objects.order_by("pk").values_list("on_hand", "reserved")) == before
    fulfilment.refresh_from_db()
    assert fulfilment.state == "accepted"


def test_a_parcel_that_leaves_late_takes_no_lot_that_would_arrive_too_old() -> None:
    pack = make_pack(make_product(), min_remaining_life_days=30)
    Stock.objects.create(pack=pack, lot="L1", best_before=DAY + timedelta(days=34), on_hand=3)
    fulfilment = make_order((pack, 1)).fulfilments.get()
    assert fulfilment.expected_on == DAY + timedelta(days=3)
    lead(fulfilment, Step.ACCEPTED)
    late = fulfilment.ship_by + timedelta(days=2)
    with pytest.raises(DomainError) as refusal:
        services.pack_fulfilment(fulfilment_id=fulfilment.pk, at=AT, on=late)
    assert refusal.value.code == "lot-too-old"
    services.pack_fulfilment(fulfilment_id=fulfilment.pk, at=AT, on=late - timedelta(days=1))


def test_it_is_shipped_by_somebody() -> None:
    fulfilment = make_order((make_pack(make_product(), on_hand=5), 1)).fulfilments.get()
    lead(fulfilment, Step.PACKED)
    with pytest.raises(InvalidFact):
        services.ship_fulfilment(fulfilment_id=fulfilment.pk, carrier=" ", at=AT)
    shipped = services.ship_fulfilment(fulfilment_id=fulfilment.pk, carrier="VNPost", tracking_number="EB1VN", at=AT)
    assert (shipped.carrier, shipped.tracking_number) == ("VNPost", "EB1VN")


def test_a_delivery_books_the_sale_and_the_last_one_completes_the_order() -> None:
    first = make_pack(make_product(), price=100_000, on_hand=5)
    second = make_pack(make_product(producer=make_producer()), price=60_000, on_hand=5)
    order = make_order((first, 2), (second, 1))
    one, two = order.fulfilments.order_by("position")
    assert amount_to_collect(one) + amount_to_collect(two) == order.total
    lead(one, Step.DELIVERED)
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    earning = Earning.objects.get()
    assert (earning.goods, earning.shipping, earning.commission) == (200_000, one.shipping, 16_000)
    lead(two, Step.CANCELLED)
    order.refresh_from_db()
    assert (order.state, order.completed_at) == (OrderState.COMPLETED, AT)
    assert Earning.objects.count() == 1


def test_a_failed_delivery_puts_the_goods_back_and_owes_what_was_paid_but_the_shipping() -> None:
    pack = make_pack(make_product(), price=100_000, on_hand=5)
    order = paid_order((pack, 2))
    fulfilment = order.fulfilments.get()
    lead(fulfilment, Step.FAILED)
    stock = Stock.objects.get()
    assert (stock.on_hand, stock.reserved) == (5, 0)
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (200_000, "failed-delivery")
    order.refresh_from_db()
    assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, "delivery-failed")
    assert not list(money_left_over())
    assert Earning.objects.get().shipping == fulfilment.shipping


def test_what_the_carrier_lost_is_owed_in_whole_and_does_not_come_back() -> None:
    pack = make_pack(make_product(), price=100_000, on_hand=5)
    order = paid_order((pack, 2))
    fulfilment = order.fulfilments.get()
    lead(fulfilment, Step.SHIPPED)
    services.fail_fulfilment(fulfilment_id=fulfilment.pk, failure=Failure.LOST, at=AT)
    assert Refund.objects.get().amount == order.total
    assert Stock.objects.get().on_hand == 3
    assert not Earning.objects.exists()


def test_nothing_is_owed_for_what_was_to_be_paid_at_the_door() -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 2))
    lead(order.fulfilments.get(), Step.FAILED)
    assert not Refund.objects.exists()
    assert Stock.objects.get().on_hand == 5


def test_an_order_of_which_nothing_arrived_is_cancelled_and_its_voucher_goes_back() -> None:
    voucher = Voucher.objects.create(code="TET", kind="fixed", value=10_000, valid_from=DAY, limit=1)
    pack = make_pack(make_product(), price=100_000, on_hand=5)
    order = make_order((pack, 1), voucher_codes=["TET"])
    part = order.fulfilments.get()
    lead(part, Step.SHIPPED)
    services.fail_fulfilment(fulfilment_id=part.pk, failure=Failure.LOST, at=AT)
    order.refresh_from_db()
    voucher.refresh_from_db()
    assert (order.state, order.cancel_reason, voucher.used) == (OrderState.CANCELLED, "delivery-failed", 0)
    letter = Message.objects.get(key=f"order.{order.number}.failed.{part.pk}")
    assert order.number in letter.subject


def test_one_of_which_a_part_arrived_is_completed_though_another_failed() -> None:
    packs = [make_pack(make_product(), on_hand=5) for _ in range(2)]
    order = make_order(*((pack, 1) for pack in packs))
    arrives, fails = order.fulfilments.order_by("pk")
    lead(arrives, Step.DELIVERED)
    lead(fails, Step.FAILED)
    order.refresh_from_db()
    assert order.state == OrderState.COMPLETED
    assert Message.objects.filter(key__contains=".failed.").count() == 1


class TestBox:
    """A gift box: what goes into it is delivered at the hub, the sale is the box's."""

    @pytest.fixture
    def order(self):
        open_hub()
        first, second = (
            make_pack(make_product(), price=100_000, on_hand=6),
            make_pack(make_product(producer=make_producer()), price=50_000, on_hand=3),
        )
        return make_order((make_bundle(first, second, goes_as_box=True), 1))

    def test_it_is_packed_once_everything_has_come(self, order) -> None:
        box = order.fulfilments.get(packing="box")
        one, two = order.fulfilments.filter(packing="inbound").order_by("pk")
        lead(one, Step.DELIVERED)
        ACTS[Step.ACCEPTED](box.pk)
        with pytest.raises(DomainError) as refusal:
            ACTS[Step.PACKED](box.pk)
        assert refusal.value.code == "box-incomplete"
        lead(two, Step.DELIVERED)
        assert not Earning.objects.exists()
        for step in (Step.PACKED, Step.SHIPPED, Step.DELIVERED):
            ACTS[step](box.pk)
        assert sum(earning.goods + earning.shipping for earning in Earning.objects.all()) == (
            order.total - box.shipping - box.assembly
        )
        order.refresh_from_db()
        assert order.state == OrderState.COMPLETED

    def test_only_the_hub_says_what_became_of_what_was_sent_to_it(self, order) -> None:
        inbound = order.fulfilments.filter(packing="inbound").first()
        lead(inbound, Step.SHIPPED)
        for act in (
            lambda pk: services.deliver_fulfilment(fulfilment_id=pk, at=AT),
            lambda pk: services.fail_fulfilment(fulfilment_id=pk, failure=Failure.LOST, at=AT),
        ):
            with pytest.raises(DomainError) as refusal:
                act(inbound.pk)
            assert (refusal.value.code, refusal.value.status) == ("hub-says", 409)
        inbound.refresh_from_db()
        assert (inbound.state, inbound.delivered_at, inbound.failed_at) == ("shipped", None, None)
        assert not Earning.objects.exists()

    def test_only_the_box_is_paid_for_at_the_door(self, order) -> None:
        asked = {each.packing: amount_to_collect(each) for each in order.fulfilments.all()}
        assert asked == {"inbound": 0, "box": order.total}

    def test_nothing_to_put_in_ends_it(self, order) -> None:
        for inbound in order.fulfilments.filter(packing="inbound"):
            lead(inbound, Step.SHIPPED)
            services.fail_fulfilment(fulfilment_id=inbound.pk, failure=Failure.LOST, at=AT, at_hub=True)
        box = order.fulfilments.get(packing="box")
        assert box.state == "cancelled"
        order.refresh_from_db()
        assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, "delivery-failed")
        assert Message.objects.filter(key=f"order.{order.number}.failed.{box.pk}").exists()
