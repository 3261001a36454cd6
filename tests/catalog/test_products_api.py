from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from catalog.models import Product, ProductSet, Province
from catalog.search.indexing import refresh_listings
from tests.conftest import SetClock
from tests.factories import DAY, certify, make_pack, make_producer, make_product

pytestmark = pytest.mark.django_db

LIST = "/api/v1/products/"


def get(client: Client, query: str = "", path: str = LIST) -> dict[str, Any]:
    response = client.get(f"{path}?{query}" if query else path)
    assert response.status_code == 200, response.content
    return response.json()


def names(client: Client, query: str = "") -> list[str]:
    return [result["name"] for result in get(client, query)["results"]]


def faults(client: Client, query: str, path: str = LIST) -> dict[str, str]:
    """The code of what is wrong with each parameter."""
    response = client.get(f"{path}?{query}")
    assert response.status_code == 400, response.content
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    problem = response.json()
    assert problem["status"] == 400
    return {error["parameter"]: error["code"] for error in problem["errors"]}


def listed(name: str, **fields: Any) -> Product:
    product = make_product(name=name, **fields)
    refresh_listings([product.pk])
    return product


def test_it_answers_as_the_contract_says(client: Client) -> None:
    product = listed("Mắc ca Lê Anh", name_en="Le Anh macadamia", slug="mac-ca")
    certificate = certify(product, stars=4)
    make_pack(product, price=120_000, on_hand=1)
    refresh_listings()
    response = client.get(LIST)
    assert response.headers["Content-Type"] == "application/json"
    assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    assert response.headers["X-Search-Engine"] in ("sqlite", "postgresql")
    assert "Cookie" not in response.headers.get("Vary", "")
    assert response.json() == {
        "count": 1,
        "count_relation": "eq",
        "next": None,
        "previous": None,
        "results": [
            {
                "id": product.public_id,
                "slug": "mac-ca",
                "name": "Mắc ca Lê Anh",
                "url": "http://testserver/products/mac-ca/",
                "producer": {"slug": product.producer.slug, "name": product.producer.name},
                "province": {"code": "68", "name": "Lâm Đồng"},
                "industry": {"code": "food", "name": "Thực phẩm"},
                "product_set": {"code": "ca-phe-ca-cao", "name": "Cà phê, ca cao"},
                "price": {"amount": 120_000, "currency": "VND"},
                "in_stock": True,
                "image": None,
                "badge": {
                    "stars": 4,
                    "valid_until": certificate.valid_until.isoformat(),
                    "certificate": certificate.public_id,
                    "image": "http://testserver/badges/mac-ca.svg",
                    "verify": f"http://testserver/verify/{certificate.public_id}/",
                },
            }
        ],
    }


def test_it_answers_in_english_where_there_is_any(client: Client) -> None:
    listed("Mắc ca", name_en="Macadamia", slug="mac-ca")
    listed("Cà phê", slug="ca-phe")
    results = get(client, "lang=en&ordering=name")["results"]
    assert [result["name"] for result in results] == ["Cà phê", "Macadamia"]
    assert results[0]["url"] == "http://testserver/en/products/ca-phe/"
    assert results[0]["industry"]["name"] == "Food"


def test_absolute_addresses_follow_the_configured_site(client: Client, settings: Any) -> None:
    listed("Cà phê", slug="ca-phe")
    listed("Trà", slug="tra")
    settings.SITE_URL = "https://cho.example"
    answer = get(client, "page_size=1")
    assert answer["next"].startswith("https://cho.example/api/v1/products/?page_size=1&cursor=")
    assert answer["results"][0]["url"] == "https://cho.example/products/tra/"


def test_stars_end_at_midnight_in_the_shop(client: Client, clock: SetClock) -> None:
    last = certify(listed("Mắc ca"), stars=4).valid_until
    clock(last)
    assert get(client)["results"][0]["badge"]["stars"] == 4
    assert names(client, "stars=4") == names(client, "certified=true") == ["Mắc ca"]
    clock(last.replace(day=last.day + 1))
    assert get(client)["results"][0]["badge"] is None
    assert names(client, "stars=4") == names(client, "certified=true") == []
    assert names(client, "certified=false") == ["Mắc ca"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=ca+phe", ["Cà phê Rin"]),
        ("q=", ["Rượu ngô", "Cà phê Rin"]),
        ("q=%22", []),
        ("q=%00%20", []),
        ("stars=3,4", ["Cà phê Rin"]),
        ("stars=5", []),
        ("certified=false", ["Rượu ngô"]),
        ("industry=beverages", ["Rượu ngô"]),
        ("industry=beverages,food", ["Rượu ngô", "Cà phê Rin"]),
        ("product_set=ruou-trang", ["Rượu ngô"]),
        ("product_set=ruou-trang,ca-phe-ca-cao", ["Rượu ngô", "Cà phê Rin"]),
        ("province=14", ["Rượu ngô"]),
        ("province=14,68", ["Rượu ngô", "Cà phê Rin"]),
        ("producer=nguoi-ban", ["Rượu ngô"]),
        ("producer=ten-cu", ["Rượu ngô"]),
        ("price_min=50", ["Rượu ngô"]),
        ("price_max=50", ["Cà phê Rin"]),
        ("price_min=50&price_max=50", []),
        ("in_stock=true", ["Cà phê Rin"]),
        ("ordering=price", ["Cà phê Rin", "Rượu ngô"]),
        ("ordering=-price", ["Rượu ngô", "Cà phê Rin"]),
        ("ordering=-stars", ["Cà phê Rin", "Rượu ngô"]),
        ("ordering=name", ["Cà phê Rin", "Rượu ngô"]),
        ("ordering=newest", ["Rượu ngô", "Cà phê Rin"]),
        ("q=r&ordering=relevance", ["Rượu ngô", "Cà phê Rin"]),
    ],
)
def test_each_parameter_does_what_it_says(client: Client, query: str, expected: list[str]) -> None:
    certify(coffee := listed("Cà phê Rin"), stars=3)
    make_pack(coffee, price=10, on_hand=1)
    seller = make_producer(name="Người bán", slug="nguoi-ban", province=Province.objects.get(code="14"))
    seller.former_slugs.create(slug="ten-cu")
    wine = listed("Rượu ngô", producer=seller, product_set=ProductSet.objects.get(code="ruou-trang"))
    make_pack(wine, price=90)
    refresh_listings()
    assert names(client, query) == expected


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("nonsense=1", {"nonsense": "unknown-parameter"}),
        ("format=xml", {"format": "unknown-parameter"}),
        ("q=a&q=b", {"q": "duplicate"}),
        ("stars=2", {"stars": "out-of-range"}),
        ("stars=6", {"stars": "out-of-range"}),
        ("stars=", {"stars": "invalid"}),
        ("stars=4,", {"stars": "invalid"}),
        ("stars=four", {"stars": "invalid"}),
        ("certified=1", {"certified": "invalid"}),
        ("industry=nope", {"industry": "unknown-code"}),
        ("industry=food,,", {"industry": "unknown-code"}),
        ("product_set=nope", {"product_set": "unknown-code"}),
        ("province=99", {"province": "unknown-code"}),
        ("province=68,99", {"province": "unknown-code"}),
        ("province=" + ",".join(map(str, range(200, 260))), {"province": "unknown-code"}),
        ("producer=nobody", {"producer": "unknown-code"}),
        ("producer=", {"producer": "unknown-code"}),
        ("producer=withdrawn", {"producer": "unknown-code"}),
        ("price_min=-1", {"price_min": "out-of-range"}),
        ("price_min=1e3", {"price_min": "invalid"}),
        ("price_max=99999999999999999999", {"price_max": "invalid"}),
        ("price_max=999999999999999999", {"price_max": "out-of-range"}),
        ("price_min=2&price_max=1", {"price_min": "empty-range"}),
        ("in_stock=false", {"in_stock": "invalid"}),
        ("facets=yes", {"facets": "invalid"}),
        ("ordering=random", {"ordering": "unknown-choice"}),
        ("ordering=relevance", {"ordering": "needs-q"}),
        ("ordering=relevance&q=", {"ordering": "needs-q"}),
        ("page_size=0", {"page_size": "out-of-range"}),
        ("page_size=101", {"page_size": "out-of-range"}),
        ("page_size=x", {"page_size": "invalid"}),
        ("cursor=", {"cursor": "bad-cursor"}),
        ("cursor=zzz", {"cursor": "bad-cursor"}),
        ("cursor=%F0%9F%98%80", {"cursor": "bad-cursor"}),
        ("lang=fr", {"lang": "unknown-choice"}),
        ("lang=fr&province=99", {"lang": "unknown-choice", "province": "unknown-code"}),
    ],
)  # fmt: skip
def test_bad_input_is_a_problem_that_names_the_parameter(client: Client, query: str, expected: dict[str, str]) -> None:
    make_producer(slug="withdrawn", is_published=False)
    assert faults(client, query) == expected


def test_a_cursor_belongs_to_its_ordering(client: Client) -> None:
    listed("Một")
    listed("Hai")
    cursor = urlsplit(get(client, "page_size=1")["next"]).query.split("cursor=")[1]
    assert faults(client, f"ordering=name&cursor={cursor}") == {"cursor": "bad-cursor"}


def test_its_links_walk_all_pages_there_and_back(client: Client) -> None:
    for at in range(7):
        listed(f"Cà phê {at}")
    address, forwards = f"{LIST}?page_size=3&q=ca&ordering=newest", []
    while address:
        answer = client.get(address).json()
        assert answer["count"] == 7
        forwards.append([result["name"] for result in answer["results"]])
        address, previous = answer["next"], answer["previous"]
    assert [len(page) for page in forwards] == [3, 3, 1]
    backwards = [forwards[-1]]
    while previous:
        answer = client.get(previous).json()
        backwards.append([result["name"] for result in answer["results"]])
        previous = answer["previous"]
    assert backwards == forwards[::-1]


def test_facets_come_in_the_language_asked(client: Client) -> None:
    certify(listed("Cà phê"), stars=4)
    facets = get(client, "facets=true&lang=en&province=68")["facets"]
    assert facets == {
        "stars": [{"value": 4, "count": 1}],
        "province": [{"value": "68", "label": "Lâm Đồng", "count": 1}],
        "industry": [{"value": "food", "label": "Food", "count": 1}],
        "product_set": [{"value": "ca-phe-ca-cao", "label": "Coffee and cocoa", "count": 1}],
    }
    assert "facets" not in get(client)


@pytest.mark.parametrize(
    ("query", "queries"),
    [
        ("", 2),
        ("ordering=price", 2),
        ("ordering=name", 2),
        ("certified=true&ordering=-stars", 2),
        ("q=ca", 2),
        ("province=68&industry=food&producer=nguoi-ban", 3),
        ("facets=true", 2),
        ("q=ca&facets=true&stars=3", 2),
        ("q=ca&facets=true&province=68", 3),
        ("ordering=-stars", 3),
    ],
)
def test_a_page_costs_the_same_number_of_queries_whatever_its_size(
    client: Client, django_assert_num_queries: Callable, query: str, queries: int
) -> None:
    seller = make_producer(slug="nguoi-ban")
    for at in range(30):
        product = make_product(name=f"Cà phê {at}", producer=seller)
        make_pack(product, price=10 + at)
        if at % 2:
            certify(product, stars=3)
    refresh_listings()
    for size in (1, 20, 100):
        if query == "ordering=-stars" and size == 1:
            continue  # one page with stars only needs no look at the others
        with django_assert_num_queries(queries):
            get(client, f"{query}&page_size={size}")


def test_it_answers_head_and_options_and_refuses_the_rest(client: Client) -> None:
    assert client.head(LIST).status_code == 200
    assert client.options(LIST).status_code == 200
    response = client.post(LIST)
    assert response.status_code == 405
    assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert response.json()["type"] == "urn:cho-ocop:problem:method-not-allowed"


def test_suggestions_are_at_most_ten_names(client: Client, django_assert_num_queries: Callable) -> None:
    for at in range(12):
        listed(f"Cà phê {at}", slug=f"ca-phe-so-{at}")
    with django_assert_num_queries(1):
        answer = get(client, "q=ca+ph", f"{LIST}suggest/")
    assert (answer["count"], answer["next"], answer["previous"]) == (10, None, None)
    assert answer["results"][0] == {"text": "Cà phê 0", "slug": "ca-phe-so-0"}
    assert get(client, "q=%22%27", f"{LIST}suggest/")["results"] == []


@pytest.mark.parametrize(
    ("query", "expected"), [("", {"q": "required"}), ("q=a&page_size=3", {"page_size": "unknown-parameter"})]
)
def test_suggestions_need_a_text(client: Client, query: str, expected: dict[str, str]) -> None:
    assert faults(client, query, f"{LIST}suggest/") == expected


def test_the_day_of_the_answer_is_the_shops(client: Client, clock: SetClock) -> None:
    certify(listed("Cà phê"), issued_on=DAY)
    assert names(client, "certified=true") == ["Cà phê"]
    clock(DAY.replace(day=DAY.day - 1))
    assert names(client, "certified=true") == []
