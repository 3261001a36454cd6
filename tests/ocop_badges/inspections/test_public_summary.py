"""What shoppers and programs see of inspections: how they ended, and nothing more."""

import pytest

from ocop_badges.inspections import services
from ocop_badges.inspections.models import Finding
from tests.factories import AT, DAY, certify, list_products, make_product

from .cases import NATIONAL, carry_out, conclude, draft, plan

pytestmark = pytest.mark.django_db

SECRETS = ("Nhãn thiếu hạn dùng", "Nguyễn Văn A", "Theo biên bản", "Nguồn tin nội bộ")


@pytest.fixture
def product():
    product = make_product()
    certify(product)
    list_products(product)
    return product


def told(client, product) -> list[dict]:
    response = client.get(f"/api/v1/products/{product.slug}/")
    assert response.status_code == 200
    return response.json()["inspections"]


def surfaces(client, product) -> str:
    pages = [f"/products/{product.slug}/", f"/en/products/{product.slug}/", f"/api/v1/products/{product.slug}/"]
    pages += [f"{prefix}/verify/{c.public_id}/" for c in product.ocop_certificates.all() for prefix in ("", "/en")]
    return "\n".join(client.get(address).content.decode() for address in pages)


def test_an_unannounced_inspection_shows_nowhere_before_it_is_concluded(client, product):
    before = surfaces(client, product)
    inspection = plan(product, note="Nguồn tin nội bộ")
    assert surfaces(client, product) == before
    carry_out(inspection, draft())
    assert surfaces(client, product) == before
    services.cancel_inspection(inspection=plan(product), reason="Bão", at=AT, mandate=NATIONAL)
    assert surfaces(client, product) == before


def test_a_concluded_one_is_told_without_anything_personal(client, product):
    inspection = plan(product, note="Nguồn tin nội bộ")
    carry_out(inspection, draft(), draft())
    conclude(inspection, "to_mend")
    row = {"kind": "unannounced", "carried_out_on": DAY.isoformat(), "conclusion": "to_mend", "open_findings": 2}
    assert told(client, product) == [row]
    text = surfaces(client, product)
    assert not [secret for secret in SECRETS if secret in text]
    assert "2 findings not mended yet" in client.get(f"/en/products/{product.slug}/").content.decode()
    for finding in Finding.objects.all():
        services.mend_finding(finding=finding, mended_on=DAY, on=DAY, at=AT, mandate=NATIONAL)
    assert told(client, product) == [{**row, "open_findings": 0}]
    assert "all findings are mended" in client.get(f"/en/products/{product.slug}/").content.decode()


def test_a_product_without_inspections_says_nothing_of_them(client, product):
    assert told(client, product) == []
    assert "Checked after certification" not in client.get(f"/en/products/{product.slug}/").content.decode()


def test_at_most_ten_are_told_in_as_many_queries_as_one(client, product, django_assert_max_num_queries):
    for _ in range(12):
        inspection = plan(product)
        carry_out(inspection)
        conclude(inspection, "complies")
    with django_assert_max_num_queries(9):
        assert len(told(client, product)) == 10
