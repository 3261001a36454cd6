"""Stories and gift bundles for programs."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.parts import load
from ocop_badges.days import start_of
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
LAST_DAY = date(2026, 12, 1)
FRESH = "public, max-age=60, must-revalidate"


def get(client: Client, path: str, status: int = 200) -> Any:
    response = client.get(path)
    assert response.status_code == status, response.text
    return response.json()


def leaf(client: Client, path: str, direction: str = "next") -> Iterator[list[str]]:
    url: str | None = path
    while url:
        answer = get(client, url)
        yield [result["slug"] for result in answer["results"]]
        url = answer[direction]


# --- stories ---------------------------------------------------------------


def test_it_lists_live_stories_newest_first(client: Client) -> None:
    make_story(slug="cu", first_published_at=AT - timedelta(days=2))
    make_story(slug="moi", language="en", title="New", summary="Two sentences.", cover=make_image("Đồi"))
    make_story(slug="nhap", live=False)
    response = client.get("/api/v1/stories/")
    assert response.headers["Cache-Control"] == FRESH
    answer = response.json()
    assert (answer["count"], answer["next"], answer["previous"]) == (2, None, None)
    newest, older = answer["results"]
    assert older["slug"] == "cu"
    source = newest.pop("cover")
    assert source["alt"] == "Đồi"
    assert source["src"].startswith("http://testserver/media/")
    assert newest == {
        "slug": "moi",
        "title": "New",
        "summary": "Two sentences.",
        "language": "en",
        "url": "http://testserver/stories/moi/",
        "published_at": AT.isoformat(),
    }


def test_it_filters_stories_by_their_language(client: Client) -> None:
    make_story(slug="viet")
    make_story(slug="english", language="en")
    answer = get(client, "/api/v1/stories/?language=en")
    assert [story["slug"] for story in answer["results"]] == ["english"]
    assert answer["count"] == 1


def test_it_tells_a_story_block_by_block(client: Client) -> None:
    product = make_product(slug="mac-ca", name="Mắc ca", name_en="Macadamia")
    make_pack(product, price=180_000, on_hand=3)
    certificate = certify(product, stars=5)
    list_products(product)
    image = make_image()
    picture = {"image": {"image": image, "alt_text": "Người hái", "decorative": False}, "caption": "Sáng"}
    token = f"[[ocop:{product.public_id}]]"
    make_story(
        slug="chuyen",
        about=[product],
        body=[
            ("heading", "Mùa hái"),
            ("paragraph", "<p>Ba nắng</p>"),
            ("image", picture),
            ("quote", {"text": f"Không vội được {token}", "who": "Cô Hạnh"}),
            ("gallery", {"pictures": [picture, picture]}),
            ("place_and_people", {"place": "Tuy Đức", "people": "", "text": f"<p>{token}</p>", "image": None}),
            ("products", {"title": "Mua", "products": [product]}),
            ("stars", {"product": product}),
        ],
    )
    answer = get(client, "/api/v1/stories/chuyen/?lang=en")
    body = {block["type"]: block for block in answer["body"]}
    assert list(body) == [
        "heading", "paragraph", "image", "quote", "gallery", "place_and_people", "products", "stars",
    ]  # fmt: skip
    assert body["heading"]["text"] == "Mùa hái"
    assert body["paragraph"]["html"] == "<p>Ba nắng</p>"
    assert body["image"]["image"]["alt"] == "Người hái"
    assert body["image"]["image"]["src"].startswith("http://testserver/media/")
    assert len(body["gallery"]["pictures"]) == 2
    assert "[[" not in body["quote"]["text"]
    assert "5" in body["quote"]["text"]
    assert "data-stars-end" in body["place_and_people"]["html"]
    badge = {
        "stars": 5,
        "valid_until": certificate.valid_until.isoformat(),
        "certificate": certificate.public_id,
        "image": "http://testserver/badges/mac-ca.svg",
        "verify": f"http://testserver/en/verify/{certificate.public_id}/",
    }
    assert body["stars"] == {"type": "stars", "product": {"slug": "mac-ca", "name": "Macadamia"}, "badge": badge}
    assert body["products"]["products"] == answer["products"]
    shown = answer["products"][0]
    assert shown["badge"] == badge
    assert shown["price"] == {"amount": 180_000, "currency": "VND"}
    assert (shown["name"], shown["url"]) == ("Macadamia", "http://testserver/en/products/mac-ca/")


def test_a_storys_badges_end_with_the_day(client: Client, clock: SetClock) -> None:
    product = make_product()
    certify(product, valid_until=LAST_DAY, end_reason="as printed in the source")
    list_products(product)
    marked = make_image(marks=product)
    make_story(
        slug="chuyen",
        about=[product],
        cover=marked,
        summary=f"Ngon [[ocop:{product.public_id}]].",
        body=[
            ("products", {"title": "", "products": [product]}),
            ("stars", {"product": product}),
            ("image", {"image": {"image": marked, "alt_text": "x", "decorative": False}, "caption": ""}),
        ],
    )
    midnight = start_of(LAST_DAY + timedelta(days=1))
    clock(midnight - timedelta(seconds=1))
    response = client.get("/api/v1/stories/chuyen/")
    assert response.headers["Cache-Control"] == "public, max-age=1, must-revalidate"
    before = response.json()
    assert [block["type"] for block in before["body"]] == ["products", "stars", "image"]
    assert before["cover"]
    assert before["products"][0]["badge"]["stars"] == 4
    clock(midnight)
    after = get(client, "/api/v1/stories/chuyen/")
    assert [block["type"] for block in after["body"]] == ["products"]
    assert after["cover"] is None
    assert after["summary"] == "Ngon."
    assert after["products"][0]["badge"] is None
    assert after["body"][0]["products"][0]["badge"] is None


def test_it_pages_through_stories_both_ways_and_shows_none_twice(client: Client) -> None:
    slugs = [f"chuyen-so-{number}" for number in range(7)]
    for number, slug in enumerate(slugs):
        make_story(slug=slug, first_published_at=AT + timedelta(hours=number // 3) if number else None)  # equal keys
    expected = [slugs[n] for n in (6, 5, 4, 3, 2, 1, 0)]
    pages = list(leaf(client, "/api/v1/stories/?page_size=2"))
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [slug for page in pages for slug in page] == expected

    second = get(client, get(client, "/api/v1/stories/?page_size=3")["next"])
    make_story(slug="chen-vao", first_published_at=AT + timedelta(days=1))
    back = list(leaf(client, second["previous"], "previous"))
    assert back == [["chuyen-so-6", "chuyen-so-5", "chuyen-so-4"], ["chen-vao"]]
    assert [s["slug"] for s in get(client, second["next"])["results"]] == expected[6:]


@pytest.mark.parametrize("endpoint", ["stories", "gift-bundles"])
@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ("colour=red", "colour"),
        ("page_size=0", "page_size"),
        ("page_size=101", "page_size"),
        ("page_size=ten", "page_size"),
        ("lang=fr", "lang"),
        ("lang=vi&lang=en", "lang"),
        ("cursor=abc", "cursor"),
        ("cursor=", "cursor"),
    ],
)
def test_it_refuses_what_it_cannot_take(client: Client, endpoint: str, query: str, parameter: str) -> None:
    response = client.get(f"/api/v1/{endpoint}/?{query}")
    assert response.status_code == 400
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert [error["parameter"] for error in response.json()["errors"]] == [parameter]


@pytest.mark.parametrize("endpoint", ["stories", "gift-bundles"])
def test_it_answers_404_for_what_is_unknown_or_a_draft(client: Client, endpoint: str) -> None:
    make_story(slug="nhap", live=False)
    make_bundle(slug="nhap", live=False)
    for slug in ("nhap", "khong-co"):
        response = client.get(f"/api/v1/{endpoint}/{slug}/")
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"


# --- gift bundles -------------------------------------------------------------


def test_it_tells_what_a_bundle_holds_and_costs(client: Client) -> None:
    coffee, honey = make_product(slug="ca-phe", name="Cà phê", name_en="Coffee"), make_product(slug="mat-ong")
    certificate = certify(coffee)
    make_bundle(
        (make_pack(coffee, price=100_000, on_hand=2, sku="CF-500", name_en="500 g bag"), 2),
        make_pack(honey, price=99_999, on_hand=1, sku="MO-1"),
        slug="hop-qua",
        title="Hộp quà",
        title_en="Gift box",
        summary_en="A box.",
        heritage="<p>Chuyện xưa</p>",
        discount_percent=10,
    )
    (bundle,) = get(client, "/api/v1/gift-bundles/?lang=en")["results"]
    assert bundle == get(client, "/api/v1/gift-bundles/hop-qua/?lang=en")
    items = bundle.pop("items")
    assert bundle == {
        "slug": "hop-qua",
        "title": "Gift box",
        "summary": "A box.",
        "url": "http://testserver/en/gifts/hop-qua/",
        "cover": None,
        "price": {"amount": 269_999, "currency": "VND"},
        "in_stock": True,
        "story": "<p>Chuyện xưa</p>",
        "all_certified": False,
        "published_at": AT.isoformat(),
    }
    assert items[0]["product"]["name"] == "Coffee"
    assert items[0]["product"]["badge"]["certificate"] == certificate.public_id
    assert items[0]["pack"] == {"sku": "CF-500", "name": "500 g bag"}
    assert items[0]["quantity"] == 2
    assert items[1]["product"]["badge"] is None
    assert get(client, "/api/v1/gift-bundles/hop-qua/")["title"] == "Hộp quà"


def test_a_bundle_of_something_not_for_sale_has_no_price(client: Client) -> None:
    make_bundle(make_pack(make_product(), price=None), slug="hop-qua", fixed_price=1000)
    answer = get(client, "/api/v1/gift-bundles/hop-qua/")
    assert (answer["price"], answer["in_stock"]) == (None, False)


# --- how many queries ----------------------------------------------------------


@pytest.mark.parametrize("endpoint", ["stories", "gift-bundles"])
def test_a_list_asks_the_same_number_of_queries_whatever_its_length(client: Client, endpoint: str) -> None:
    counts = []
    for _ in range(2):
        for _ in range(4):
            product = make_product()
            certify(product)
            token = f"[[ocop:{product.public_id}]]"
            make_story(cover=make_image(), summary=token)
            make_bundle(make_pack(product), make_pack(make_product()), cover=make_image(), heritage=f"<p>{token}</p>")
        client.get(f"/api/v1/{endpoint}/")  # renditions are made once
        with CaptureQueriesContext(connection) as queries:
            assert get(client, f"/api/v1/{endpoint}/")["count"] in (4, 8)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= (5 if endpoint == "stories" else 10)


def test_a_story_asks_the_same_number_of_queries_whatever_its_length(client: Client) -> None:
    counts = []
    for times in (1, 5):
        products = [make_product() for _ in range(times)]
        for product in products:
            certify(product)
        list_products(*products)
        image = make_image()
        body = []
        for product in products:
            body += [
                ("products", {"title": "", "products": products}),
                ("stars", {"product": product}),
                ("paragraph", f"<p>[[ocop:{product.public_id}]]</p>"),
                ("image", {"image": {"image": image, "alt_text": "a", "decorative": False}, "caption": ""}),
            ]
        slug = make_story(about=products, body=body, cover=image).slug
        client.get(f"/api/v1/stories/{slug}/")
        with CaptureQueriesContext(connection) as queries:
            get(client, f"/api/v1/stories/{slug}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 9


# --- what a product's own answer gets from here ------------------------------------


def test_a_product_knows_its_newest_story_and_its_bundles(django_assert_max_num_queries: Any) -> None:
    product, other = make_product(), make_product()
    make_story(slug="cu", about=[product, other], first_published_at=AT - timedelta(days=1))
    make_story(slug="moi", about=[product])
    make_story(slug="nhap", about=[product], live=False)
    pack = make_pack(product)
    make_bundle((pack, 1), (pack, 2), slug="hop-qua", title="Hộp quà")
    make_bundle(pack, slug="nhap-qua", live=False)
    with django_assert_max_num_queries(2):
        parts = load([product.pk, other.pk], DAY)
    assert parts[product.pk]["story"] == "/stories/moi/"
    assert parts[other.pk]["story"] == "/stories/cu/"
    assert parts[product.pk]["bundles"] == [
        {"slug": "hop-qua", "title": "Hộp quà", "title_en": "", "url": "/gifts/hop-qua/"}
    ]
    assert parts[other.pk]["bundles"] == []
