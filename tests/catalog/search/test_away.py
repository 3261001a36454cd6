"""Elasticsearch refuses, hangs or lies: the shop goes on with its database, and says so once."""

import logging
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Event
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client

from catalog.models import Product
from catalog.search import listings
from catalog.search.breaker import FIRST_PAUSE, Breaker
from catalog.search.elastic.documents import microseconds
from catalog.search.engines import database_engine
from catalog.search.query import FACETS, Hits, ListingQuery
from tests.factories import AT, DAY, list_products, make_product
from tests.services.elasticsearch import free_port
from tests.services.liar import Liar, Reply, dripping, hanging_up, http, lying, nothing, telling

LIST = "/api/v1/products/"
SUGGEST = "/api/v1/products/suggest/?q=ca"
PAGE = "/products/"

WHOLE: dict[str, Any] = {"total": 1, "successful": 1, "skipped": 0, "failed": 0}
PARTIAL = WHOLE | {"total": 2, "failed": 1, "failures": [{"shard": 0}]}


class Clock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock_of_the_breaker(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A breaker of the test's own, whose pauses end when the test says so."""
    clock = Clock()
    monkeypatch.setattr(listings, "_breaker", Breaker("Elasticsearch", clock=clock))
    return clock


@pytest.fixture
def liar(settings: Any, clock_of_the_breaker: Clock) -> Iterator[Liar]:
    with lying() as liar:
        settings.ELASTICSEARCH_URL = liar.url
        settings.ELASTICSEARCH_TIMEOUT = 0.5
        yield liar


@pytest.fixture
def lines(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    caplog.set_level(logging.INFO)
    return caplog


@pytest.fixture
def product(db: None) -> Product:
    product = make_product(name="Cà phê Rin", created_at=AT)
    list_products(product)
    return product


def truth(product: Product, **changed: Any) -> dict[str, Any]:
    """What Elasticsearch says of a list with one product, the newest first: one answer of several asked at once."""
    hits = {
        "total": {"value": 1, "relation": "eq"},
        "max_score": None,
        "hits": [{"_id": str(product.pk), "_score": None, "sort": [microseconds(product.created_at), product.pk]}],
    }
    answer = {"took": 1, "timed_out": False, "_shards": WHOLE, "hits": hits, "status": 200, **changed}
    return {"took": 1, "responses": [answer]}


def hits_of(product: Product, **changed: Any) -> dict[str, Any]:
    return {"hits": truth(product)["responses"][0]["hits"] | changed}


def assert_database(response: HttpResponse) -> None:
    assert response.status_code == 200
    assert response.headers["X-Search-Engine"] == connection.vendor


def names(response: HttpResponse) -> list[str]:
    return [result["name"] for result in response.json()["results"]]


def written(lines: pytest.LogCaptureFixture) -> list[tuple[str, str]]:
    return [(record.levelname, record.name) for record in lines.records]


RED = {"error": {"root_cause": [], "type": "search_phase_execution_exception", "reason": "all shards failed"}}
MISSING = {"error": {"type": "index_not_found_exception", "reason": "no such index"}, "status": 404}
PAGE_OF_A_PROXY = b"<html><body><h1>502 Bad Gateway</h1></body></html>"

REPLIES: dict[str, Reply] = {
    "it hangs up": hanging_up,
    "429": telling({"error": {"type": "es_rejected_execution_exception"}, "status": 429}, 429),
    "500": telling({"error": "broken"}, 500),
    "500 without a body": http(500),
    "503 for a red index": telling(RED | {"status": 503}, 503),
    "404 for a missing index": telling(MISSING, 404),
    "400": telling({"error": {"type": "parsing_exception"}, "status": 400}, 400),
    "401": telling({"error": {"type": "security_exception"}, "status": 401}, 401),
    "302": http(302, headers={"Location": "http://127.0.0.1/login"}),
    "204": http(204, kind="text/plain"),
    "a page of a proxy": http(200, PAGE_OF_A_PROXY, kind="text/html", headers={}),
    "a page that says it is Elasticsearch": http(200, PAGE_OF_A_PROXY, kind="text/html"),
    "a page that says it is JSON": http(200, PAGE_OF_A_PROXY),
    "an unknown kind": http(200, b"\x00\x01", kind="application/x-nonsense"),
    "no JSON": http(200, b'{"took": 1, "timed_out"'),
    "JSON too deep": http(200, b"[" * 100_000),
    "no UTF-8": http(200, b'{"took": "\xff"}'),
    "an answer that breaks off": http(200, b'{"took": 1, "timed_out": false', length=5000),
    "no HTTP": lambda connection: connection.sendall(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "an empty object": telling({}),
    "a list": telling([]),
    "a number": telling(7),
    "null": telling(None),
}

SHAPES: dict[str, Any] = {
    "an error inside": lambda product: {"took": 1, "responses": [RED | {"status": 503}]},
    "an error of another shape inside": lambda product: {"took": 1, "responses": [{"error": "broken"}]},
    "no answers": lambda product: {"took": 1, "responses": []},
    "one answer too many": lambda product: {"took": 1, "responses": truth(product)["responses"] * 2},
    "no shards": lambda product: truth(product, _shards=None),
    "not a single shard": lambda product: truth(product, _shards=WHOLE | {"total": 0, "successful": 0}),
    "a failed shard": lambda product: truth(product, _shards=PARTIAL),
    "a shard that is not there": lambda product: truth(product, _shards=WHOLE | {"total": 2}),
    "out of time": lambda product: truth(product, timed_out=True),
    "no hits": lambda product: truth(product, hits=None),
    "no list of hits": lambda product: truth(product, **hits_of(product, hits=None)),
    "no total": lambda product: truth(product, **hits_of(product, total=None)),
    "a total of another shape": lambda product: truth(product, **hits_of(product, total=1)),
    "a negative total": lambda product: truth(product, **hits_of(product, total={"value": -1, "relation": "eq"})),
    "a total of text": lambda product: truth(product, **hits_of(product, total={"value": "1", "relation": "eq"})),
    "another relation": lambda product: truth(product, **hits_of(product, total={"value": 1, "relation": "lt"})),
    "no sort values": lambda product: truth(product, **hits_of(product, hits=[{"_id": "1"}])),
    "too few sort values": lambda product: truth(product, **hits_of(product, hits=[{"sort": [1]}])),
    "sort values of text": lambda product: truth(product, **hits_of(product, hits=[{"sort": ["1", "2"]}])),
    "sort values of null": lambda product: truth(product, **hits_of(product, hits=[{"sort": [None, None]}])),
    "an instant beyond time": lambda product: truth(product, **hits_of(product, hits=[{"sort": [10**30, 1]}])),
    "more hits than asked": lambda product: truth(product, **hits_of(product, hits=[{"sort": [1, 1]}] * 26)),
}


@pytest.mark.parametrize("reply", REPLIES.values(), ids=REPLIES)
def test_the_database_answers_until_elasticsearch_does(
    client: Client,
    product: Product,
    liar: Liar,
    lines: pytest.LogCaptureFixture,
    clock_of_the_breaker: Clock,
    reply: Reply,
) -> None:
    liar.reply = reply
    response = client.get(LIST)
    assert_database(response)
    assert names(response) == ["Cà phê Rin"]
    assert written(lines) == [("WARNING", "catalog.search.breaker")]
    asked = liar.requests
    assert asked == 1
    for address in (LIST, SUGGEST, PAGE, f"{LIST}?q=ca+phe&facets=true&ordering=price"):
        assert_database(client.get(address))
    assert liar.requests == asked
    assert len(lines.records) == 1
    liar.reply = telling(truth(product))
    clock_of_the_breaker.seconds += FIRST_PAUSE
    for _ in range(2):
        response = client.get(LIST)
        assert response.headers["X-Search-Engine"] == "elasticsearch"
        assert names(response) == ["Cà phê Rin"]
    assert written(lines)[1:] == [("INFO", "catalog.search.breaker")]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)
def test_an_answer_that_is_not_whole_is_none(
    client: Client, product: Product, liar: Liar, lines: pytest.LogCaptureFixture, shape: Any
) -> None:
    liar.reply = telling(shape(product))
    response = client.get(LIST)
    assert_database(response)
    assert names(response) == ["Cà phê Rin"]
    assert written(lines) == [("WARNING", "catalog.search.breaker")]


@pytest.mark.parametrize(
    "aggregations",
    [
        {},
        {"aggregations": {}},
        {"aggregations": {"province": {"buckets": [{"key": "one", "doc_count": 1}]}}},
        {"aggregations": {name: {"within": None} for name in FACETS}},
    ],
)
def test_facets_that_are_not_whole_are_none(
    client: Client, product: Product, liar: Liar, aggregations: dict[str, Any]
) -> None:
    (page,), (counts,) = truth(product)["responses"], truth(product, **aggregations)["responses"]
    liar.reply = telling({"took": 1, "responses": [page, counts]})
    response = client.get(f"{LIST}?facets=true")
    assert_database(response)
    assert response.json()["facets"]["industry"] == [{"value": "food", "label": "Thực phẩm", "count": 1}]


@pytest.mark.parametrize("address", [LIST, SUGGEST, PAGE])
def test_every_surface_goes_on_where_nobody_listens(
    client: Client,
    product: Product,
    settings: Any,
    clock_of_the_breaker: Clock,
    lines: pytest.LogCaptureFixture,
    address: str,
) -> None:
    settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{free_port()}"
    response = client.get(address)
    assert_database(response)
    assert "Cà phê Rin" in response.content.decode()
    assert written(lines) == [("WARNING", "catalog.search.breaker")]


def test_an_address_that_is_none_is_no_engine(
    client: Client, product: Product, settings: Any, clock_of_the_breaker: Clock
) -> None:
    settings.ELASTICSEARCH_URL = "nonsense"
    assert_database(client.get(LIST))


HEAD = b"HTTP/1.1 200 OK\r\nX-Elastic-Product: Elasticsearch\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (None, b""),
        (HEAD + b"Content-Length: 100000\r\n\r\n", b" "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (HEAD, b"X: y\r\n"),
        (HEAD, b"y"),
    ],
    ids=["silence", "a slow body", "slow chunks", "endless headers", "a slow header"],
)
def test_nobody_waits_longer_than_the_time_out(
    client: Client, product: Product, liar: Liar, head: bytes | None, drop: bytes
) -> None:
    liar.reply = nothing if head is None else dripping(head, drop, liar.ended)
    begun = time.monotonic()
    assert_database(client.get(LIST))
    first = time.monotonic() - begun
    assert 0.4 < first < 4, first
    assert liar.requests == 1
    for _ in range(5):
        assert_database(client.get(LIST))
    assert liar.requests == 1


def test_a_search_of_several_requests_waits_no_longer_either(client: Client, product: Product, liar: Liar) -> None:
    answer = telling(truth(product, hits={"total": {"value": 0, "relation": "eq"}, "hits": []}))

    def slowly(connection: Any) -> None:
        liar.ended.wait(0.3)
        answer(connection)

    liar.reply = slowly
    assert_database(client.get(f"{LIST}?q=kaphe&price_min=1"))
    assert liar.requests == 2


def test_the_others_do_not_wait_for_a_trial(
    monkeypatch: pytest.MonkeyPatch, liar: Liar, clock_of_the_breaker: Clock, settings: Any
) -> None:
    class Database:
        name = "database"

        def search(self, query: ListingQuery) -> Hits:
            return Hits(self.name, total=0, cards=[])

    monkeypatch.setattr(listings, "database_engine", Database)
    settings.ELASTICSEARCH_TIMEOUT = 30
    reached, may_fail = Event(), Event()

    def hang(connection: Any) -> None:
        reached.set()
        may_fail.wait(20)
        hanging_up(connection)

    liar.reply = hanging_up
    assert listings.search(ListingQuery(day=DAY)).engine == "database"
    liar.reply = hang
    clock_of_the_breaker.seconds += FIRST_PAUSE
    with ThreadPoolExecutor(1) as pool:
        trial = pool.submit(listings.search, ListingQuery(day=DAY))
        assert reached.wait(20)
        assert [listings.search(ListingQuery(day=DAY)).engine for _ in range(3)] == ["database"] * 3
        assert not trial.done()
        may_fail.set()
        assert trial.result(20).engine == "database"
    assert liar.requests == 2


def test_a_bad_cursor_is_the_clients_fault_not_elasticsearchs(client: Client, product: Product, liar: Liar) -> None:
    assert client.get(f"{LIST}?cursor=nonsense").status_code == 400
    assert liar.requests == 0
    liar.reply = telling(truth(product))
    assert client.get(LIST).headers["X-Search-Engine"] == "elasticsearch"


def test_a_connection_the_server_closed_meanwhile_is_made_anew(client: Client, product: Product, liar: Liar) -> None:
    kept = telling(truth(product))

    def answer_and_hang_up(connection: Any) -> None:
        kept(connection)
        hanging_up(connection)

    liar.reply = answer_and_hang_up
    for _ in range(3):
        assert client.get(LIST).headers["X-Search-Engine"] == "elasticsearch"
        time.sleep(0.05)


def test_without_an_address_nobody_asks_for_elasticsearch(client: Client, product: Product) -> None:
    with closing(connection.cursor()):
        assert client.get(LIST).headers["X-Search-Engine"] == database_engine().name
