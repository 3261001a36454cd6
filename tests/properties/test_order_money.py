"""Whatever is in a cart: what is quoted is what is ordered, and everything adds up to the last đồng."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Pack
from cms.models import GiftBundlePage
from marketplace.orders import services
from marketplace.orders.models import Order, PaymentMethod, Voucher, VoucherKind
from marketplace.orders.quotes import Quote
from marketplace.orders.quoting import quote_cart
from tests.factories import AT, DAY, make_bundle, make_pack, make_producer, make_product
from tests.trade import make_cart, make_party, make_wish, open_hub, open_shop

pytestmark = pytest.mark.django_db
PRICES = (1, 7, 999, 33_333, 120_000, 4_999_999)
CODES = ("TEN", "FIXED", "OWN", "ALL")


@pytest.fixture
def things() -> list[Pack | GiftBundlePage]:
    """Packs of three producers, bundles of each kind of price, and vouchers of each kind."""
    open_shop(commission_bp=777)
    open_hub()
    producers = [make_producer() for _ in range(3)]
    packs = [
        make_pack(make_product(producer=producers[n % 3]), price=price, on_hand=100_000, shipping_weight_g=1 + n * 700)
        for n, price in enumerate(PRICES)
    ]
    bundles = [
        make_bundle((packs[0], 3), (packs[3], 2), packs[4]),
        make_bundle((packs[1], 7), packs[2], packs[5], discount_percent=13),
        make_bundle(packs[3], packs[4], (packs[5], 2), fixed_price=1_000_003, goes_as_box=True),
    ]
    since = date(2026, 1, 1)
    Voucher.objects.create(code="TEN", kind=VoucherKind.PERCENT, value=10, maximum_discount=50_001, valid_from=since)
    Voucher.objects.create(code="FIXED", kind=VoucherKind.FIXED, value=20_007, valid_from=since)
    Voucher.objects.create(code="ALL", kind=VoucherKind.PERCENT, value=100, maximum_discount=9, valid_from=since)
    Voucher.objects.create(code="OWN", kind=VoucherKind.PERCENT, value=33, producer=producers[1], valid_from=since)
    return [*packs, *bundles]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    chosen=st.dictionaries(st.integers(0, 8), st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1, max_size=6),
    codes=st.lists(st.sampled_from(CODES), unique=True, max_size=4),
)
def test_a_quote_is_what_is_ordered_and_adds_up(
    things: list[Pack | GiftBundlePage], chosen: dict[int, tuple[int, int]], codes: list[str]
) -> None:
    """Each thing goes in so many to a first and so many to a second recipient."""
    wanted = {index: counts for index, counts in chosen.items() if sum(counts)}
    if not wanted:
        return
    cart = make_cart(*((things[index], sum(counts)) for index, counts in wanted.items()))
    lines = list(cart.lines.in_order())
    portions = [
        {line.pk: counts[side] for line, counts in zip(lines, wanted.values(), strict=True) if counts[side]}
        for side in (0, 1)
    ]
    parties = [make_party(portions=each) for each in portions if each]
    destinations = services.destinations_of(parties)
    quote = quote_cart(lines, destinations=destinations, voucher_codes=codes, on=DAY, at=AT)
    adds_up(quote)
    if quote.blocking:
        assert {notice.code for notice in quote.blocking} == {"voucher-unusable"}
        codes = []
        quote = quote_cart(lines, destinations=destinations, on=DAY, at=AT)
    wish = make_wish(cart, recipients=parties, voucher_codes=codes, method=PaymentMethod(quote.methods[0]))
    order = services.place_order(wish, at=AT, on=DAY)
    assert order.total == quote.total
    is_whole(order)


def adds_up(quote: Quote) -> None:
    for line in quote.lines:
        assert sum(item.amount for item in line.items) == line.amount
        assert sum(item.discount for item in line.items) == line.discount
        assert all(0 <= item.producer_discount <= item.discount <= item.amount for item in line.items)
    assert sum(amount for _voucher, amount in quote.vouchers) == quote.discount_total
    assert sum(parcel.shipping for parcel in quote.parcels) == quote.shipping_total


def is_whole(order: Order) -> None:
    lines = list(order.lines.prefetch_related("items"))
    assert sum(line.amount for line in lines) == order.goods_total
    for line in lines:
        assert sum(item.amount for item in line.items.all()) == line.amount
        assert sum(item.discount for item in line.items.all()) == line.discount
    fulfilments = list(order.fulfilments.order_by("pk"))
    assert sum(each.shipping for each in fulfilments) == order.shipping_total
    assert sum(each.assembly for each in fulfilments) == order.assembly_total
    net = sum(item.net for item in order.items.order_by("pk"))
    assert net + order.shipping_total + order.assembly_total == order.total
    assert sum(use.amount for use in order.voucher_uses.order_by("pk")) == order.discount_total
