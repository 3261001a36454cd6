"""What monitors are told: readiness follows the database alone, metrics want their token."""

import socket
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client

from catalog.models import SearchChange
from catalog.search.outbox import record_changes
from marketplace import health
from tests.elastic_fixtures import sync
from tests.factories import list_products, make_product
from tests.services.liar import Liar, http, lying, nothing, telling

pytestmark = pytest.mark.django_db

AWAY = {"status": "ok", "checks": {"database": "ok", "search": "away"}}


@pytest.fixture
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    class Away:
        def cursor(self) -> Any:
            raise OperationalError("the server closed the connection")

    monkeypatch.setattr(health, "connection", Away())


@pytest.fixture
def nobody_there(settings) -> None:
    """The shop has an Elasticsearch at an address where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        settings.ELASTICSEARCH_URL = f"http://127.0.0.1:{probe.getsockname()[1]}"


@pytest.fixture
def liar(settings) -> Iterator[Liar]:
    with lying() as liar:
        settings.ELASTICSEARCH_URL = liar.url
        yield liar


def checks(client: Client) -> dict[str, str]:
    response = client.get("/readyz")
    assert response.status_code == 200
    return response.json()["checks"]


def gauges(client: Client, **headers: str) -> dict[str, float]:
    response = client.get("/metrics", headers=headers)
    assert response.status_code == 200
    assert response.headers["Content-Type"].startswith("text/plain; version=")
    lines = response.content.decode().splitlines()
    return {name: float(value) for name, value in (line.split() for line in lines if not line.startswith("#"))}


class TestReady:
    def test_it_is_not_without_its_database(self, client: Client, no_database: None):
        response = client.get("/readyz")
        assert response.status_code == 503
        assert response.json() == {"status": "unavailable", "checks": {"database": "away", "search": "off"}}

    def test_it_is_while_the_search_is_away_and_tells_how_far_the_index_is_behind(
        self, client: Client, nobody_there: None
    ):
        record_changes([1, 2, 3])
        SearchChange.objects.filter(pk=3).update(is_dead=True)
        body = client.get("/readyz").json()
        assert 0 <= body["outbox"].pop("oldest_seconds") < 60
        assert body == {**AWAY, "outbox": {"pending": 2, "dead": 1}}

    @pytest.mark.parametrize(
        "reply",
        [
            telling({}, status=500),
            telling({"error": "nothing here"}, status=404),
            telling({"hits": {}}),
            telling({"_shards": {"failed": 1}, "timed_out": False}),
            telling({"_shards": {"failed": 0}, "timed_out": True}),
            http(200, b"<h1>Welcome</h1>", kind="text/html"),
            http(404, b"<h1>Nothing here</h1>", kind="text/html", headers={}),
            http(200, b'{"_shards": {"failed": 0}, "timed_out": false}', headers={}),  # not from Elasticsearch
            nothing,
        ],
    )
    def test_it_believes_no_answer_but_a_whole_one(self, client: Client, liar: Liar, reply: Any):
        liar.reply = reply
        assert checks(client) == {"database": "ok", "search": "away"}

    @pytest.mark.elasticsearch
    def test_it_tells_an_index_that_answers(self, client: Client, elastic: Any):
        list_products(make_product())
        sync()
        body = client.get("/readyz").json()
        assert body["checks"] == {"database": "ok", "search": "ok"}
        assert body["outbox"] == {"pending": 0, "dead": 0, "oldest_seconds": 0}

    @pytest.mark.elasticsearch
    def test_it_tells_that_there_is_no_index(self, client: Client, elastic_server: Any):
        assert checks(client) == {"database": "ok", "search": "no index"}

    def test_it_asks_two_queries_at_most(
        self, client: Client, nobody_there: None, django_assert_max_num_queries: Callable
    ):
        with django_assert_max_num_queries(2):
            client.get("/readyz")


class TestMetrics:
    def test_without_an_index_there_is_only_the_database(self, client: Client):
        assert gauges(client) == {"cho_ocop_database_up": 1}

    def test_it_tells_how_far_the_index_is_behind(self, client: Client, nobody_there: None):
        record_changes([1, 2, 3])
        SearchChange.objects.filter(pk=3).update(is_dead=True)
        found = gauges(client)
        assert 0 <= found.pop("cho_ocop_search_outbox_oldest_seconds") < 60
        assert found == {
            "cho_ocop_database_up": 1,
            "cho_ocop_search_up": 0,
            "cho_ocop_search_breaker_open": 0,
            "cho_ocop_search_outbox_pending": 2,
            "cho_ocop_search_outbox_dead": 1,
        }

    def test_it_answers_without_its_database(self, client: Client, no_database: None):
        assert gauges(client) == {"cho_ocop_database_up": 0}

    @pytest.mark.elasticsearch
    def test_it_tells_an_index_that_answers(self, client: Client, elastic: Any):
        assert gauges(client)["cho_ocop_search_up"] == 1

    def test_there_are_none_where_nobody_chose_a_token(self, client: Client, settings):
        settings.METRICS_OPEN = False
        assert client.get("/metrics").status_code == 404
        assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404

    @pytest.mark.parametrize(
        "given", ["", "Bearer", "Bearer ", "Bearer wrong", "Bearer s3cret-tokenx", "Basic s3cret-token", "Bearer ă"]
    )
    def test_it_wants_its_token(self, client: Client, settings, given: str):
        settings.METRICS_TOKEN = "s3cret-token"
        response = client.get("/metrics", headers={"Authorization": given} if given else {})
        assert response.status_code == 401
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.content == b""

    @pytest.mark.parametrize("scheme", ["Bearer", "bearer"])
    def test_it_answers_who_has_its_token(self, client: Client, settings, scheme: str):
        settings.METRICS_OPEN, settings.METRICS_TOKEN = False, "s3cret-token"
        assert gauges(client, Authorization=f"{scheme} s3cret-token") == {"cho_ocop_database_up": 1}

    def test_they_are_no_part_of_the_api(self, client: Client):
        assert b"metrics" not in client.get("/api/schema/").content
