"""Two people of a producer press at the same moment, or count their stock while others buy. Real threads."""

from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db.models import Sum

from catalog.models import Stock
from catalog.services import set_stock
from marketplace.orders import services
from marketplace.orders.models import Fulfilment, FulfilmentEvent, FulfilmentState, StockHold
from marketplace.orders.services import steps
from tests.factories import AT, DAY, make_pack, make_product
from tests.racing import outcomes_of
from tests.trade import make_cart, make_order, make_wish, open_shop

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
AT_ONCE = 6


@pytest.fixture
def part() -> Fulfilment:
    open_shop()
    part = make_order((make_pack(make_product(), on_hand=50), 2)).fulfilments.get()
    services.accept_fulfilment(fulfilment_id=part.pk, at=AT)
    return part


def test_goods_are_packed_once_however_many_press(part: Fulfilment) -> None:
    pack = partial(services.pack_fulfilment, fulfilment_id=part.pk, at=AT, on=DAY)
    assert outcomes_of([pack] * AT_ONCE) == {"done": 1, "wrong-state": AT_ONCE - 1}
    stock = Stock.objects.get()
    assert (stock.on_hand, stock.reserved) == (48, 0)
    assert FulfilmentEvent.objects.filter(fulfilment=part, state=FulfilmentState.PACKED).count() == 1


def test_one_packs_while_another_cancels_and_one_of_them_has_it(part: Fulfilment) -> None:
    pack = partial(services.pack_fulfilment, fulfilment_id=part.pk, at=AT, on=DAY)
    cancel = partial(services.cancel_fulfilment, fulfilment_id=part.pk, actor=services.Actor.SHOPPER, at=AT)
    outcomes = outcomes_of([pack, cancel])
    assert outcomes["done"] == 1
    part.refresh_from_db()
    stock = Stock.objects.get()
    assert (part.state, stock.on_hand, stock.reserved) in {("packed", 48, 0), ("cancelled", 50, 0)}


def test_without_the_lock_it_is_packed_more_than_once(part: Fulfilment, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the tests above guard against does happen."""

    def look_only(fulfilment_id: int):
        found = Fulfilment.objects.select_related("order").get(pk=fulfilment_id)
        return found.order, found, {found.pk: found}

    monkeypatch.setattr("marketplace.orders.services.fulfilling.lock_fulfilment", look_only)
    monkeypatch.setattr("marketplace.orders.services.fulfilling.take_packed", lambda _items, *, at: None)
    assert steps.lock_fulfilment is not look_only
    pack = partial(services.pack_fulfilment, fulfilment_id=part.pk, at=AT, on=DAY)
    assert outcomes_of([pack] * AT_ONCE)["done"] > 1


def test_a_count_of_stock_undoes_nothing_that_is_bought_meanwhile() -> None:
    open_shop()
    pack = make_pack(make_product(), on_hand=100)
    lot = pack.stock.get()
    buys = [
        partial(services.place_order, make_wish(make_cart((pack, 2))), at=AT, on=DAY) for _one in range(2 * AT_ONCE)
    ]
    counts = [
        partial(set_stock, pack=pack, on_hand=number, lot=lot.lot, best_before=lot.best_before)
        for number in range(100, 100 + 2 * AT_ONCE)
    ]
    acts = [act for pair in zip(buys, counts, strict=True) for act in pair]
    assert outcomes_of(acts, at_once=8) == {"done": 4 * AT_ONCE}
    lot.refresh_from_db()
    assert lot.reserved == 4 * AT_ONCE == StockHold.objects.reserved().aggregate(held=Sum("quantity"))["held"]
    with pytest.raises(ValidationError):
        set_stock(pack=pack, on_hand=4 * AT_ONCE - 1, lot=lot.lot, best_before=lot.best_before)
