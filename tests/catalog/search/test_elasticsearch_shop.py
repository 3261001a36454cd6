"""The shop on a real Elasticsearch: API and pages, by day, with an index that lags behind."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from catalog.models import Product, Province
from catalog.search import listings
from catalog.search.breaker import Breaker
from catalog.search.elastic import queries
from catalog.search.indexing import refresh_listings
from catalog.search.query import Hits
from tests.conftest import SetClock
from tests.elastic_fixtures import elastic, elastic_server, sync
from tests.factories import DAY, certify, list_products, make_pack, make_producer, make_product, revoke

__all__ = ["elastic", "elastic_server"]

pytestmark = [pytest.mark.elasticsearch, pytest.mark.django_db, pytest.mark.usefixtures("elastic")]

LIST = "/api/v1/products/"


@pytest.fixture(autouse=True)
def breaker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listings, "_breaker", Breaker("Elasticsearch"))


def listed(name: str, **fields: Any) -> Product:
    product = make_product(name=name, **fields)
    list_products(product)
    return product


def get(client: Client, query: str = "", path: str = LIST) -> dict[str, Any]:
    response = client.get(f"{path}?{query}")
    assert response.status_code == 200, response.content
    assert response.headers["X-Search-Engine"] == "elasticsearch"
    return response.json()


def names(client: Client, query: str = "") -> list[str]:
    return [result["name"] for result in get(client, query)["results"]]


def test_it_says_who_answered_everywhere(client: Client) -> None:
    listed("Cà phê Rin", slug="ca-phe-rin")
    sync()
    assert names(client, "q=ca+phe&facets=true&province=68") == ["Cà phê Rin"]
    assert get(client, "q=ca", f"{LIST}suggest/")["results"] == [{"text": "Cà phê Rin", "slug": "ca-phe-rin"}]
    page = client.get("/products/?q=ca")
    assert page.headers["X-Search-Engine"] == "elasticsearch"
    assert "Cà phê Rin" in page.content.decode()


def test_stars_begin_and_end_by_the_day_without_any_reindex(client: Client, clock: SetClock) -> None:
    certificate = certify(listed("Mắc ca"), stars=4, issued_on=DAY)
    listed("Cà phê")
    sync()
    first, last = certificate.valid_from, certificate.valid_until
    for day, has_stars in (
        (first - timedelta(days=1), False),
        (first, True),
        (last, True),
        (last + timedelta(days=1), False),
    ):
        clock(day)
        body = get(client, "facets=true&ordering=-stars")
        assert body["facets"]["stars"] == ([{"value": 4, "count": 1}] if has_stars else []), day
        badges = {result["name"]: result["badge"] for result in body["results"]}
        assert (badges["Mắc ca"] is not None) == has_stars, day
        assert (body["results"][0]["name"] == "Mắc ca") == has_stars, day
        assert names(client, "stars=4") == (["Mắc ca"] if has_stars else []), day
        assert names(client, "certified=true") == (["Mắc ca"] if has_stars else []), day
        assert set(names(client, "certified=false")) == ({"Cà phê"} if has_stars else {"Cà phê", "Mắc ca"}), day


def test_stars_revoked_a_moment_ago_are_gone_though_the_index_has_not_heard(client: Client) -> None:
    certificate = certify(listed("Mắc ca"), stars=4)
    sync()
    assert get(client)["results"][0]["badge"]["stars"] == 4
    revoke(certificate, effective_on=DAY)
    assert get(client)["results"][0]["badge"] is None
    for query in ("stars=4", "certified=true"):
        body = get(client, query)
        assert (body["count"], body["results"]) == (0, []), query
    sync()
    assert get(client, "stars=4")["count"] == 0
    assert names(client, "certified=false") == ["Mắc ca"]


def test_what_was_withdrawn_or_sold_out_a_moment_ago_is_not_shown(client: Client) -> None:
    withdrawn, sold_out, dearer = listed("Rút lại"), listed("Hết hàng"), listed("Lên giá")
    stock = make_pack(sold_out, price=10, on_hand=1).stock.get()
    pack = make_pack(dearer, price=10, on_hand=1)
    refresh_listings()
    sync()
    assert len(names(client)) == 3
    assert set(names(client, "in_stock=true&price_max=10")) == {"Hết hàng", "Lên giá"}
    withdrawn.is_published = False
    withdrawn.save()
    stock.on_hand = 0
    stock.save()
    pack.price = 11
    pack.save()
    refresh_listings()
    body = get(client)
    assert (body["count"], {result["name"] for result in body["results"]}) == (2, {"Hết hàng", "Lên giá"})
    assert names(client, "in_stock=true") == ["Lên giá"]
    assert names(client, "price_max=10") == ["Hết hàng"]


def test_pages_go_on_past_hits_that_are_not_shown(client: Client) -> None:
    products = [listed(f"Cà phê {at}") for at in range(6)]
    sync()
    for product in products[2:5]:
        product.is_published = False
        product.save()
    list_products(*products)
    shown: list[str] = []
    address: str | None = f"{LIST}?page_size=2&ordering=newest"
    while address:
        body = client.get(address).json()
        shown += [result["name"] for result in body["results"]]
        address = body["next"]
    assert sorted(shown) == ["Cà phê 0", "Cà phê 1", "Cà phê 5"]


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 1),
        ("ordering=-stars", 1),
        ("q=ca+phe", 1),
        ("q=nothing+such", 0),
        ("facets=true", 2),
        ("province=68,14&industry=food&producer=nguoi-ban&facets=true&stars=3&q=ca&price_min=1&in_stock=true", 3),
    ],
)
def test_a_page_costs_few_queries_of_the_database_whatever_its_size(
    client: Client, django_assert_max_num_queries: Callable, query: str, queries: int
) -> None:
    seller = make_producer(slug="nguoi-ban", province=Province.objects.get(code="68"))
    for at in range(30):
        product = make_product(name=f"Cà phê {at}", producer=seller)
        make_pack(product, price=10 + at, on_hand=1)
        if at % 2:
            certify(product, stars=3)
    refresh_listings()
    sync()
    for size in (1, 20, 100):
        with django_assert_max_num_queries(queries):
            get(client, f"{query}&page_size={size}".lstrip("&"))


def test_more_than_is_counted_is_said_to_be_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    for at in range(4):
        listed(f"Cà phê {at}")
    sync()
    for most, count, relation in ((3, 3, "gte"), (4, 4, "eq"), (5, 4, "eq")):
        monkeypatch.setattr(queries, "MAX_COUNT", most)
        for query in ("page_size=1", "q=ca+phe", "ordering=-stars", "facets=true&page_size=2"):
            body = get(client, query)
            assert (body["count"], body["count_relation"]) == (count, relation), (most, query)


def test_a_page_says_more_than(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    listed("Cà phê Rin")

    def of_many(question: Any) -> Hits:
        return Hits("elasticsearch", total=20_000, relation="gte", cards=[], facets={})

    monkeypatch.setattr(listings, "_ask", of_many)
    assert "more than 20,000 products" in client.get("/en/products/").content.decode()


def test_without_an_index_the_database_answers(client: Client, settings: Any) -> None:
    listed("Cà phê Rin")
    settings.ELASTICSEARCH_PREFIX = "nobody-has-this"
    response = client.get(LIST)
    assert response.headers["X-Search-Engine"] == connection.vendor
    assert [result["name"] for result in response.json()["results"]] == ["Cà phê Rin"]
