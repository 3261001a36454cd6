"""The home page: what the operators chose, else the newest."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cms.models import HomeBundle, HomePage, HomeProduct, HomeStory
from tests.conftest import SetClock
from tests.factories import (
    AT,
    DAY,
    certify,
    list_products,
    make_bundle,
    make_image,
    make_pack,
    make_product,
    make_story,
)

pytestmark = pytest.mark.django_db


def shown(page: str, kind: str) -> list[str]:
    """The addresses of a kind that the page leads to, in their order, each once."""
    return list(dict.fromkeys(re.findall(rf'href="(?:/en)?/{kind}/([\w-]+)/"', page)))


def test_it_is_complete_in_an_empty_shop(client: Client) -> None:
    for address, headline in (("/", "Đặc sản Việt Nam"), ("/en/", "Specialities of Vietnam")):
        response = client.get(address)
        assert response.status_code == 200
        assert headline in response.text
        assert response.text.count("?industry=") == 6


def test_it_shows_the_newest_and_among_products_those_with_stars_first(client: Client) -> None:
    starred = [make_product(slug=f"co-sao-{n}") for n in range(2)]
    for product in starred:
        certify(product)
    plain = [make_product(slug=f"khong-sao-{n}") for n in range(9)]
    list_products(*starred, *plain)
    for number in range(4):
        make_story(slug=f"chuyen-{number}", first_published_at=AT + timedelta(hours=number))
        make_bundle(make_pack(starred[0]), slug=f"qua-{number}", first_published_at=AT + timedelta(hours=number))
    make_story(slug="nhap", live=False)
    page = client.get("/").text
    products = shown(page, "products")
    assert set(products[:2]) == {"co-sao-0", "co-sao-1"}
    assert len(products) == 8
    assert shown(page, "stories") == ["chuyen-3", "chuyen-2", "chuyen-1"]
    assert shown(page, "gifts") == ["qua-3", "qua-2", "qua-1"]


def test_it_shows_what_was_chosen_in_its_order(client: Client) -> None:
    chosen, other, hidden = make_product(slug="chon"), make_product(slug="khac"), make_product(is_published=False)
    certify(other)
    list_products(chosen, other, hidden)
    first, second = make_story(slug="mot"), make_story(slug="hai")
    make_story(slug="ba")
    draft = make_story(slug="nhap", live=False)
    bundle = make_bundle(make_pack(chosen), slug="qua")
    make_bundle(make_pack(chosen), slug="qua-khac")
    home = HomePage.objects.get()
    home.chosen_stories = [HomeStory(story=story, sort_order=n) for n, story in enumerate((second, draft, first))]
    home.chosen_bundles = [HomeBundle(bundle=bundle)]
    home.chosen_products = [HomeProduct(product=product, sort_order=n) for n, product in enumerate((hidden, chosen))]
    home.save()
    page = client.get("/").text
    assert shown(page, "stories") == ["hai", "mot"]
    assert shown(page, "gifts") == ["qua"]
    assert shown(page, "products") == ["chon"]


def test_it_falls_back_to_the_newest_when_nothing_chosen_is_there_any_more(client: Client) -> None:
    product = make_product(slug="con-ban")
    gone = make_product(is_published=False)
    list_products(product, gone)
    make_story(slug="chuyen")
    home = HomePage.objects.get()
    home.chosen_stories = [HomeStory(story=make_story(live=False))]
    home.chosen_products = [HomeProduct(product=gone)]
    home.save()
    page = client.get("/").text
    assert shown(page, "products") == ["con-ban"]
    assert shown(page, "stories") == ["chuyen"]


def test_its_stars_end_with_the_day(client: Client, clock: SetClock) -> None:
    product = make_product()
    certify(product, valid_until=DAY, end_reason="as printed in the source")
    list_products(product)
    marked = make_image(marks=product)
    home = HomePage.objects.get()
    home.hero_image = marked
    home.save()
    before = client.get("/").text
    assert "data-stars-end" in before
    assert "<picture>" in before
    clock(DAY + timedelta(days=1))
    after = client.get("/").text
    assert product.slug in after
    assert "data-stars-end" not in after
    assert "<picture>" not in after


def test_it_asks_the_same_number_of_queries_however_much_it_shows(client: Client) -> None:
    counts = []
    for _ in range(2):
        products = [make_product() for _ in range(2)]
        for product in products:
            certify(product)
        list_products(*products, *(make_product() for _ in range(8)))
        for product in products:
            make_story(about=[product], cover=make_image())
            make_bundle(make_pack(product), cover=make_image())
        client.get("/")  # renditions are made once
        with CaptureQueriesContext(connection) as queries:
            client.get("/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 30
