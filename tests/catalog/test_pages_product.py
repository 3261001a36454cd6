"""The page of one product, and what it tells machines."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from catalog.models import FormerProductSlug, FormerProvince, Product, QualityCertificate, Stock
from ocop_badges.models import Certificate
from ocop_badges.tokens import token_for
from tests.conftest import SetClock
from tests.factories import (
    DAY,
    certify,
    certify_expired,
    list_products,
    make_bundle,
    make_image,
    make_pack,
    make_producer,
    make_product,
    make_story,
    revoke,
    suspend,
)
from tests.pages import Page

pytestmark = pytest.mark.django_db

ENDS_ON = date(2028, 6, 19)


@pytest.fixture
def product() -> Product:
    """Everything a product can tell, with stars until ``ENDS_ON``."""
    producer = make_producer(
        name="Hợp tác xã Long Việt",
        legal_name="HTX Nông nghiệp và Dịch vụ Long Việt",
        address="Thôn 5",
        phone="0905 123 456",
        registration_number="6300001234",
        tax_number="0301234567",
        email="longviet@example.vn",
    )
    product = make_product(
        producer=producer,
        name="Mắc ca Lê Anh",
        name_en="Lê Anh macadamia",
        slug="mac-ca-le-anh",
        description="Sấy chậm.\n\nMỗi lô một tem.",
        description_en="Dried slowly.",
        origin="Xã Quảng Trực",
        former_district="Tuy Đức",
        former_province=FormerProvince.objects.get(name="Đắk Nông"),
        ingredients="Hạt mắc ca 100 %",
        storage="Nơi khô ráo",
        shelf_life_days=365,
        return_policy="Đổi trong 7 ngày.",
        season_from_month=8,
        season_to_month=11,
        capacity_per_year="12.50",
        capacity_unit="tấn",
    )
    certify(product, stars=4, issued_on=date(2025, 6, 19), decision_number="858/QĐ-UBND")
    make_pack(product, price=120_000, on_hand=40, sku="MC-250", name_en="250 g bag", net_value="0.25", net_unit="kg")
    list_products(product)
    return product


def get(client: Client, slug: str = "mac-ca-le-anh", lang: str = "vi") -> Page:
    response = client.get(f"{'/en' if lang == 'en' else ''}/products/{slug}/")
    assert response.status_code == 200
    return Page(response.content.decode())


def text_of(page: Page) -> str:
    return " ".join(page.one("main").text.split())


def data_of(page: Page) -> dict[str, Any]:
    data: dict[str, Any]
    (data,) = [data for data in page.linked_data if data["@type"] == "Product"]
    return data


def test_it_tells_everything_in_vietnamese(client: Client, product: Product) -> None:
    text = text_of(get(client))

    for told in (
        "Mắc ca Lê Anh", "OCOP 4 sao đến 19/06/2028", "120.000 ₫", "Còn hàng", "0,25 kg", "Sấy chậm.",
        "Mỗi lô một tem.",
        "Xã Quảng Trực", "trước đây: Tuy Đức, Đắk Nông", "Hạt mắc ca 100 %", "Nơi khô ráo", "365 ngày",
        "Đổi trong 7 ngày.",
        "tháng 8 – tháng 11", "12,5 tấn", "HTX Nông nghiệp và Dịch vụ Long Việt", "Thôn 5, Lâm Đồng", "0905 123 456",
        "6300001234", "0301234567", "longviet@example.vn",
    ):  # fmt: skip
        assert told in text


def test_it_tells_everything_in_english(client: Client, product: Product) -> None:
    text = text_of(get(client, lang="en"))

    for told in (
        "Lê Anh macadamia", "OCOP 4 stars until 19 June 2028", "₫120,000", "In stock", "0.25 kg", "Dried slowly.",
        "250 g bag", "365 days", "August – November", "12.5 tấn", "Co-operative",
    ):  # fmt: skip
        assert told in text
    assert "Sấy chậm" not in text


@pytest.mark.parametrize(
    "english",
    ["Packs and prices", "Who sells it", "Product facts", "In stock", "Check the certificate", "until", "days"],
)
def test_it_leaves_no_english_on_the_vietnamese_page(client: Client, product: Product, english: str) -> None:
    assert english not in text_of(get(client))
    assert english in text_of(get(client, lang="en"))


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_it_is_well_formed(client: Client, product: Product, lang: str) -> None:
    product.images.create(image=make_image())
    product.images.create(image=make_image(), position=1)

    page = get(client, lang=lang)

    assert page.flaws == []
    assert page.one("html").attributes["lang"] == lang
    assert [e.attributes["alt"] for e in page.all("img")] == [
        "Mắc ca Lê Anh" if lang == "vi" else "Lê Anh macadamia"
    ] * 2


def test_both_languages_name_each_other(client: Client, product: Product) -> None:
    alternates = {}
    for lang in ("vi", "en"):
        page = get(client, lang=lang)
        alternates[lang] = {e.attributes["hreflang"]: e.attributes["href"] for e in page.all("link", rel="alternate")}
        assert page.one("link", rel="canonical").attributes["href"] == alternates[lang][lang]

    assert alternates["vi"] == alternates["en"] == {
        "vi": "http://testserver/products/mac-ca-le-anh/",
        "en": "http://testserver/en/products/mac-ca-le-anh/",
        "x-default": "http://testserver/products/mac-ca-le-anh/",
    }  # fmt: skip


def test_stars_end_with_the_day_on_page_and_in_linked_data(client: Client, product: Product, clock: SetClock) -> None:
    clock(ENDS_ON)
    before = get(client)
    clock(date(2028, 6, 20))
    response = client.get("/products/mac-ca-le-anh/")
    after = Page(response.content.decode())

    certification = data_of(before)["hasCertification"]
    assert certification["@type"] == "Certification"
    assert certification["expires"] == "2028-06-19"
    assert certification["certificationIdentification"] == "858/QĐ-UBND"
    assert certification["issuedBy"] == {"@type": "Organization", "name": "UBND tỉnh Lâm Đồng"}
    assert "hasCertification" not in data_of(after)
    assert "data-stars" not in response.content.decode()
    assert "4 sao" not in text_of(after)
    assert "/embed/" not in response.content.decode()
    assert "quyết định 858/QĐ-UBND đã hết hạn từ ngày 20/06/2028" in text_of(after)


@pytest.mark.parametrize(
    ("happens", "told"),
    [
        (suspend, "bị tạm ngừng hiển thị từ ngày 22/11/2026"),
        (revoke, "đã bị thu hồi từ ngày 22/11/2026"),
    ],
)
def test_it_says_plainly_why_there_are_no_stars(client: Client, product: Product, happens: Any, told: str) -> None:
    certificate = Certificate.objects.get(product=product)
    happens(certificate)

    page = get(client)

    assert "Hôm nay sản phẩm này không có sao OCOP còn hiệu lực." in text_of(page)
    assert told in text_of(page)
    assert "hasCertification" not in data_of(page)
    assert f"/verify/{certificate.public_id}/" in [e.attributes["href"] for e in page.all("a")]


def test_a_certificate_to_come_shows_no_stars_yet(client: Client) -> None:
    product = make_product()
    certify(product, issued_on=DAY, valid_from=date(2026, 12, 1))
    list_products(product)

    page = get(client, product.slug)

    assert "có hiệu lực từ ngày 01/12/2026" in text_of(page)
    assert page.all("span", class_="ocop-stars") == []


def test_a_product_without_any_certificate_says_so(client: Client) -> None:
    product = make_product()
    list_products(product)

    page = get(client, product.slug)

    assert "chưa có quyết định công nhận nào" in text_of(page)
    assert page.flaws == []


def test_a_live_token_shows_the_stars_of_the_day(client: Client, clock: SetClock) -> None:
    product = make_product()
    product.description = f"Hôm nay {token_for(product.public_id)}!"
    product.save()
    certify(product, stars=5, issued_on=date(2025, 6, 19))
    list_products(product)

    assert "Hôm nay ★".replace("★", "OCOP 5 sao đến 19/06/2028") in text_of(get(client, product.slug))
    assert data_of(get(client, product.slug))["description"] == "Hôm nay OCOP 5 sao đến 19/06/2028!"
    clock(date(2028, 6, 20))
    assert "Hôm nay!" in text_of(get(client, product.slug))
    assert data_of(get(client, product.slug))["description"] == "Hôm nay!"


def test_offers_tell_price_and_stock(client: Client, product: Product) -> None:
    make_pack(product, price=230_000, on_hand=0, sku="MC-500", position=1)

    page = get(client)

    assert [(o["sku"], o["price"], o["priceCurrency"], o["availability"]) for o in data_of(page)["offers"]] == [
        ("MC-250", 120_000, "VND", "https://schema.org/InStock"),
        ("MC-500", 230_000, "VND", "https://schema.org/OutOfStock"),
    ]
    assert "Hết hàng" in text_of(page)


def test_a_little_stock_is_counted_and_a_short_life_is_not(client: Client) -> None:
    product = make_product()
    pack = make_pack(product, min_remaining_life_days=30)
    Stock.objects.create(pack=pack, lot="A", best_before=date(2026, 12, 21), on_hand=50)  # 29 days left
    Stock.objects.create(pack=pack, lot="B", best_before=date(2026, 12, 22), on_hand=5, reserved=2)
    list_products(product)

    text = text_of(get(client, product.slug))

    assert "Chỉ còn 3" in text
    assert "Hạn dùng sớm nhất 22/12/2026" in text


def test_a_product_without_a_price_is_listed_as_such(client: Client) -> None:
    product = make_product()
    make_pack(product, price=None)
    make_pack(product, is_on_sale=False)
    list_products(product)

    page = get(client, product.slug)

    assert "chưa bán trực tuyến" in text_of(page)
    assert "offers" not in data_of(page)


def test_only_quality_certificates_of_today_are_shown(client: Client, product: Product) -> None:
    QualityCertificate.objects.create(product=product, name="HACCP", number="H-1", valid_until=DAY)
    QualityCertificate.objects.create(product=product, name="VietGAP", valid_until=date(2026, 11, 21))

    text = text_of(get(client))

    assert "H-1" in text
    assert "có hiệu lực đến 22/11/2026" in text
    assert "VietGAP" not in text


def test_it_leads_to_its_story_its_bundles_and_the_producers_others(client: Client, product: Product) -> None:
    story = make_story(about=[product], title="Chuyện mắc ca")
    bundle = make_bundle(product.packs.get(), title="Quà Tây Nguyên")
    other = make_product(producer=product.producer, name="Cà phê Long Việt")
    list_products(other)

    page = get(client, lang="en")
    links = {e.attributes["href"]: " ".join(e.text.split()) for e in page.all("a")}

    assert f"/en/stories/{story.slug}/" in links
    assert links[f"/en/gifts/{bundle.slug}/"] == "Quà Tây Nguyên"
    assert links[f"/en/products/{other.slug}/"] == "Cà phê Long Việt"
    assert f"/en/producers/{product.producer.slug}/" in links
    assert page.flaws == []


def test_a_picture_of_the_mark_goes_with_the_stars(client: Client, product: Product, clock: SetClock) -> None:
    plain, marked = make_image("Vườn"), make_image("Hộp có nhãn", marks=product)
    product.images.create(image=marked, alt="Hộp có nhãn")
    product.images.create(image=plain, alt="Vườn", position=1)

    clock(ENDS_ON)
    before = get(client)
    clock(date(2028, 6, 20))
    after = get(client)

    assert [e.attributes["alt"] for e in before.all("img")] == ["Hộp có nhãn", "Vườn"]
    assert [e.attributes["alt"] for e in after.all("img")] == ["Vườn"]
    assert len(data_of(after)["image"]) == 1
    shared = after.one("meta", property="og:image").attributes["content"]
    assert shared == "http://testserver" + after.one("img").attributes["src"]


def test_a_hostile_product_stays_text(client: Client) -> None:
    evil = "</script><script>alert(1)</script>\"'&<!--"
    product = make_product(
        name=evil, description=evil, origin=evil, ingredients=evil, storage=evil, return_policy=evil,
        producer=make_producer(name=evil, legal_name=evil, address=evil, phone="javascript:alert(1)"),
    )  # fmt: skip
    make_pack(product, name=evil, on_hand=1)
    list_products(product)

    response = client.get(f"/products/{product.slug}/")
    page = Page(response.content.decode())

    assert "<script>alert" not in response.content.decode()
    assert "javascript:alert" not in [e.attributes.get("href") for e in page.all("a")]
    assert data_of(page)["name"] == evil
    assert page.one("h1").text == evil
    assert page.flaws == []


def test_an_old_address_leads_to_the_new_one(client: Client, product: Product) -> None:
    FormerProductSlug.objects.create(slug="mac-ca-cu", product=product)

    for prefix in ("", "/en"):
        response = client.get(f"{prefix}/products/mac-ca-cu/")
        assert response.status_code == 301
        assert response.headers["Location"] == f"{prefix}/products/mac-ca-le-anh/"


@pytest.mark.parametrize("hidden", ["product", "producer"])
def test_an_unpublished_product_is_not_found_under_any_address(client: Client, product: Product, hidden: str) -> None:
    FormerProductSlug.objects.create(slug="mac-ca-cu", product=product)
    owner = product if hidden == "product" else product.producer
    owner.is_published = False
    owner.save()

    for slug in ("mac-ca-le-anh", "mac-ca-cu", "never-was"):
        response = client.get(f"/products/{slug}/")
        assert response.status_code == 404
        assert "Không có gì ở địa chỉ này" in response.content.decode()


def test_the_badge_can_be_put_on_another_site_while_it_is_valid(client: Client, product: Product) -> None:
    code = get(client).one("pre").text

    assert code == '<script src="http://testserver/embed/mac-ca-le-anh.js" async></script>'
    assert client.get("/embed/mac-ca-le-anh.js").status_code == 200


def test_breadcrumbs_lead_down_from_the_home_page(client: Client, product: Product) -> None:
    (crumbs,) = [data for data in get(client, lang="en").linked_data if data["@type"] == "BreadcrumbList"]

    assert [(item["position"], item["name"], item["item"]) for item in crumbs["itemListElement"]] == [
        (1, "Home", "http://testserver/en/"),
        (2, "Products", "http://testserver/en/products/"),
        (3, "Lê Anh macadamia", "http://testserver/en/products/mac-ca-le-anh/"),
    ]


def test_it_asks_the_database_a_fixed_number_of_times(
    client: Client, product: Product, django_assert_num_queries: Any
) -> None:
    client.get("/products/mac-ca-le-anh/")
    with django_assert_num_queries(14):
        client.get("/products/mac-ca-le-anh/")

    for at in range(5):
        make_pack(product, on_hand=3)
        product.images.create(image=make_image(), position=at)
        QualityCertificate.objects.create(product=product, name=f"ISO {at}", valid_until=DAY)
        certify_expired(product, decision_number=f"{at}/QĐ-CU")
        other = make_product(producer=product.producer)
        other.images.create(image=make_image())
        list_products(other)
        make_story(about=[product])
        make_bundle(product.packs.order_by("pk")[0])
    client.get("/products/mac-ca-le-anh/")  # makes the renditions
    with django_assert_num_queries(16):  # two more: the others' cards, the pictures
        client.get("/products/mac-ca-le-anh/")


def test_it_is_private_and_fresh_for_a_minute_at_most(client: Client, product: Product) -> None:
    response = client.get("/products/mac-ca-le-anh/")

    assert response.headers["Cache-Control"] == "private, max-age=60, must-revalidate"


@pytest.mark.parametrize("day", [DAY, ENDS_ON, date(2028, 6, 20)])
def test_the_page_and_the_api_tell_the_same(client: Client, product: Product, clock: SetClock, day: date) -> None:
    pack = make_pack(product, sku="MC-500", min_remaining_life_days=10, position=1)
    Stock.objects.create(pack=pack, best_before=date(2028, 6, 29), on_hand=3)
    QualityCertificate.objects.create(product=product, name="HACCP", number="H-1", valid_until=ENDS_ON)
    list_products(product)
    clock(day)

    told = client.get("/api/v1/products/mac-ca-le-anh/").json()
    page = get(client)
    data = data_of(page)

    assert [(o["sku"], o["price"], o["availability"].endswith("/InStock")) for o in data["offers"]] == [
        (pack["sku"], pack["price"]["amount"], pack["in_stock"]) for pack in told["packs"]
    ]
    assert ("H-1" in text_of(page)) is bool(told["certificates"])
    assert data.get("hasCertification", {}).get("expires") == (told["badge"] or {}).get("valid_until")
    assert bool(page.all("span", class_="ocop-stars")) is (told["badge"] is not None)
