"""Many buyers at once, with real threads: what is there is sold, and no more."""

import random
import threading
from collections.abc import Callable, Collection
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.db.models import F, Sum

from catalog.models import Pack, Stock
from cms.models import GiftBundlePage
from marketplace.orders import services
from marketplace.orders.models import Cart, CartLine, Order, PaymentMethod, StockHold
from marketplace.orders.services import holding
from tests.factories import AT, DAY, make_bundle, make_pack, make_product
from tests.racing import copy_to_file, on_database, outcomes_of
from tests.trade import make_cart, make_wish, open_shop

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
BUYERS, THERE = 50, 3


@pytest.fixture
def database(tmp_path: Path) -> Path | None:
    """The file the threads work on; None on PostgreSQL, where they work on the test's own database."""
    return tmp_path / "shop.sqlite3" if connection.vendor == "sqlite" else None


def buy(things: list[Pack | GiftBundlePage], *, method: PaymentMethod, database: Path | None) -> dict[str, int]:
    """Everybody has one thing in a cart already, and checks out at the same moment."""
    wishes = [make_wish(make_cart((thing, 1)), method=method) for thing in things]
    if database is not None:
        copy_to_file(database)
    acts = [lambda wish=wish: services.place_order(wish, at=AT, on=DAY) for wish in wishes]
    return outcomes_of(acts, database=database)


@pytest.mark.parametrize("method", [PaymentMethod.COD, PaymentMethod.VIETQR])
def test_of_three_exactly_three_are_sold_to_fifty_buyers(method: PaymentMethod, database: Path | None) -> None:
    open_shop()
    pack = make_pack(make_product(), on_hand=THERE)
    assert buy([pack] * BUYERS, method=method, database=database) == {"done": THERE, "out-of-stock": BUYERS - THERE}
    with on_database(database):
        assert Order.objects.count() == THERE
        assert StockHold.objects.unreleased().aggregate(held=Sum("quantity"))["held"] == THERE
        assert Stock.objects.get().reserved == (THERE if method == PaymentMethod.COD else 0)


def test_bundles_that_share_a_component_take_from_the_same_stock(database: Path | None) -> None:
    open_shop()
    shared = make_pack(make_product(), on_hand=THERE)
    other, third = make_pack(make_product(), on_hand=BUYERS), make_pack(make_product(), on_hand=BUYERS)
    things = [make_bundle(shared, other), make_bundle((shared, 1), third), shared]
    outcomes = buy([things[n % 3] for n in range(BUYERS)], method=PaymentMethod.COD, database=database)
    assert outcomes == {"done": THERE, "out-of-stock": BUYERS - THERE}
    with on_database(database):
        assert Stock.objects.get(pack=shared).reserved == THERE
        assert sum(Stock.objects.exclude(pack=shared).values_list("reserved", flat=True)) <= THERE


@pytest.mark.parametrize(
    "guarded",
    [
        pytest.param(partial(test_of_three_exactly_three_are_sold_to_fifty_buyers, PaymentMethod.VIETQR), id="packs"),
        pytest.param(test_bundles_that_share_a_component_take_from_the_same_stock, id="bundles"),
    ],
)
def test_the_same_fifty_fail_without_the_guard(
    guarded: Callable[[Path | None], None], monkeypatch: pytest.MonkeyPatch, database: Path | None
) -> None:
    """The guard is the lock on rows of stock on PostgreSQL, and on SQLite that a transaction begins with the lock."""
    meeting, free_lots = threading.Barrier(BUYERS), holding.free_lots

    def look_together(*args: object, **more: object) -> object:
        lots = free_lots(*args, **{**more, "lock": False})
        with suppress(threading.BrokenBarrierError):
            meeting.wait(20)
        return lots

    if connection.vendor == "postgresql":
        monkeypatch.setattr(holding, "free_lots", look_together)
    else:  # who reads first and comes second to write has read what is no more, and is turned away by an error
        monkeypatch.setitem(connections["default"].settings_dict["OPTIONS"], "transaction_mode", "DEFERRED")
    with pytest.raises(AssertionError, match=r"'done': 50|(Operational|Integrity)Error"):
        guarded(database)


@pytest.mark.postgresql
def test_a_thousand_carts_of_many_lines_never_wait_for_each_other_in_a_circle() -> None:
    open_shop()
    rng = random.Random(6)
    packs = [make_pack(make_product(), on_hand=400) for _ in range(12)]
    bundles = [make_bundle(*rng.sample(packs, 3)) for _ in range(4)]
    wishes = []
    for _ in range(1_000):
        cart = Cart.objects.create(created_at=AT, touched_at=AT)
        lines = [
            CartLine(cart=cart, pack=thing if isinstance(thing, Pack) else None,
                     bundle=None if isinstance(thing, Pack) else thing, quantity=rng.randint(1, 2), name_seen="x")
            for thing in rng.sample([*packs, *bundles], rng.randint(2, 5))
        ]  # fmt: skip
        CartLine.objects.bulk_create(lines)
        method = rng.choice([PaymentMethod.COD, PaymentMethod.VIETQR])
        wishes.append(make_wish(cart, method=method))
    outcomes = outcomes_of([lambda wish=wish: services.place_order(wish, at=AT, on=DAY) for wish in wishes], at_once=8)
    assert set(outcomes) <= {"done", "out-of-stock"}
    assert outcomes["done"] > 500
    for stock in Stock.objects.annotate(held=Sum("holds__quantity")):
        assert stock.held <= stock.on_hand
    assert not Stock.objects.filter(reserved__gt=F("on_hand")).exists()


@pytest.mark.postgresql
def test_without_the_order_of_locking_two_of_those_carts_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """One begins with the first of two rows of stock, the other with the second."""
    open_shop()
    packs = [make_pack(make_product(), on_hand=50) for _ in range(2)]
    wishes = [make_wish(make_cart(*((pack, 1) for pack in packs)), method=PaymentMethod.VIETQR) for _ in range(2)]
    mine, meeting, free_lots = threading.local(), threading.Barrier(2), holding.free_lots

    def lock_in_own_order(pack_ids: Collection[int], **more: Any) -> Any:
        for stock_id in Stock.objects.filter(pack_id__in=pack_ids).order_by(mine.order).values_list("pk", flat=True):
            Stock.objects.select_for_update().get(pk=stock_id)
            with suppress(threading.BrokenBarrierError):
                meeting.wait(5)
        return free_lots(pack_ids, **more)

    def buy(wish: services.Wish, order: str) -> None:
        mine.order = order
        services.place_order(wish, at=AT, on=DAY)

    monkeypatch.setattr(holding, "free_lots", lock_in_own_order)
    acts = [partial(buy, wish, order) for wish, order in zip(wishes, ("pk", "-pk"), strict=True)]
    assert outcomes_of(acts)["OperationalError"] == 1  # PostgreSQL's "deadlock detected"
