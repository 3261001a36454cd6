"""A producer counts a lot at the very moment at which goods of it are sold or packed. Real threads."""

import threading
from collections.abc import Callable
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection

from catalog.models import Stock
from catalog.services import Seen, count_lot, stock
from marketplace.orders import services
from tests.factories import AT, DAY, make_pack, make_product
from tests.racing import PATIENCE, outcome_of, outcomes_of
from tests.trade import make_cart, make_order, make_wish, open_shop

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]
AT_ONCE = 6
A_WHILE = 3  # seconds: long enough for a sale that waits for nothing


@pytest.fixture
def lot() -> Stock:
    open_shop()
    return make_pack(make_product(), on_hand=9).stock.get()


def counting(lot: Stock, on_hand: int, *, seen: Seen) -> Callable[[], str]:
    """A count; what it came to: "done", or the code of the refusal."""

    def act() -> str:
        try:
            count_lot(stock_id=lot.pk, on_hand=on_hand, seen=seen)
        except ValidationError as refusal:
            return str(refusal.error_dict["on_hand"][0].code)
        return "done"

    return act


def look_without_a_lock(stock_id: int) -> Stock:
    return Stock.objects.get(pk=stock_id)


def count_while(
    act: Callable[[], object], count: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> tuple[str, bool]:
    """Count, and do something else right after the count has looked at the lot.

    Returns what the count came to, and whether the other thing was over before the count wrote.
    """
    look, over = stock.lock_lot, threading.Event()

    def other() -> None:
        try:
            assert outcome_of(act) in ("done", "out-of-stock")
            over.set()
        finally:
            connection.close()

    thread = threading.Thread(target=other, daemon=True)
    was_over = []

    def look_and_let_it_begin(stock_id: int) -> Stock:
        found = look(stock_id)
        thread.start()
        was_over.append(over.wait(A_WHILE))
        return found

    monkeypatch.setattr(stock, "lock_lot", look_and_let_it_begin)
    outcome = count()
    thread.join(PATIENCE)
    assert not thread.is_alive(), "a thread is stuck"
    return outcome, was_over[0]


def test_a_checkout_waits_for_a_count_that_has_looked(lot: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is sold between the look and the writing: the count holds, and the buyer finds what was counted."""
    buy = partial(services.place_order, make_wish(make_cart((lot.pack, 3))), at=AT, on=DAY)
    outcome, was_sold_meanwhile = count_while(buy, counting(lot, 5, seen=Seen(9, 0)), monkeypatch)
    assert (outcome, was_sold_meanwhile) == ("done", False)
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (5, 3)


def test_goods_that_are_packed_meanwhile_do_not_come_back(lot: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    part = make_order((lot.pack, 3)).fulfilments.get()
    services.accept_fulfilment(fulfilment_id=part.pk, at=AT)
    pack = partial(services.pack_fulfilment, fulfilment_id=part.pk, at=AT, on=DAY)
    outcome, _was_packed_meanwhile = count_while(pack, counting(lot, 8, seen=Seen(9, 3)), monkeypatch)
    assert outcome == "done"
    lot.refresh_from_db()
    assert (lot.on_hand, lot.reserved) == (5, 0)


@pytest.mark.parametrize(
    "guarded",
    [test_a_checkout_waits_for_a_count_that_has_looked, test_goods_that_are_packed_meanwhile_do_not_come_back],
)
def test_without_the_lock_they_fail(
    guarded: Callable[[Stock, pytest.MonkeyPatch], None], lot: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stock, "lock_lot", look_without_a_lock)
    with pytest.raises(AssertionError):
        guarded(lot, monkeypatch)


def test_of_many_counts_among_checkouts_at_most_one_was_of_what_is_there(lot: Stock) -> None:
    """Who counts later has not seen what the first one wrote, or what was sold."""
    buys = [
        partial(services.place_order, make_wish(make_cart((lot.pack, 1))), at=AT, on=DAY) for _one in range(AT_ONCE)
    ]
    told: list[str] = []
    counts = [counting(lot, 20 + number, seen=Seen(9, 0)) for number in range(AT_ONCE)]
    acts = [
        act for buy, count in zip(buys, counts, strict=True) for act in (buy, lambda count=count: told.append(count()))
    ]
    assert outcomes_of(acts) == {"done": 2 * AT_ONCE}
    assert len(told) == AT_ONCE
    assert set(told) <= {"done", "changed"}
    lot.refresh_from_db()
    assert lot.reserved == AT_ONCE
    assert (told.count("done"), lot.on_hand == 9) in {(0, True), (1, False)}
