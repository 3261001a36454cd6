"""What cannot get where it is to go, or not in time, is told before anybody pays, and why."""

from datetime import timedelta

import pytest

from catalog.models import Pack
from cms.models import GiftBundlePage
from marketplace.hub.models import HubTariffRow
from marketplace.orders.models import Cart
from marketplace.orders.quotes import Quote
from marketplace.orders.quoting import quote_cart
from marketplace.orders.services import NotToBeHad, destinations_of, place_order
from marketplace.shipping.models import ShippingStep, ShippingTable, ZoneName
from tests.factories import AT, DAY, make_bundle, make_pack, make_producer, make_product
from tests.trade import make_cart, make_commune, make_party, make_wish, open_hub, open_shop

pytestmark = pytest.mark.django_db
NEAR, FAR = "68", "01"  # of a producer in Lâm Đồng; the transit days are those of tests.trade.PRICES


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


def quoted(*wanted: tuple[Pack | GiftBundlePage, int], to: str = FAR, on=DAY) -> tuple[Cart, Quote]:
    cart = make_cart(*wanted)
    lines = list(cart.lines.in_order())
    party = make_party(portions={line.pk: line.quantity for line in lines}, commune=make_commune(province=to))
    return cart, quote_cart(lines, destinations=destinations_of([party]), on=on, at=AT)


def told(quote: Quote) -> dict[str, str]:
    return {notice.code: notice.detail for notice in quote.notices if notice.is_blocking}


def fresh(days: int, **fields) -> Pack:
    return make_pack(make_product(name="Dâu tây", max_transit_days=days, **fields), on_hand=90)


def test_fresh_goods_go_as_far_as_they_keep_and_no_further() -> None:
    pack = fresh(3)
    assert told(quoted((pack, 1), to=NEAR)[1]) == {}
    cart, quote = quoted((pack, 1), to=FAR)
    assert list(told(quote)) == ["cannot-reach"]
    assert "Dâu tây" in told(quote)["cannot-reach"]
    party = make_party(portions={cart.lines.get().pk: 1}, commune=make_commune(province=FAR))
    with pytest.raises(NotToBeHad) as refusal:
        place_order(make_wish(cart, recipients=[party]), at=AT, on=DAY)
    assert [notice.code for notice in refusal.value.notices] == ["cannot-reach"]


def test_what_is_heavier_than_the_last_step_is_told_as_such() -> None:
    ShippingTable.objects.update(more_per_kg=None)
    pack = make_pack(make_product(), on_hand=90, shipping_weight_g=900)
    assert told(quoted((pack, 2))[1]) == {}
    _cart, quote = quoted((pack, 3))
    assert list(told(quote)) == ["too-heavy"]
    assert not quote.parcels


def test_a_day_without_a_table_is_a_day_on_which_nothing_is_sent() -> None:
    ShippingTable.objects.filter(zone=ZoneName.FAR).update(valid_until=DAY - timedelta(days=1))
    later = ShippingTable.objects.create(zone=ZoneName.FAR, transit_days=4, valid_from=DAY + timedelta(days=2))
    ShippingStep.objects.create(table=later, up_to_g=9_000, price=40_000)
    pack = make_pack(make_product(), on_hand=9)
    assert list(told(quoted((pack, 1))[1])) == ["cannot-reach"]
    assert told(quoted((pack, 1), to=NEAR)[1]) == {}
    _cart, quote = quoted((pack, 1), on=DAY + timedelta(days=2))
    assert (told(quote), quote.shipping_total) == ({}, 40_000)


def test_a_producer_with_tables_of_its_own_serves_no_other_zone() -> None:
    pack = make_pack(make_product(), on_hand=9)
    own = ShippingTable.objects.create(
        producer=pack.product.producer, zone=ZoneName.LOCAL, transit_days=1, valid_from=DAY
    )
    ShippingStep.objects.create(table=own, up_to_g=9_000, price=9_000)
    assert quoted((pack, 1), to=NEAR)[1].shipping_total == 9_000
    assert list(told(quoted((pack, 1), to=FAR)[1])) == ["cannot-reach"]


class TestBox:
    """What goes into a gift box goes to the hub first, and waits there for the box to be packed."""

    def test_goods_that_would_spoil_on_the_way_through_the_hub_are_named(self) -> None:
        open_hub(handling_days=1)
        lasting = make_pack(make_product(producer=make_producer()), on_hand=9)
        assert told(quoted((make_bundle(fresh(9), lasting, goes_as_box=True), 1))[1]) == {}
        _cart, quote = quoted((make_bundle(fresh(8), lasting, goes_as_box=True), 1))
        assert "Dâu tây" in told(quote)["cannot-reach"]
        assert told(quoted((make_bundle(fresh(8), lasting, goes_as_box=False), 1))[1]) == {}

    def test_a_producer_who_cannot_send_to_the_hub_is_no_part_of_a_box(self) -> None:
        open_hub()
        local = make_pack(make_product(producer=make_producer()), on_hand=9)
        own = ShippingTable.objects.create(
            producer=local.product.producer, zone=ZoneName.LOCAL, transit_days=1, valid_from=DAY
        )
        ShippingStep.objects.create(table=own, up_to_g=9_000, price=9_000)
        bundle = make_bundle(make_pack(make_product(), on_hand=9), local, goes_as_box=True)
        _cart, quote = quoted((bundle, 1), to=NEAR)
        assert list(told(quote)) == ["cannot-reach"]
        assert not quote.parcels

    def test_a_box_too_heavy_for_the_way_from_the_hub_is_told_as_such(self) -> None:
        open_hub(box_weight_g=1_500)
        ShippingTable.objects.update(more_per_kg=None)
        packs = [
            make_pack(make_product(producer=make_producer()), on_hand=9, shipping_weight_g=400) for _one in range(2)
        ]
        assert list(told(quoted((make_bundle(*packs, goes_as_box=True), 1))[1])) == ["too-heavy"]

    def test_while_no_hub_is_open_no_box_is_sold(self) -> None:
        hub = open_hub()
        packs = [make_pack(make_product(producer=make_producer()), on_hand=9) for _one in range(2)]
        bundle = make_bundle(*packs, goes_as_box=True)
        cart, quote = quoted((bundle, 1))
        assert told(quote) == {}
        HubTariffRow.objects.filter(hub=hub).update(valid_until=DAY - timedelta(days=1))
        assert "no-hub" in told(quote_cart(list(cart.lines.all()), on=DAY, at=AT))

    def test_a_day_of_delivery_before_the_box_can_be_there_is_refused(self) -> None:
        open_hub()
        packs = [make_pack(make_product(producer=make_producer()), on_hand=9) for _one in range(2)]
        cart = make_cart((make_bundle(*packs, goes_as_box=True), 1))
        lines = list(cart.lines.all())

        def on_day(day):
            party = make_party(portions={lines[0].pk: 1}, deliver_on=day)
            return quote_cart(lines, destinations=destinations_of([party]), on=DAY, at=AT)

        free = on_day(None)
        box = next(parcel for parcel in free.parcels if parcel.box is None)
        assert list(told(on_day(box.expected_on - timedelta(days=1)))) == ["too-early"]
        wanted = on_day(box.expected_on + timedelta(days=5))
        assert told(wanted) == {}
        moved = next(parcel for parcel in wanted.parcels if parcel.box is None)
        assert moved.expected_on == box.expected_on + timedelta(days=5)
        for parcel in wanted.parcels:
            if parcel.box is not None:
                assert parcel.ship_by < parcel.expected_on < moved.ship_by
