from datetime import date, datetime, timedelta

import pytest

from ocop_badges.days import ZONE
from tests.factories import DAY, certify, certify_expired, make_product, revoke, suspend

pytestmark = pytest.mark.django_db


def page(client, certificate, prefix: str = "") -> str:
    response = client.get(f"{prefix}/verify/{certificate.public_id}/")
    assert response.status_code == 200
    return response.content.decode()


def verdict(client, certificate) -> str:
    """The headline of the page, in English."""
    return page(client, certificate, "/en").partition("<h1>")[2].partition("</h1>")[0].strip()


@pytest.fixture
def certificate():
    return certify(make_product(name="Trà sen", name_en="Lotus tea"), issued_on=date(2025, 6, 19))


def test_it_says_valid_with_decision_authority_dates_product_and_producer(client, certificate):
    text = page(client, certificate, "/en")
    assert verdict(client, certificate) == "Valid"
    for fact in (
        certificate.decision_number,
        "UBND tỉnh Lâm Đồng",
        "19 June 2025",
        "19 June 2028",
        "Lotus tea",
        certificate.product.producer.name,
        certificate.public_id,
        f'href="/en/products/{certificate.product.slug}/"',
    ):
        assert fact in text


def test_it_speaks_vietnamese_without_a_prefix(client, certificate):
    text = page(client, certificate)
    assert "19/06/2028" in text
    assert "Trà sen" in text
    assert f'href="/products/{certificate.product.slug}/"' in text


def test_it_turns_at_midnight(client, certificate, clock):
    last_second = datetime(2028, 6, 19, 23, 59, 59, tzinfo=ZONE)
    clock(last_second)
    assert verdict(client, certificate) == "Valid"
    assert "Recognised with" in page(client, certificate, "/en")
    clock(last_second + timedelta(seconds=1))
    assert "Recognised with" not in page(client, certificate, "/en")
    assert verdict(client, certificate) == "Not valid"
    assert "its last day was 19 June 2028" in page(client, certificate, "/en")


def test_it_says_why_not(client):
    suspended, revoked = certify(make_product()), certify(make_product())
    suspend(suspended)
    revoke(revoked)
    upcoming = certify(make_product(), valid_from=DAY + timedelta(days=9))
    product = make_product()
    superseded = certify(product, issued_on=date(2024, 1, 1))
    successor = certify(product, issued_on=date(2026, 1, 1))
    for certificate, why in (
        (suspended, "Suspended by this marketplace since 22 November 2026: Kiểm tra đột xuất"),
        (revoked, "Revoked by decision 9/QĐ-UBND from 22 November 2026 on."),
        (upcoming, "Not yet: the certificate begins on 1 December 2026."),
        (superseded, "Replaced by a later certificate since 1 January 2026."),
        (certify_expired(make_product()), "The certificate has expired: its last day was 1 June 2026."),
    ):
        text = page(client, certificate, "/en")
        assert why in text
        assert verdict(client, certificate) == "Not valid"
    assert f'href="/en/verify/{successor.public_id}/"' in page(client, superseded, "/en")


def test_it_escapes_what_people_wrote(client):
    product = make_product(name="<script>alert(1)</script>")
    assert "<script>alert(1)" not in page(client, certify(product, decision_number="<b>1</b>/QĐ"))


def test_it_does_not_link_to_a_product_that_is_not_published(client):
    product = make_product(is_published=False)
    assert f"/products/{product.slug}/" not in page(client, certify(product))


def test_it_reads_an_id_as_people_type_it(client, certificate):
    typed = certificate.public_id.upper().replace("0", "O").replace("1", "I")
    typed = f"{typed[:4]}-{typed[4:]}"
    response = client.get(f"/verify/{typed}/")
    assert (response.status_code, response.headers["Location"]) == (301, f"/verify/{certificate.public_id}/")


def test_it_is_a_404_for_an_unknown_one(client):
    assert client.get("/verify/000000000000/").status_code == 404
    assert client.get("/en/verify/000000000000/").status_code == 404


def test_its_answer_is_private_and_ends_with_the_day(client, certificate, clock):
    clock(datetime(2026, 11, 22, 23, 59, 40, tzinfo=ZONE))
    response = client.get(f"/verify/{certificate.public_id}/")
    assert response.headers["Cache-Control"] == "private, max-age=20, must-revalidate"


@pytest.mark.parametrize("nothing", ["-", "%20", "--", "%00"])
def test_an_id_of_nothing_is_no_certificate(client, nothing):
    assert client.get(f"/verify/{nothing}/").status_code == 404
