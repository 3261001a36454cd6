"""Elasticsearch dies in the middle of traffic, and comes back: nobody gets an error, nobody has to do anything."""

import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client

from catalog.search import listings
from catalog.search.breaker import Breaker
from catalog.search.elastic.client import client as elasticsearch
from catalog.search.elastic.indices import create_next, end_loading, swap
from tests.elastic_fixtures import SECONDS_TO_ANSWER, sync
from tests.factories import certify, list_products, make_product

from .elasticsearch import Node
from .needed import elasticsearch_node

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db]

ADDRESSES = (
    "/api/v1/products/?facets=true",
    "/api/v1/products/?q=ca+phe",
    "/api/v1/products/?ordering=-stars&page_size=1",
    "/api/v1/products/suggest/?q=ca",
    "/products/?q=ca",
)


class Clock:
    """Each look at it takes a second, so that pauses end by being asked about."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        self.seconds += 1
        return self.seconds


@pytest.fixture
def node(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Node]:
    monkeypatch.setattr(listings, "_breaker", Breaker("Elasticsearch", clock=Clock()))
    with elasticsearch_node(tmp_path) as node:
        settings.ELASTICSEARCH_URL = node.url
        settings.ELASTICSEARCH_PREFIX = f"test-{uuid4().hex}"
        settings.ELASTICSEARCH_TIMEOUT = SECONDS_TO_ANSWER
        name = create_next(elasticsearch())
        end_loading(elasticsearch(), name)
        swap(elasticsearch(), name)
        yield node


def ask_all(client: Client) -> set[str]:
    """Ask every address once; the engines that answered."""
    engines = set()
    for address in ADDRESSES:
        response = client.get(address)
        assert response.status_code == 200, address
        assert "Cà phê Rin" in response.content.decode(), address
        engines.add(response.headers["X-Search-Engine"])
    return engines


def test_nobody_notices_that_it_was_killed(node: Node, client: Client) -> None:
    product = make_product(name="Cà phê Rin")
    certify(product)
    list_products(product)
    sync()
    assert ask_all(client) == {"elasticsearch"}

    killed = threading.Timer(0.2, node.kill)
    killed.start()
    engines: set[str] = set()
    while connection.vendor not in engines:
        engines |= ask_all(client)
    killed.join()
    for _ in range(3):
        assert ask_all(client) == {connection.vendor}

    node.start()
    for _ in range(100):
        if (engines := ask_all(client)) == {"elasticsearch"}:
            break
    assert engines == {"elasticsearch"}
