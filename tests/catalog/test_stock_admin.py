"""Stock is counted while orders go on: nobody's count undoes what an order reserved or took meanwhile."""

from typing import Any

import pytest
from django.db import transaction
from django.db.models import F
from django.test import Client

from catalog.forms import StockForm
from catalog.models import Stock
from tests.factories import make_pack, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def stock() -> Stock:
    return make_pack(make_product(), on_hand=9).stock.get()


def counted(stock: Stock, on_hand: int, *, seen: int) -> dict[str, Any]:
    return {"pack": stock.pack_id, "lot": stock.lot, "best_before": "", "on_hand": on_hand, "initial-on_hand": seen}


def test_what_was_reserved_while_the_form_was_filled_in_stays_reserved(stock: Stock) -> None:
    """The form holds the row as it was when it was read."""
    Stock.objects.update(reserved=F("reserved") + 4)
    with transaction.atomic():
        form = StockForm(counted(stock, 20, seen=9), instance=stock)
        assert form.is_valid(), form.errors
        form.save()
    now = Stock.objects.get()
    assert (now.on_hand, now.reserved) == (20, 4)


def test_a_count_below_what_was_reserved_meanwhile_is_refused(stock: Stock) -> None:
    Stock.objects.update(reserved=4)
    with transaction.atomic():
        form = StockForm(counted(stock, 3, seen=9), instance=stock)
        assert form.errors.as_data()["on_hand"][0].code == "reserved"


def test_a_count_of_what_has_changed_meanwhile_is_to_be_made_again(stock: Stock) -> None:
    Stock.objects.update(on_hand=5)
    with transaction.atomic():
        form = StockForm(counted(stock, 12, seen=9), instance=stock)
        assert form.errors.as_data()["on_hand"][0].code == "changed"


def test_who_changes_another_field_leaves_the_count_as_it_is_now(stock: Stock) -> None:
    Stock.objects.update(on_hand=5)
    with transaction.atomic():
        form = StockForm({**counted(stock, 9, seen=9), "lot": "L7"}, instance=stock)
        assert form.is_valid(), form.errors
        form.save()
    now = Stock.objects.get()
    assert (now.lot, now.on_hand) == ("L7", 5)


def test_the_admins_page_tells_what_it_showed(admin_client: Client, stock: Stock) -> None:
    page = f"/django-admin/catalog/pack/{stock.pack_id}/change/"
    assert 'name="initial-stock-0-on_hand"' in admin_client.get(page).content.decode()
