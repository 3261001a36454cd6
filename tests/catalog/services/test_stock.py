"""Counts of lots: judged by what stands under the lock, and by the database where the lock was passed over."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db.models import F

from catalog.models import Stock
from catalog.services import Seen, add_lot, count_lot, stock, take_out_lot
from tests.factories import DAY, list_products, make_pack, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def lot() -> Stock:
    return make_pack(make_product(), on_hand=9).stock.get()


def code_of(refused: pytest.ExceptionInfo[ValidationError], field: str = "on_hand") -> str:
    return str(refused.value.error_dict[field][0].code)


def test_what_is_reserved_after_the_look_is_refused_by_the_database_and_said_in_words(
    lot: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = stock.lock_lot

    def look_then_sell(stock_id: int) -> Stock:
        found = real(stock_id)
        Stock.objects.filter(pk=stock_id).update(reserved=F("reserved") + 3)
        return found

    monkeypatch.setattr(stock, "lock_lot", look_then_sell)
    with pytest.raises(ValidationError) as refused:
        count_lot(stock_id=lot.pk, on_hand=2, seen=Seen(9, 0))
    (fault,) = refused.value.error_dict["on_hand"]
    assert (fault.code, fault.params) == ("reserved", {"reserved": 3})
    assert Stock.objects.get().on_hand == 9


def test_a_count_writes_nothing_but_the_count(lot: Stock, monkeypatch: pytest.MonkeyPatch) -> None:
    real = stock.lock_lot

    def look_then_sell(stock_id: int) -> Stock:
        found = real(stock_id)
        Stock.objects.filter(pk=stock_id).update(reserved=F("reserved") + 3)
        return found

    monkeypatch.setattr(stock, "lock_lot", look_then_sell)
    count_lot(stock_id=lot.pk, on_hand=5, seen=Seen(9, 0))
    now = Stock.objects.get()
    assert (now.on_hand, now.reserved) == (5, 3)


@pytest.mark.parametrize("count", [-1, 2**70])
def test_a_number_that_no_column_holds_is_refused(lot: Stock, count: int) -> None:
    with pytest.raises(ValidationError) as refused:
        count_lot(stock_id=lot.pk, on_hand=count, seen=Seen(9, 0))
    assert "on_hand" in refused.value.error_dict
    assert Stock.objects.get().on_hand == 9


def test_the_listing_follows_a_lot_that_is_taken_out_counted_and_added(lot: Stock) -> None:
    product = lot.pack.product
    list_products(product)

    def is_there() -> bool:
        return bool(product.listing.sellable_until)

    for act, expected in (
        (lambda: take_out_lot(stock_id=lot.pk, seen=Seen(9, 0)), False),
        (lambda: count_lot(stock_id=lot.pk, on_hand=4, seen=Seen(0, 0)), True),
        (lambda: take_out_lot(stock_id=lot.pk, seen=Seen(4, 0)), False),
        (lambda: add_lot(pack=lot.pack, lot="L2", best_before=DAY, on_hand=1, on=DAY), True),
    ):
        act()
        product.listing.refresh_from_db()
        assert is_there() is expected


def test_a_lot_must_have_its_day_where_some_of_its_life_must_be_left(lot: Stock) -> None:
    lot.pack.min_remaining_life_days = 1
    lot.pack.save()
    with pytest.raises(ValidationError) as refused:
        add_lot(pack=lot.pack, lot="L2", best_before=None, on_hand=1, on=DAY)
    assert code_of(refused, "best_before") == "required"
    with pytest.raises(ValidationError) as refused:
        add_lot(pack=lot.pack, lot="L2", best_before=DAY - timedelta(days=1), on_hand=1, on=DAY)
    assert code_of(refused, "best_before") == "passed"
    assert Stock.objects.count() == 1


def test_a_lot_that_an_operator_added_meanwhile_is_refused_in_words(
    lot: Stock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def save_unseen(thing: Stock, values: dict[str, object]) -> None:
        Stock.objects.create(pack=lot.pack, lot="L2", best_before=DAY, on_hand=5)
        for name, value in values.items():
            setattr(thing, name, value)
        thing.save()

    monkeypatch.setattr(stock, "save_checked", save_unseen)
    with pytest.raises(ValidationError) as refused:
        add_lot(pack=lot.pack, lot="L2", best_before=DAY, on_hand=1, on=DAY)
    assert code_of(refused, "lot") == "taken"
