"""What is missing for the next star, point by point."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils.translation import override

from catalog import services as catalog
from catalog.models import Product
from ocop_badges.dossiers import readiness, services
from ocop_badges.dossiers.models import ChecklistItem
from ocop_badges.dossiers.rules import Kind
from tests.factories import DAY, certify, make_product

from .files import complete, give_points, noon, open_file, picture, points_worth

pytestmark = pytest.mark.django_db


def codes(ready: readiness.Readiness) -> set[str]:
    return {point.code for point in ready.missing}


def add_quality(product: Product, name: str, *, ended: bool = False) -> None:
    product.quality_certificates.create(name=name, valid_until=DAY - timedelta(days=1) if ended else DAY)


@pytest.mark.parametrize(("stars", "expected"), [(None, 3), (3, 4), (4, 5), (5, None)])
def test_the_next_star(stars, expected):
    assert readiness.next_star(stars) == expected


def test_without_a_file_everything_is_missing():
    ready = readiness.readiness_of(make_product(), target=4, on=DAY)
    assert ready.points_missing == 70
    assert not ready.is_ready
    assert len(ready.missing) == len(ready.points)
    assert {"points", "label", "test-results", "label-nutrition", "trademark", "quality"} <= codes(ready)
    assert "international-quality" not in codes(ready)


def test_a_complete_file_is_ready_for_three_stars():
    product = make_product()
    complete(open_file(product))
    ready = readiness.readiness_of(product, target=3, on=DAY)
    assert ready.is_ready
    assert ready.points_missing == 0


def test_it_tells_the_points_to_the_next_bound():
    product = make_product()
    give_points(open_file(product), Decimal("0.5"))
    assert readiness.readiness_of(product, target=3, on=DAY).points_missing == 0
    assert readiness.readiness_of(product, target=4, on=DAY).points_missing == 20
    assert readiness.readiness_of(product, target=5, on=DAY).points_missing == 40


@pytest.mark.parametrize(("lang", "told"), [("vi", {"49,75", "0,25"}), ("en", {"49.75", "0.25"})])
def test_it_writes_points_as_the_reader_does(lang, told):
    dossier = open_file(make_product())
    points = points_worth(dossier, 50)
    first = next(pk for pk, given in points.items() if given >= 1)
    services.set_self_assessment(dossier=dossier, points={**points, first: points[first] - Decimal("0.25")})
    with override(lang):
        ready = readiness.readiness_of(dossier.product, target=3, on=DAY)
    detail = next(point.detail for point in ready.points if point.code == "points")
    assert all(f"{number} " in detail for number in told)


def test_four_stars_ask_for_what_three_do_not_and_it_is_told_as_ours():
    product = make_product()
    complete(open_file(product))
    ready = readiness.readiness_of(product, target=4, on=DAY)
    assert codes(ready) == {"label-nutrition", "trademark", "traceability", "environment", "quality"}
    assert all(point.is_ours for point in ready.missing)
    assert not next(point for point in ready.points if point.code == "label").is_ours


def test_evidence_in_the_file_meets_what_is_advised():
    product = make_product()
    certify(product, stars=3)
    dossier = complete(open_file(product, kind=Kind.UPGRADE), without="test-results")
    assert codes(readiness.readiness_of(product, target=4, on=DAY)) == {"test-results", "quality"}
    services.attach_evidence(
        dossier=dossier,
        upload=picture(),
        name="kn.png",
        at=noon(DAY),
        item=ChecklistItem.objects.get(code="test-results"),
        valid_until=DAY,
    )
    add_quality(product, "HACCP")
    assert readiness.readiness_of(product, target=4, on=DAY).is_ready
    tomorrow = readiness.readiness_of(product, target=4, on=DAY + timedelta(days=1))
    assert codes(tomorrow) == {"test-results", "quality"}


def test_a_quality_certificate_counts_while_it_is_valid():
    product = make_product()
    complete(open_file(product))
    add_quality(product, "VietGAP", ended=True)
    assert "quality" in codes(readiness.readiness_of(product, target=4, on=DAY))
    catalog.add_quality_certificate(product=product, name="VietGAP", number="2", valid_until=DAY)
    ready = readiness.readiness_of(product, target=5, on=DAY)
    assert "quality" not in codes(ready)
    assert "international-quality" in codes(ready)
    add_quality(product, "ISO 22000:2018")
    assert "international-quality" not in codes(readiness.readiness_of(product, target=5, on=DAY))


def test_what_is_advised_refuses_nothing():
    product = make_product()
    certify(product, stars=3)
    dossier = complete(open_file(product, kind=Kind.UPGRADE), without="trademark")
    assert services.submit_dossier(dossier=dossier, at=noon(DAY), on=DAY).state == "commune_check"


def test_its_queries_are_bounded(django_assert_max_num_queries):
    product = make_product()
    complete(open_file(product))
    product = Product.objects.get(pk=product.pk)
    with django_assert_max_num_queries(9):
        readiness.readiness_of(product, target=5, on=DAY)
