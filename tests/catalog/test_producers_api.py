from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from catalog.models import Province
from catalog.search.indexing import refresh_listings
from tests.factories import make_producer, make_product

pytestmark = pytest.mark.django_db

PRODUCERS = "/api/v1/producers/"


def get(client: Client, path: str) -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == 200, response.content
    assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
    return response.json()


def slugs(client: Client, query: str = "") -> list[str]:
    return [producer["slug"] for producer in get(client, f"{PRODUCERS}?{query}")["results"]]


def test_it_lists_published_producers_by_name(client: Client) -> None:
    seller = make_producer(name="Lò Duyên", slug="lo-duyen", province=Province.objects.get(code="11"))
    make_producer(name="Ẩn", slug="an", is_published=False)
    make_producer(name="Bích Thao", slug="bich-thao")
    for is_published in (True, True, False):
        make_product(producer=seller, is_published=is_published)
    refresh_listings()
    answer = get(client, f"{PRODUCERS}?lang=en")
    assert (answer["count"], answer["next"], answer["previous"]) == (2, None, None)
    assert [producer["slug"] for producer in answer["results"]] == ["bich-thao", "lo-duyen"]
    assert answer["results"][1] == {
        "slug": "lo-duyen",
        "name": "Lò Duyên",
        "url": "http://testserver/en/producers/lo-duyen/",
        "type": "cooperative",
        "province": {"code": "11", "name": "Điện Biên"},
        "product_count": 2,
    }


def test_it_filters_by_words_and_province(client: Client) -> None:
    make_producer(name="Hợp tác xã Đắk Nông", slug="a")
    make_producer(name="Cơ sở Đắk Mil", slug="b", province=Province.objects.get(code="14"))
    assert slugs(client, "q=dak") == ["b", "a"]
    assert slugs(client, "q=nong+dak") == ["a"]
    assert slugs(client, "q=ong") == slugs(client, "q=%25") == []
    assert slugs(client, "province=14") == ["b"]
    assert slugs(client, "q=dak&province=68") == ["a"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 8])
def test_its_pages_cover_each_producer_once_in_both_directions(client: Client, size: int) -> None:
    for at in range(7):  # equal names in different provinces
        make_producer(name=f"Nhà {at // 3}", slug=f"nha-{at}", province=Province.objects.order_by("pk")[at])
    address, forwards, previous = f"{PRODUCERS}?page_size={size}", [], None
    while address:
        answer = get(client, address)
        forwards.append([producer["slug"] for producer in answer["results"]])
        address, previous = answer["next"], answer["previous"]
    assert [slug for page in forwards for slug in page] == [f"nha-{at}" for at in range(7)]
    backwards = [forwards[-1]]
    while previous:
        answer = get(client, previous)
        backwards.append([producer["slug"] for producer in answer["results"]])
        previous = answer["previous"]
    assert backwards == forwards[::-1]


def test_a_list_of_producers_costs_three_queries(client: Client, django_assert_num_queries: Callable) -> None:
    for at in range(9):
        make_product(producer=make_producer(name=f"Nhà {at}"))
    refresh_listings()
    for size in (1, 9, 100):
        with django_assert_num_queries(3):
            get(client, f"{PRODUCERS}?page_size={size}")


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("province=99", "province"),
        ("page_size=0", "page_size"),
        ("cursor=x", "cursor"),
        ("cursor=", "cursor"),
        ("lang=de", "lang"),
        ("stars=4", "stars"),
    ],
)
def test_bad_parameters_are_named(client: Client, query: str, parameter: str) -> None:
    response = client.get(f"{PRODUCERS}?{query}")
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


def test_it_tells_of_one_producer(client: Client) -> None:
    seller = make_producer(
        name="Lò Duyên",
        slug="lo-duyen",
        legal_name="HKD Lò Duyên",
        address="Bản 1",
        phone="09",
        registration_number="8",
        website="https://lo.example",
        story="Chuyện",
        story_en="Story",
        email="rieng@example.org",
    )
    make_product(producer=seller)
    refresh_listings()
    answer = get(client, f"{PRODUCERS}lo-duyen/?lang=en")
    assert (answer["id"], answer["story"], answer["product_count"]) == (seller.public_id, "Story", 1)
    assert answer["seller"] == {
        "legal_name": "HKD Lò Duyên",
        "address": "Bản 1",
        "phone": "09",
        "registration_number": "8",
    }
    assert "email" not in answer


def test_former_unknown_and_unpublished_producers(client: Client) -> None:
    seller = make_producer(slug="moi")
    seller.former_slugs.create(slug="cu")
    response = client.get(f"{PRODUCERS}cu/?lang=en")
    assert (response.status_code, response.headers["Location"]) == (308, "/api/v1/producers/moi/?lang=en")
    seller.is_published = False
    seller.save()
    for slug in ("moi", "cu", "khong-co"):
        assert client.get(f"{PRODUCERS}{slug}/").status_code == 404


def test_provinces_come_with_the_names_they_had(client: Client, django_assert_num_queries: Callable) -> None:
    make_product()
    refresh_listings()
    with django_assert_num_queries(3):
        answer = get(client, "/api/v1/provinces/")
    assert answer["count"] == 34
    lam_dong = next(province for province in answer["results"] if province["code"] == "68")
    assert set(lam_dong["former_names"]) == {"Bình Thuận", "Lâm Đồng", "Đắk Nông"}
    assert lam_dong["product_count"] == 1


def test_product_sets_come_in_the_order_of_the_annex(client: Client, django_assert_num_queries: Callable) -> None:
    with django_assert_num_queries(2):
        answer = get(client, "/api/v1/product-sets/?lang=en")
    assert answer["count"] == 26
    assert answer["results"][0] == {
        "code": "rau-cu-qua-hat-tuoi",
        "name": "Fresh vegetables, roots, fruit, nuts and seeds",
        "industry": {"code": "food", "name": "Food"},
        "product_count": 0,
    }


@pytest.mark.parametrize("path", ["/api/v1/provinces/", "/api/v1/product-sets/"])
def test_the_small_lists_refuse_what_they_do_not_know(client: Client, path: str) -> None:
    assert client.get(f"{path}?page_size=3").status_code == 400
    assert client.get(f"{path}?lang=fr").status_code == 400
