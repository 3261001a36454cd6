from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from catalog import parts
from catalog.models import Commune, Product, ProductImage, QualityCertificate, ShopImage, ShopRendition, Stock
from catalog.search.indexing import refresh_listings
from ocop_badges.tokens import token_for
from tests.conftest import SetClock
from tests.factories import DAY, certify, make_pack, make_producer, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def registered_parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """A registry of parts that the test fills, in place of the real one."""
    loaders: dict[str, Any] = {}
    monkeypatch.setattr(parts, "_loaders", loaders)
    return loaders


def listed(**fields: Any) -> Product:
    product = make_product(slug="mac-ca", **fields)
    refresh_listings([product.pk])
    return product


def detail(client: Client, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/v1/products/mac-ca/?{query}")
    assert response.status_code == 200, response.content
    return response.json()


def test_it_tells_all_that_the_list_tells(client: Client) -> None:
    product = listed(name="Mắc ca")
    certify(product, stars=4)
    make_pack(product, price=5, on_hand=1)
    refresh_listings()
    line = client.get("/api/v1/products/").json()["results"][0]
    answer = detail(client)
    assert line == {name: answer[name] for name in line}


def test_it_tells_the_seller_and_the_goods(client: Client) -> None:
    commune = Commune.objects.create(province=make_producer().province, name="xã Quảng Trực")
    seller = make_producer(legal_name="HTX Long Việt", address="Thôn 1", phone="0900", registration_number="123")
    listed(
        producer=seller,
        commune=commune,
        ingredients="Hạt mắc ca",
        storage="Nơi khô ráo",
        storage_en="Keep dry",
        shelf_life_days=180,
        return_policy="Đổi trong 7 ngày",
        season_from_month=11,
        season_to_month=2,
        capacity_per_year="12.50",
        capacity_unit="tấn",
    )
    answer = detail(client)
    assert answer["origin"] == "xã Quảng Trực, Lâm Đồng"
    assert (answer["ingredients"], answer["storage"]) == ("Hạt mắc ca", "Nơi khô ráo")
    assert answer["shelf_life_days"] == 180
    assert answer["return_policy"] == "Đổi trong 7 ngày"
    assert answer["seller"] == {
        "legal_name": "HTX Long Việt",
        "address": "Thôn 1",
        "phone": "0900",
        "registration_number": "123",
    }
    assert answer["supply"] == {
        "season": {"from_month": 11, "to_month": 2},
        "capacity": {"value": 12.5, "unit": "tấn", "per": "year"},
    }
    assert detail(client, "lang=en")["storage"] == "Keep dry"


def test_what_is_not_known_is_null_or_empty(client: Client) -> None:
    listed(name="Mắc ca")
    answer = detail(client)
    assert answer["price"] is answer["badge"] is answer["image"] is answer["story"] is answer["rating"] is None
    assert answer["images"] == answer["packs"] == answer["certificates"] == answer["bundles"] == []
    assert answer["supply"] == {"season": None, "capacity": None}


def test_packs_are_in_stock_while_some_outlives_the_least_remaining_life(client: Client, clock: SetClock) -> None:
    product = listed()
    pack = make_pack(
        product, sku="A", name="Gói", name_en="Bag", price=90, net_value="0.500", net_unit="kg",
        min_remaining_life_days=10, gtin="08931234567890", position=1,
    )  # fmt: skip
    Stock.objects.create(pack=pack, lot="x", best_before=DAY + timedelta(days=10), on_hand=1)
    Stock.objects.create(pack=pack, lot="y", best_before=DAY + timedelta(days=3), on_hand=1)
    Stock.objects.create(pack=pack, lot="z", best_before=None, on_hand=2, reserved=2)
    make_pack(product, sku="B", price=10, on_hand=5, is_on_sale=False, position=2)
    make_pack(product, sku="C", price=None, on_hand=5, position=3, net_value="250", net_unit="g")
    make_pack(product, sku="D", price=20, position=0)
    packs = detail(client, "lang=en")["packs"]
    assert [pack["sku"] for pack in packs] == ["D", "A", "B", "C"]
    assert packs[1] == {
        "sku": "A",
        "name": "Bag",
        "net_content": {"value": 0.5, "unit": "kg"},
        "price": {"amount": 90, "currency": "VND"},
        "in_stock": True,
        "gtin": "08931234567890",
    }
    assert [(pack["price"], pack["in_stock"]) for pack in packs[2:]] == [(None, False), (None, False)]
    assert packs[3]["net_content"] == {"value": 250, "unit": "g"}
    assert packs[0]["in_stock"] is False
    clock(DAY + timedelta(days=1))
    assert detail(client)["packs"][1]["in_stock"] is False


def test_quality_certificates_are_those_valid_today(client: Client) -> None:
    product = listed()
    day = timedelta(days=1)
    for name, valid_from, valid_until in (
        ("HACCP", None, DAY),
        ("ISO 22000", DAY, DAY + day),
        ("Ended", None, DAY - day),
        ("Upcoming", DAY + day, DAY + 9 * day),
    ):
        QualityCertificate.objects.create(
            product=product, name=name, number="7", valid_from=valid_from, valid_until=valid_until
        )
    certificates = detail(client)["certificates"]
    assert [certificate["name"] for certificate in certificates] == ["HACCP", "ISO 22000"]
    assert certificates[0] == {"name": "HACCP", "number": "7", "valid_until": "2026-11-22"}


def test_marked_pictures_go_with_the_stars(client: Client, clock: SetClock) -> None:
    product = listed(name="Mắc ca")
    last = certify(product, issued_on=date(2025, 6, 19)).valid_until
    for position, is_marked in enumerate((True, False)):
        image = ShopImage.objects.create(
            title="", file=f"{position}.jpg", width=9, height=9, shows_ocop_mark=is_marked,
            marked_product=product if is_marked else None,
        )  # fmt: skip
        ShopRendition.objects.create(
            image=image, filter_spec="width-640|format-webp", file=f"images/{position}.webp", width=9, height=9
        )
        ProductImage.objects.create(product=product, image=image, position=position, alt_en=f"Picture {position}")
    refresh_listings()
    clock(last)
    answer = detail(client, "lang=en")
    assert answer["images"] == [
        {"src": "http://testserver/media/images/0.webp", "alt": "Picture 0"},
        {"src": "http://testserver/media/images/1.webp", "alt": "Picture 1"},
    ]
    assert answer["image"] == answer["images"][0]
    clock(last + timedelta(days=1))
    answer = detail(client)
    assert answer["images"] == [{"src": "http://testserver/media/images/1.webp", "alt": "Mắc ca"}]
    assert answer["image"] == answer["images"][0]


def test_a_live_token_in_the_description_shows_the_stars_of_today(client: Client, clock: SetClock) -> None:
    product = listed()
    Product.objects.filter(pk=product.pk).update(description=f"Hạt ngon {token_for(product.public_id)}.")
    last = certify(product, stars=4).valid_until
    assert "4" in detail(client)["description"]
    clock(last + timedelta(days=1))
    assert detail(client)["description"] == "Hạt ngon."


def test_story_and_bundles_come_from_their_parts_with_absolute_addresses(
    client: Client, registered_parts: dict[str, Any]
) -> None:
    product = listed()
    bundle = {"slug": "qua", "title": "Quà", "title_en": "A gift", "url": "/gifts/qua/"}
    asked: list[tuple[list[int], date]] = []

    def load_bundles(ids: Sequence[int], on: date) -> dict[int, list[dict[str, str]]]:
        asked.append((list(ids), on))
        return {product.pk: [bundle]}

    registered_parts["story"] = lambda ids, on: {product.pk: "/stories/hat/"}
    registered_parts["bundles"] = load_bundles
    assert detail(client)["story"] == "http://testserver/stories/hat/"
    assert asked == [([product.pk], DAY)]
    assert detail(client)["bundles"] == [{"slug": "qua", "title": "Quà", "url": "http://testserver/gifts/qua/"}]
    answer = detail(client, "lang=en")
    assert answer["story"] == "http://testserver/en/stories/hat/"
    assert answer["bundles"] == [{"slug": "qua", "title": "A gift", "url": "http://testserver/en/gifts/qua/"}]


def test_a_former_slug_leads_to_the_product_for_good(client: Client) -> None:
    listed().former_slugs.create(slug="ten-cu")
    response = client.get("/api/v1/products/ten-cu/?lang=en")
    assert response.status_code == 308
    assert response.headers["Location"] == "/api/v1/products/mac-ca/?lang=en"


@pytest.mark.parametrize("withdrawn", ["product", "producer"])
def test_unknown_and_unpublished_products_are_not_there(client: Client, withdrawn: str) -> None:
    product = listed()
    product.former_slugs.create(slug="ten-cu")
    target = product if withdrawn == "product" else product.producer
    target.is_published = False
    target.save()
    refresh_listings([product.pk])
    for slug in ("mac-ca", "ten-cu", "khong-co"):
        response = client.get(f"/api/v1/products/{slug}/")
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"
        assert response.json()["type"] == "urn:cho-ocop:problem:not-found"


@pytest.mark.parametrize("query", ["q=1", "lang=fr", "lang=vi&lang=en"])
def test_bad_parameters_are_refused(client: Client, query: str) -> None:
    listed()
    assert client.get(f"/api/v1/products/mac-ca/?{query}").status_code == 400


def test_a_product_costs_the_same_number_of_queries_whatever_it_has(
    client: Client, registered_parts: dict[str, Any], django_assert_num_queries: Callable
) -> None:
    product = listed()
    with django_assert_num_queries(6):
        detail(client)
    certify(product)
    for at in range(6):
        make_pack(product, on_hand=1)
        QualityCertificate.objects.create(product=product, name=f"ISO {at}", valid_until=DAY)
        image = ShopImage.objects.create(title="", file=f"{at}.jpg", width=9, height=9)
        ShopRendition.objects.create(
            image=image, filter_spec="width-640|format-webp", file=f"images/{at}.webp", width=9, height=9
        )
        ProductImage.objects.create(product=product, image=image, position=at)
    refresh_listings()
    with django_assert_num_queries(6):
        assert len(detail(client)["images"]) == 6
