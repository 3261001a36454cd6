"""The page of a producer."""

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from catalog.models import FormerProducerSlug, LegalForm, QualityCertificate
from cms.models import StorefrontPage
from tests.factories import (
    DAY,
    certify,
    certify_expired,
    list_products,
    make_producer,
    make_product,
    make_storefront_page,
)

pytestmark = pytest.mark.django_db


def test_it_tells_who_sells_what_and_with_which_certificates(client: Client) -> None:
    producer = make_producer(
        name="HTX Tuy Đức",
        slug="tuy-duc",
        legal_name="Hợp tác xã nông nghiệp Tuy Đức",
        legal_form=LegalForm.COOPERATIVE,
        registration_number="4002000123",
        address="Thôn 3",
        phone="0912 345 678",
        story="Bắt đầu từ mười hai gia đình.",
        story_en="It began with twelve families.",
    )
    product = make_product(producer=producer, name="Mắc ca")
    certify(product, decision_number="1234/QĐ-UBND")
    old = make_product(producer=producer, name="Cà phê cũ")
    certify_expired(old, decision_number="99/QĐ-UBND")
    QualityCertificate.objects.create(product=product, name="VietGAP", number="VG-1", valid_until=DAY)
    QualityCertificate.objects.create(product=product, name="HACCP", valid_until=DAY.replace(day=1))
    make_product(producer=producer, name="Chưa đăng", is_published=False)
    list_products(product, old)
    page = client.get("/producers/tuy-duc/").text
    for text in (
        "HTX Tuy Đức",
        "Hợp tác xã nông nghiệp Tuy Đức",
        "4002000123",
        "Thôn 3",
        "Lâm Đồng",
        "0912 345 678",
        "Bắt đầu từ mười hai gia đình.",
        "1234/QĐ-UBND",
        "VietGAP",
        "Mắc ca",
        "Cà phê cũ",
    ):
        assert text in page, text
    for text in ("99/QĐ-UBND", "HACCP", "Chưa đăng"):
        assert text not in page, text
    assert "It began with twelve families." in client.get("/en/producers/tuy-duc/").text


def test_it_is_404_for_an_unknown_or_unpublished_producer(client: Client) -> None:
    make_producer(slug="kin", is_published=False)
    assert client.get("/producers/kin/").status_code == 404
    assert client.get("/producers/khong-co/").status_code == 404


def test_an_old_address_leads_to_todays(client: Client) -> None:
    producer = make_producer(slug="moi")
    FormerProducerSlug.objects.create(slug="cu", producer=producer)
    response = client.get("/en/producers/cu/")
    assert (response.status_code, response.headers["Location"]) == (301, "/en/producers/moi/")
    producer.is_published = False
    producer.save()
    assert client.get("/producers/cu/").status_code == 404


def test_it_shows_what_a_curator_added_while_that_is_published(client: Client) -> None:
    producer = make_producer(slug="tuy-duc")
    product = make_product(producer=producer)
    certify(product)
    page = make_storefront_page(
        producer,
        body=[("heading", "Một ngày ở xưởng"), ("paragraph", f"<p>Hạt [[ocop:{product.public_id}]]</p>")],
    )
    text = client.get("/producers/tuy-duc/").text
    assert "Một ngày ở xưởng" in text
    assert text.count("data-stars-end") == 2  # the token and the certificate
    page.live = False
    page.save()
    assert "Một ngày ở xưởng" not in client.get("/producers/tuy-duc/").text


def test_the_extra_page_takes_its_name_and_address_from_the_producer(client: Client) -> None:
    producer = make_producer(name="HTX A", slug="htx-a")
    page = make_storefront_page(producer)
    assert (page.title, page.slug, page.url) == ("HTX A", "htx-a", "/producers/htx-a/")
    producer.slug = "htx-b"
    producer.save()
    FormerProducerSlug.objects.create(slug="htx-a", producer=producer)
    assert StorefrontPage.objects.get().url == "/producers/htx-b/"
    response = client.get("/producers/htx-a/")
    assert (response.status_code, response.headers["Location"]) == (301, "/producers/htx-b/")


def test_a_producer_has_one_extra_page() -> None:
    producer = make_producer()
    make_storefront_page(producer)
    with pytest.raises(ValidationError):
        make_storefront_page(producer)


def test_the_section_without_a_producer_leads_to_the_products(client: Client) -> None:
    response = client.get("/producers/")
    assert (response.status_code, response.headers["Location"]) == (302, "/products/")


def test_it_leafs_through_many_products_with_a_bounded_number_of_queries(client: Client) -> None:
    counts = []
    producer = make_producer(slug="lon")
    for batch in (2, 24):
        products = [make_product(producer=producer) for _ in range(batch)]
        for product in products:
            certify(product)
        list_products(*products)
        with CaptureQueriesContext(connection) as queries:
            page = client.get("/producers/lon/").text
        counts.append(len(queries))
    assert page.count('class="card"') == 24
    assert client.get("/producers/lon/?page=2").text.count('class="card"') == 2
    assert counts[1] == counts[0]
    assert counts[0] <= 14
