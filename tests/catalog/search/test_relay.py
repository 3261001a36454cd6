"""From a change to the index: on a real Elasticsearch, and where it is away."""

from datetime import timedelta
from typing import Any

import pytest

from catalog import services
from catalog.models import SearchChange
from catalog.search import relay
from catalog.search.elastic.documents import load_documents
from catalog.search.elastic.indices import create_next, live_alias, next_alias
from catalog.search.outbox import AWAY, record_changes
from catalog.search.relay import NO_INDEX, Relayed, relay_changes
from tests.factories import AT, certify, list_products, make_product

pytestmark = pytest.mark.django_db


def pending() -> set[int]:
    return set(SearchChange.objects.pending().values_list("pk", flat=True))


def indexed(elastic: Any, alias: str | None = None) -> dict[int, dict[str, Any]]:
    """What an index holds by product id."""
    name = alias or live_alias()
    elastic.indices.refresh(index=name)
    hits = elastic.search(index=name, size=1000, query={"match_all": {}}).body["hits"]["hits"]
    return {int(hit["_id"]): hit["_source"] for hit in hits}


def is_up_to_date(elastic: Any, alias: str | None = None) -> bool:
    ids = SearchChange.objects.values_list("pk", flat=True)
    return indexed(elastic, alias) == load_documents(ids)


@pytest.mark.elasticsearch
class TestWithAnIndex:
    def test_it_tells_the_index_of_every_change(self, elastic):
        product, other = make_product(), make_product()
        certify(product)
        list_products(product, other)
        assert relay_changes(at=AT) == Relayed(done=2)
        assert indexed(elastic).keys() == {product.pk, other.pk}
        assert is_up_to_date(elastic)
        assert pending() == set()
        assert relay_changes(at=AT) == Relayed()

    def test_it_removes_what_is_withdrawn(self, elastic):
        product = make_product()
        list_products(product)
        relay_changes(at=AT)
        services.unpublish_product(product=product)
        assert relay_changes(at=AT) == Relayed(done=1)
        assert indexed(elastic) == {}

    def test_it_writes_the_index_that_is_being_built_too(self, elastic):
        create_next(elastic)
        list_products(make_product())
        assert relay_changes(at=AT) == Relayed(done=1)
        assert len(indexed(elastic)) == 1
        assert is_up_to_date(elastic)
        assert is_up_to_date(elastic, next_alias())

    def test_an_index_made_after_the_claim_is_written_too(self, elastic, monkeypatch):
        """The rebuild read the product before its change: only the relay can tell the new index of it."""
        list_products(make_product())
        resolve = relay.writable_indices

        def made_meanwhile(client):
            create_next(elastic)
            return resolve(client)

        monkeypatch.setattr(relay, "writable_indices", made_meanwhile)
        relay_changes(at=AT)
        assert is_up_to_date(elastic, next_alias())

    def test_a_change_made_while_it_writes_is_told_next(self, elastic, monkeypatch):
        product = make_product(name="Cà phê Rin")
        list_products(product)
        write = relay.write_documents

        def renamed_meanwhile(**arguments):
            refused = write(**arguments)
            services.update_product(product=product, name="Cà phê Mới")
            return refused

        monkeypatch.setattr(relay, "write_documents", renamed_meanwhile)
        relay_changes(at=AT)
        monkeypatch.undo()
        assert pending() == {product.pk}
        assert relay_changes(at=AT) == Relayed(done=1)
        assert is_up_to_date(elastic)

    def test_it_works_in_batches(self, elastic):
        list_products(*[make_product() for _ in range(5)])
        assert [relay_changes(at=AT, limit=2).done for _ in range(4)] == [2, 2, 1, 0]
        assert is_up_to_date(elastic)

    def test_a_refused_document_rests_and_the_others_go_on(self, elastic, monkeypatch):
        bad, good = make_product(), make_product()
        list_products(bad, good)
        from catalog.search.elastic import writing

        load = writing.load_documents

        def broken(ids):
            documents = load(ids)
            if bad.pk in documents:
                documents[bad.pk]["price"] = "much"
            return documents

        monkeypatch.setattr(writing, "load_documents", broken)
        relayed = relay_changes(at=AT)
        assert relayed.done == 2
        assert relayed.refused.keys() == {bad.pk}
        assert "price" in relayed.refused[bad.pk]
        assert indexed(elastic).keys() == {good.pk}
        change = SearchChange.objects.get(pk=bad.pk)
        assert (change.attempts, change.last_error) == (1, relayed.refused[bad.pk])
        monkeypatch.setattr(writing, "load_documents", load)
        assert relay_changes(at=change.due_at) == Relayed(done=1)
        assert is_up_to_date(elastic)

    def test_one_change_in_two_relays_ends_with_the_newer_document(self, elastic, monkeypatch):
        """The first is held up between loading and writing until its lease ran out and another told the news."""
        from catalog.search.elastic import writing

        product = make_product(name="Cà phê Rin")
        list_products(product)
        load = writing.load_documents

        def held_up(ids):
            documents = load(ids)
            monkeypatch.setattr(writing, "load_documents", load)
            services.update_product(product=product, name="Cà phê Mới")
            assert relay_changes(at=AT + timedelta(minutes=2)) == Relayed(done=1)
            return documents

        monkeypatch.setattr(writing, "load_documents", held_up)
        relay_changes(at=AT)
        assert is_up_to_date(elastic)
        assert pending() == set()


@pytest.mark.elasticsearch
def test_without_an_index_the_changes_wait(elastic_server):
    record_changes([3])
    assert relay_changes(at=AT) == Relayed(away=NO_INDEX)
    change = SearchChange.objects.get()
    assert (change.version, change.indexed_version, change.attempts, change.lease) == (1, 0, 0, None)
    assert relay_changes(at=AT + AWAY) == Relayed(away=NO_INDEX)


def test_while_elasticsearch_is_away_the_changes_wait(settings):
    settings.ELASTICSEARCH_URL = "http://127.0.0.1:9"  # nobody answers on the discard port
    record_changes([3])
    at = AT
    for _ in range(12):
        relayed = relay_changes(at=at)
        assert relayed.done == 0
        assert relayed.away.startswith("Elasticsearch does not answer")
        at += AWAY
    change = SearchChange.objects.get()
    assert (change.attempts, change.is_dead, change.lease) == (0, False, None)
    assert change.last_error == relayed.away
