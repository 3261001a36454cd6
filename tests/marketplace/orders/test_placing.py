"""From a cart to an order: what is held, what is written, what is refused."""

from datetime import timedelta

import pytest

from catalog.models import DocumentKind, ProductSet, SellerDocument, Stock
from marketplace.notices.models import Message
from marketplace.orders import rules, services
from marketplace.orders.models import FulfilmentState, OrderState, PaymentMethod, StockHold
from marketplace.orders.services import NotToBeHad, TotalChanged
from ocop_badges.errors import DomainError
from ocop_badges.markup import written
from tests.factories import AT, DAY, certify, make_bundle, make_pack, make_producer, make_product
from tests.trade import make_cart, make_order, make_party, make_wish, open_hub, open_shop

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


def test_cash_on_delivery_confirms_at_once_and_reserves_the_goods() -> None:
    product = make_product()
    certificate = certify(product, stars=4)
    pack = make_pack(product, price=100_000, on_hand=5)
    order = make_order((pack, 2))
    assert order.state == OrderState.CONFIRMED
    assert (order.goods_total, order.shipping_total, order.total) == (200_000, 18_000, 218_000)
    stock = Stock.objects.get()
    assert (stock.on_hand, stock.reserved) == (5, 2)
    item = order.items.get()
    assert (item.stars, item.certificate, item.decision_number) == (
        4,
        certificate.public_id,
        certificate.decision_number,
    )
    assert order.fulfilments.get().state == FulfilmentState.PLACED


def test_an_unpaid_order_holds_its_goods_until_the_hold_ends_by_itself() -> None:
    pack = make_pack(make_product(), on_hand=2)
    order = make_order((pack, 2), method=PaymentMethod.VIETQR)
    assert order.state == OrderState.AWAITING_PAYMENT
    assert Stock.objects.get().reserved == 0
    with pytest.raises(NotToBeHad) as refusal:
        make_cart((pack, 1))
    assert refusal.value.code == "out-of-stock"
    later = AT + timedelta(minutes=15)
    make_cart((pack, 1), at=later)
    assert order.status_at(later - timedelta(seconds=1)) == "awaiting_payment"
    assert order.status_at(later) == "expired"


def test_one_paid_late_gets_the_goods_if_they_are_still_there() -> None:
    pack = make_pack(make_product(), on_hand=2)
    order = make_order((pack, 2), method=PaymentMethod.VIETQR)
    confirmed = services.confirm_order(order_id=order.pk, at=AT + timedelta(hours=1))
    assert confirmed.state == OrderState.CONFIRMED
    assert Stock.objects.get().reserved == 2
    assert StockHold.objects.unreleased().count() == 1


def test_one_that_lost_a_part_of_its_holds_is_confirmed_in_whole() -> None:
    order = make_order(
        (make_pack(make_product(), on_hand=2), 2),
        (make_pack(make_product(), on_hand=2), 1),
        method=PaymentMethod.VIETQR,
    )
    StockHold.objects.filter(quantity=2).delete()
    assert services.confirm_order(order_id=order.pk, at=AT).state == OrderState.CONFIRMED
    assert sorted(Stock.objects.values_list("reserved", flat=True)) == [1, 2]


def test_one_paid_late_is_cancelled_where_the_goods_are_gone() -> None:
    pack = make_pack(make_product(), on_hand=2)
    late = make_order((pack, 2), method=PaymentMethod.VIETQR)
    later = AT + timedelta(minutes=20)
    quick = make_order((pack, 1), at=later)
    assert quick.state == OrderState.CONFIRMED
    ended = services.confirm_order(order_id=late.pk, at=later)
    assert (ended.state, ended.cancel_reason) == (OrderState.CANCELLED, "out-of-stock")
    assert Stock.objects.get().reserved == 1


class TestPaidDaysLater:
    """A transfer that comes after the goods were no longer held is judged by its own day."""

    LATER = timedelta(days=60)

    def test_it_arrives_so_much_later_and_the_letter_says_so(self) -> None:
        order = make_order((make_pack(make_product(), on_hand=2), 1), method=PaymentMethod.VIETQR)
        before = order.fulfilments.get()
        services.confirm_order(order_id=order.pk, at=AT + self.LATER)
        after = order.fulfilments.get()
        assert (after.ship_by, after.expected_on) == (before.ship_by + self.LATER, before.expected_on + self.LATER)
        letter = Message.objects.get(key=f"order.{order.number}.paid")
        assert written(after.expected_on) in letter.body

    def test_a_day_that_was_asked_for_is_kept_while_it_can_be(self) -> None:
        first, second = make_pack(make_product(), on_hand=2), make_pack(make_product(), on_hand=2)
        cart = make_cart((first, 1), (second, 1))
        one, two = (line.pk for line in cart.lines.in_order())
        days = (DAY + timedelta(days=20), DAY + timedelta(days=90))
        parties = [make_party(portions={line: 1}, deliver_on=day) for line, day in zip((one, two), days, strict=True)]
        wish = make_wish(cart, recipients=parties, method=PaymentMethod.VIETQR)
        order = services.place_order(wish, at=AT, on=DAY)
        services.confirm_order(order_id=order.pk, at=AT + self.LATER)
        soon, far = order.fulfilments.order_by("recipient__position")
        assert soon.ship_by == DAY + self.LATER + timedelta(days=2)
        assert far.expected_on == days[1]

    def test_it_is_cancelled_where_the_lot_would_be_too_old(self) -> None:
        pack = make_pack(make_product(), min_remaining_life_days=10)
        Stock.objects.create(pack=pack, best_before=DAY + timedelta(days=65), on_hand=2)
        order = make_order((pack, 1), method=PaymentMethod.VIETQR)
        order = services.confirm_order(order_id=order.pk, at=AT + self.LATER)
        assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, "out-of-stock")
        assert Stock.objects.get().reserved == 0

    def test_it_is_cancelled_where_the_seller_may_not_sell_it_any_more(self) -> None:
        product = make_product(product_set=ProductSet.objects.get(code="ruou-trang"))
        for kind in (DocumentKind.ALCOHOL_PRODUCTION, DocumentKind.ALCOHOL_RETAIL):
            SellerDocument.objects.create(
                producer=product.producer,
                kind=kind,
                number="01/GP",
                valid_from=DAY - timedelta(days=9),
                valid_until=DAY + timedelta(days=30),
            )
        pack = make_pack(product, on_hand=2)
        order = make_order((pack, 1), method=PaymentMethod.VIETQR, confirms_age=True)
        order = services.confirm_order(order_id=order.pk, at=AT + self.LATER)
        assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, "document-missing")
        assert Stock.objects.get().reserved == 0
        assert "không còn được phép bán" in Message.objects.get(key=f"order.{order.number}.gone").body

    def test_a_gift_box_moves_with_what_goes_into_it(self) -> None:
        open_hub()
        first, second = make_pack(make_product(), on_hand=2), make_pack(make_product(), on_hand=2)
        bundle = make_bundle(first, second, goes_as_box=True)
        order = make_order((bundle, 1), method=PaymentMethod.VIETQR)
        before = [(part.ship_by, part.expected_on) for part in order.fulfilments.order_by("pk")]
        services.confirm_order(order_id=order.pk, at=AT + self.LATER)
        assert [(part.ship_by, part.expected_on) for part in order.fulfilments.order_by("pk")] == [
            (leaves + self.LATER, arrives + self.LATER) for leaves, arrives in before
        ]


def test_what_is_left_of_a_bundle_is_told_in_bundles() -> None:
    pack = make_pack(make_product(), price=10_000, on_hand=5)
    twice = make_bundle(pack, pack)
    with pytest.raises(NotToBeHad) as refusal:
        make_cart((twice, 4))
    assert [notice.left for notice in refusal.value.notices] == [2]


def test_what_other_lines_want_is_not_left() -> None:
    pack = make_pack(make_product(), price=10_000, on_hand=5)
    with pytest.raises(NotToBeHad) as refusal:
        make_cart((pack, 3), (make_bundle(pack), 3))
    assert [notice.left for notice in refusal.value.notices] == [2]


def test_a_bundle_holds_all_of_its_components_and_its_price_is_shared_to_the_last_dong() -> None:
    first, second = (
        make_pack(make_product(), price=100_000, on_hand=6),
        make_pack(make_product(), price=50_001, on_hand=3),
    )
    bundle = make_bundle((first, 2), second, discount_percent=10)
    order = make_order((bundle, 3))
    line = order.lines.get()
    assert sum(item.amount for item in order.items.all()) == line.amount == order.goods_total
    assert [stock.reserved for stock in Stock.objects.order_by("pk")] == [6, 3]
    assert order.fulfilments.count() == 2


def test_a_bundle_that_lacks_a_component_holds_none() -> None:
    first, second = make_pack(make_product(), on_hand=6), make_pack(make_product(), on_hand=1)
    bundle = make_bundle(first, second)
    cart = make_cart((bundle, 1))
    wish = make_wish(cart)
    Stock.objects.filter(pack=second).update(on_hand=0)
    with pytest.raises(NotToBeHad):
        services.place_order(wish, at=AT, on=DAY)
    assert not StockHold.objects.exists()


def test_a_box_goes_through_the_hub_as_one_shipment() -> None:
    open_hub()
    first, second = (
        make_pack(make_product(), price=100_000, on_hand=6),
        make_pack(make_product(), price=50_000, on_hand=3),
    )
    bundle = make_bundle(first, second, goes_as_box=True)
    order = make_order((bundle, 1))
    box = order.fulfilments.get(packing="box")
    assert box.assembly == 35_000
    assert order.fulfilments.filter(box=box).count() == 2
    assert order.total == order.goods_total + order.shipping_total + 35_000


def test_the_lot_that_expires_first_goes_first_but_none_too_short_for_the_day_it_arrives() -> None:
    pack = make_pack(make_product(), min_remaining_life_days=10)
    short = Stock.objects.create(pack=pack, lot="A", best_before=DAY + timedelta(days=11), on_hand=5)
    early = Stock.objects.create(pack=pack, lot="B", best_before=DAY + timedelta(days=40), on_hand=1)
    late = Stock.objects.create(pack=pack, lot="C", best_before=DAY + timedelta(days=80), on_hand=5)
    order = make_order((pack, 3))
    assert dict(StockHold.objects.values_list("stock", "quantity")) == {early.pk: 1, late.pk: 2}
    assert short.holds.count() == 0
    assert order.state == OrderState.CONFIRMED


def test_a_total_that_changed_is_told_and_nothing_is_written() -> None:
    pack = make_pack(make_product(), price=100_000, on_hand=5)
    cart = make_cart((pack, 1))
    wish = make_wish(cart, expected_total=100_000)
    with pytest.raises(TotalChanged) as refusal:
        services.place_order(wish, at=AT, on=DAY)
    assert refusal.value.total == 118_000
    assert not StockHold.objects.exists()


def test_a_cart_becomes_one_order() -> None:
    pack = make_pack(make_product(), on_hand=5)
    cart = make_cart((pack, 1))
    wish = make_wish(cart)
    services.place_order(wish, at=AT, on=DAY)
    with pytest.raises(DomainError) as refusal:
        services.place_order(wish, at=AT, on=DAY)
    assert refusal.value.code == "cart-ordered"


def test_more_parcels_than_an_order_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MAX_PARTS", 1)
    cart = make_cart((make_pack(make_product(), on_hand=5), 1), (make_pack(make_product(), on_hand=5), 1))
    with pytest.raises(DomainError) as refusal:
        services.place_order(make_wish(cart), at=AT, on=DAY)
    assert (refusal.value.code, refusal.value.status) == ("too-many-parts", 400)


def test_lines_are_split_between_recipients() -> None:
    near, far = make_producer(), make_producer()
    first, second = make_pack(make_product(producer=near), on_hand=5), make_pack(make_product(producer=far), on_hand=5)
    cart = make_cart((first, 3), (second, 1))
    one, two = (line.pk for line in cart.lines.in_order())
    parties = [make_party(portions={one: 1, two: 1}), make_party(portions={one: 2}, name="Người khác")]
    with pytest.raises(DomainError) as refusal:  # nobody pays at the door for a gift
        services.place_order(make_wish(cart, recipients=parties), at=AT, on=DAY)
    assert refusal.value.code == "method-unlawful"
    wish = make_wish(cart, recipients=parties, method=PaymentMethod.VIETQR)
    order = services.place_order(wish, at=AT, on=DAY)
    assert order.fulfilments.count() == 3
    assert sorted(order.lines.values_list("quantity", flat=True)) == [1, 1, 2]
