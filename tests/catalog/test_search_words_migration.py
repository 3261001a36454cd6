from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from catalog.models import Listing, SearchChange, SearchWord
from catalog.search.engines import database_engine
from catalog.search.query import ListingQuery
from tests.factories import DAY, list_products, make_producer, make_product

pytestmark = pytest.mark.django_db

migration = import_module("catalog.migrations.0007_fill_search_words")


def run() -> None:
    with connection.schema_editor(atomic=False) if connection.vendor != "sqlite" else _Editor() as editor:
        migration.fill(apps, editor)


class _Editor:
    """SQLite's own refuses to begin within a test's transaction; a filling migration asks for the connection only."""

    connection = connection

    def __enter__(self) -> "_Editor":
        return self

    def __exit__(self, *raised: object) -> None:
        pass


def state() -> tuple[list, set]:
    columns = [field.attname for field in Listing._meta.concrete_fields]
    return list(Listing.objects.order_by("pk").values_list(*columns)), set(
        SearchWord.objects.values_list("shape", "word")
    )


def as_it_was_before() -> None:
    """What a listing said when the columns of its words were made."""
    for listing in Listing.objects.all():
        listing.name_joined = "caphe pherin"
        listing.producer_folded = "hop tac xa bich thao"
        listing.kind_folded = "ca phe ca cao thuc pham coffee and cocoa food"
        listing.words = None
        listing.save()
    SearchWord.objects.all().delete()
    SearchChange.objects.update(indexed_version=1, version=1)


def test_it_writes_what_a_refresh_would_have_written() -> None:
    list_products(make_product(name="Cà phê Rin", producer=make_producer(name="Hợp tác xã Bích Thao")))
    wanted = state()
    as_it_was_before()
    run()
    assert state() == wanted


def test_it_makes_the_documents_of_an_index_due() -> None:
    list_products(make_product())
    as_it_was_before()
    run()
    assert SearchChange.objects.get().version == 2


def test_it_goes_on_where_it_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    products = [make_product(name=f"Cà phê {at}") for at in range(5)]
    list_products(*products)
    wanted = state()
    as_it_was_before()
    monkeypatch.setattr(migration, "BATCH", 2)
    calls = []

    def fail_in_the_second_batch(listings: list) -> set[str]:
        calls.append(len(listings))
        if len(calls) == 2:
            raise ConnectionError
        return words_of(listings)

    words_of = migration.words_of
    monkeypatch.setattr(migration, "words_of", fail_in_the_second_batch)
    with pytest.raises(ConnectionError):
        run()
    run()
    assert calls == [2, 2, 2, 1]
    assert state() == wanted
    hits = database_engine().search(ListingQuery(text="caphe", day=DAY))
    assert hits.total == 5
