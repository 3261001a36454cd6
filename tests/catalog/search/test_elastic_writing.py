"""Documents on their way into a real Elasticsearch: versions decide, refusals are named, an absence is told apart."""

from collections.abc import Callable, Iterator
from contextlib import closing
from socket import socket
from typing import Any

import pytest
from elasticsearch import Elasticsearch

from catalog.models import Product
from catalog.search.elastic.client import client
from catalog.search.elastic.documents import load_documents
from catalog.search.elastic.indices import (
    all_indices,
    create_next,
    delete_indices,
    state_of_index,
    swap,
    writable_indices,
)
from catalog.search.elastic.reading import stored_documents, stored_versions
from catalog.search.elastic.writing import IndexAway, send_documents, write_documents
from tests.factories import list_products, make_product
from tests.services.elasticsearch import free_port
from tests.services.liar import Liar, Reply, http, lying, telling

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]


@pytest.fixture
def index(elastic: Elasticsearch) -> str:
    """The name of the live index."""
    return writable_indices(elastic)[0]


def listed() -> Product:
    product = make_product()
    list_products(product)
    return product


def unlist(product: Product) -> None:
    Product.objects.filter(pk=product.pk).update(is_published=False)
    list_products(product)


def test_a_late_older_write_changes_nothing(elastic: Elasticsearch, index: str) -> None:
    product = listed()
    before = load_documents([product.pk])
    assert write_documents(client=elastic, indices=[index], versions={product.pk: 7}) == {}
    older = {product.pk: {**before[product.pk], "price": 1}}
    assert send_documents(client=elastic, indices=[index], versions={product.pk: 6}, documents=older) == {}
    stored = stored_documents(elastic, index, [product.pk])[product.pk]
    assert (stored.version, stored.document) == (7, before[product.pk])


def test_the_same_version_may_be_written_again(elastic: Elasticsearch, index: str) -> None:
    product = listed()
    write_documents(client=elastic, indices=[index], versions={product.pk: 7})
    newer = {product.pk: {**load_documents([product.pk])[product.pk], "price": 1}}
    send_documents(client=elastic, indices=[index], versions={product.pk: 7}, documents=newer)
    assert stored_documents(elastic, index, [product.pk])[product.pk].document["price"] == 1


@pytest.mark.parametrize("was_there", [True, False])
def test_a_deletion_refuses_a_late_older_write(elastic: Elasticsearch, index: str, was_there: bool) -> None:
    product = listed()
    documents = load_documents([product.pk])
    if was_there:
        write_documents(client=elastic, indices=[index], versions={product.pk: 2})
    unlist(product)
    assert write_documents(client=elastic, indices=[index], versions={product.pk: 3}) == {}
    assert send_documents(client=elastic, indices=[index], versions={product.pk: 2}, documents=documents) == {}
    assert stored_versions(elastic, index, [product.pk]) == {}


def test_it_writes_to_every_index(elastic: Elasticsearch) -> None:
    product = listed()
    following = create_next(elastic)
    indices = writable_indices(elastic)
    assert len(indices) == 2
    assert indices[1] == following
    write_documents(client=elastic, indices=indices, versions={product.pk: 4})
    assert [stored_versions(elastic, name, [product.pk]) for name in indices] == [{product.pk: 4}] * 2


def test_it_names_what_the_index_refuses_and_writes_the_rest(elastic: Elasticsearch, index: str) -> None:
    good, strange, mistyped = listed(), listed(), listed()
    documents = load_documents([good.pk, strange.pk, mistyped.pk])
    documents[strange.pk]["colour"] = "red"
    documents[mistyped.pk]["periods"] = [{"days": {"gte": "yesterday"}, "stars": 4}]
    versions = dict.fromkeys(documents, 1)
    refused = send_documents(client=elastic, indices=[index], versions=versions, documents=documents)
    assert set(refused) == {strange.pk, mistyped.pk}
    assert "colour" in refused[strange.pk]
    assert "yesterday" in refused[mistyped.pk]
    assert stored_versions(elastic, index, versions) == {good.pk: 1}


def test_an_index_that_went_is_not_made_up_again(elastic: Elasticsearch) -> None:
    product = listed()
    following = create_next(elastic)
    indices = writable_indices(elastic)
    delete_indices(elastic, [following])
    with pytest.raises(IndexAway, match="404"):
        write_documents(client=elastic, indices=indices, versions={product.pk: 1})
    assert [index.name for index in all_indices(elastic)] == indices[:1]


def test_an_index_that_takes_no_writes_is_away(elastic: Elasticsearch, index: str) -> None:
    product = listed()
    elastic.indices.put_settings(index=index, settings={"index.blocks.read_only_allow_delete": True})
    with pytest.raises(IndexAway, match="blocked"):
        write_documents(client=elastic, indices=[index], versions={product.pk: 1})


def test_without_an_index_nothing_counts_as_written(elastic_server: Elasticsearch) -> None:
    assert writable_indices(elastic_server) == []
    with pytest.raises(IndexAway, match="search_rebuild"):
        write_documents(client=elastic_server, indices=[], versions={1: 1})


def test_it_knows_an_index_of_another_mapping(elastic: Elasticsearch, monkeypatch: pytest.MonkeyPatch) -> None:
    assert state_of_index(elastic) == "ok"
    monkeypatch.setattr("catalog.search.elastic.indices.mapping_code", lambda: "0badc0de")
    assert state_of_index(elastic) == "other mapping"
    assert writable_indices(elastic) == []
    swap(elastic, create_next(elastic))
    assert state_of_index(elastic) == "ok"
    monkeypatch.undo()
    assert state_of_index(elastic) == "other mapping"
    assert writable_indices(elastic) == []


def test_without_any_index_it_says_so(elastic_server: Elasticsearch) -> None:
    assert state_of_index(elastic_server) == "missing"


@pytest.fixture
def liar(settings: Any) -> Iterator[Liar]:
    with lying() as liar:
        settings.ELASTICSEARCH_URL = liar.url
        yield liar


ITEM = {"_id": "1", "status": 201, "result": "created"}
REJECTED = {"_id": "1", "status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "queue is full"}}
NO_SHARD = {"_id": "1", "status": 503, "error": {"type": "unavailable_shards_exception", "reason": "not active"}}


NO_ANSWERS = [
    telling({"error": {"type": "busy", "reason": "x"}, "status": 429}, 429),
    telling({"error": "x"}, 500),
    telling({"error": "x"}, 503),
    http(200, b"<html>Welcome</html>", kind="text/html", headers={}),
    http(502, b"<html>Bad gateway</html>", kind="text/html", headers={}),
    http(200, b"<html>Welcome</html>", kind="text/html"),
    http(200, b"not json"),
    http(200, b"{}", length=100),
    telling([]),
    telling("green"),
    telling({"items": 3}),
]
NO_OUTCOMES = [
    telling({}),
    telling({"items": []}),
    telling({"items": [{"index": {}}]}),
    telling({"items": ["index"]}),
    telling({"items": [{"index": ITEM}, {"index": ITEM}]}),
    telling({"items": [{"index": REJECTED}]}),
    telling({"items": [{"index": NO_SHARD}]}),
]


@pytest.mark.parametrize("reply", NO_ANSWERS + NO_OUTCOMES)
def test_what_is_no_answer_to_a_write_means_that_the_index_is_away(liar: Liar, reply: Reply) -> None:
    liar.reply = reply
    with pytest.raises(IndexAway):
        write_documents(client=client(), indices=["x"], versions={1: 1})


@pytest.mark.parametrize("reply", NO_ANSWERS)
@pytest.mark.parametrize("ask", [writable_indices, state_of_index])
def test_what_is_no_answer_about_indices_means_that_they_are_away(
    liar: Liar, ask: Callable[[Elasticsearch], object], reply: Reply
) -> None:
    liar.reply = reply
    with pytest.raises(IndexAway):
        ask(client())


def test_a_refused_connection_means_that_the_index_is_away(settings: Any) -> None:
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{free_port()}"
    with pytest.raises(IndexAway, match="does not answer"):
        write_documents(client=client(), indices=["x"], versions={1: 1})
    with pytest.raises(IndexAway, match="does not answer"):
        writable_indices(client())


def test_silence_means_that_the_index_is_away(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("catalog.search.elastic.client.SECONDS_TO_WRITE", 0.2)
    with closing(socket()) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{silent.getsockname()[1]}"
        with pytest.raises(IndexAway, match="does not answer"):
            write_documents(client=client(), indices=["x"], versions={1: 1})
