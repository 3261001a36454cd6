"""What is judged for the day on which the goods arrive: stars, and the life that a lot has left."""

from datetime import date, timedelta

import pytest

from catalog.models import Pack, Stock
from marketplace.orders import services
from marketplace.orders.quotes import Quote
from marketplace.orders.quoting import quote_cart
from ocop_badges.models import BadgePeriod
from tests.factories import AT, DAY, certify, make_pack, make_product
from tests.trade import make_cart, make_party, open_shop

pytestmark = pytest.mark.django_db
LAST = DAY + timedelta(days=5)  # on which the product has its stars


def quote_for(pack: Pack, *, deliver_on: date | None) -> Quote:
    lines = list(make_cart((pack, 1)).lines.in_order())
    parties = [make_party(portions={line.pk: line.quantity for line in lines}, deliver_on=deliver_on)]
    return quote_cart(lines, destinations=services.destinations_of(parties), on=DAY, at=AT)


def codes(quote: Quote) -> list[str]:
    return [notice.code for notice in quote.notices]


class TestStars:
    @pytest.fixture
    def pack(self) -> Pack:
        """Of a product with four stars until ``LAST``."""
        open_shop()
        product = make_product()
        certify(product, stars=4)
        BadgePeriod.objects.filter(product=product).update(ends_on=LAST + timedelta(days=1))
        return make_pack(product, on_hand=9)

    def test_goods_that_arrive_on_their_last_day_have_them(self, pack: Pack) -> None:
        quote = quote_for(pack, deliver_on=LAST)
        assert codes(quote) == []
        assert [item.stars_at_delivery for item in quote.items] == [4]

    def test_stars_that_end_before_are_told_and_are_no_reason_not_to_buy(self, pack: Pack) -> None:
        quote = quote_for(pack, deliver_on=LAST + timedelta(days=1))
        assert codes(quote) == ["stars-end-before-delivery"]
        assert not quote.blocking
        assert [(item.stars, item.stars_at_delivery) for item in quote.items] == [(4, None)]

    @pytest.mark.parametrize(("then", "told"), [(3, ["fewer-stars-at-delivery"]), (4, []), (5, [])])
    def test_fewer_stars_are_told_more_are_not(self, pack: Pack, then: int, told: list[str]) -> None:
        period = BadgePeriod.objects.get(product=pack.product)
        BadgePeriod.objects.create(
            product=pack.product,
            certificate=period.certificate,
            stars=then,
            starts_on=LAST + timedelta(days=1),
            ends_on=LAST + timedelta(days=400),
        )
        quote = quote_for(pack, deliver_on=LAST + timedelta(days=1))
        assert codes(quote) == told
        assert [item.stars_at_delivery for item in quote.items] == [then]


@pytest.mark.parametrize(("days", "blocking"), [(10, []), (11, ["out-of-stock"])])
def test_a_lot_that_is_too_old_on_the_day_it_arrives_is_not_there(days: int, blocking: list[str]) -> None:
    open_shop()
    pack = make_pack(make_product(), on_hand=9, min_remaining_life_days=30)
    Stock.objects.update(best_before=DAY + timedelta(days=40))
    quote = quote_for(pack, deliver_on=DAY + timedelta(days=days))
    assert [notice.code for notice in quote.blocking] == blocking
