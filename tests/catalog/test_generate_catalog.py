"""A generated catalogue: the same for the same seed, in the programme's proportions, and true to the rules."""

from collections import Counter
from datetime import date
from io import StringIO
from itertools import groupby
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from catalog.generation import pictures as drawing
from catalog.generation import places, shares
from catalog.generation.generate import generate_catalog
from catalog.generation.shares import STORIES, STORIES_WITH_STARS, Story
from catalog.generation.vocabulary import kinds
from catalog.models import (
    Listing,
    Pack,
    Producer,
    Product,
    ProductImage,
    ProductSet,
    Province,
    QualityCertificate,
    ShopImage,
    Stock,
)
from catalog.models.fields import name_key
from ocop_badges import audit, days, rules
from ocop_badges.errors import DomainError
from ocop_badges.models import AuditChain, AuditEntry, BadgePeriod, Certificate, Extension, Revocation, Suspension
from ocop_badges.models.certificates import facts_of
from tests.factories import DAY, make_product

PRODUCTS = 400

pytestmark = pytest.mark.django_db

FORGET_FIRST = (
    AuditEntry, AuditChain, ProductImage, Listing, BadgePeriod, Extension, Suspension, Revocation, Certificate,
    QualityCertificate, Stock, Pack, Product, Producer,
)  # fmt: skip


def generate(**arguments: Any) -> None:
    generate_catalog(**{"products": PRODUCTS, "seed": 1, "on": DAY, **arguments})


def rows(model: type[models.Model], *links: str) -> list[tuple[Any, ...]]:
    """Every row without its primary keys; ``links`` stand for what foreign keys point at."""
    fields = [
        field.name
        for field in model._meta.concrete_fields
        if not field.primary_key and not isinstance(field, models.ForeignKey)
    ]
    return list(model._default_manager.order_by("pk").values_list(*fields, *links))


def everything() -> dict[str, list[tuple[Any, ...]]]:
    return {
        "producers": rows(Producer, "province__code", "commune__name"),
        "products": rows(Product, "producer__public_id", "product_set__code", "former_province__name"),
        "packs": rows(Pack, "product__public_id"),
        "stock": rows(Stock, "pack__sku"),
        "quality": rows(QualityCertificate, "product__public_id"),
        "certificates": rows(Certificate, "product__public_id", "regulation__number"),
        "extensions": rows(Extension, "certificate__public_id"),
        "suspensions": rows(Suspension, "certificate__public_id"),
        "revocations": rows(Revocation, "certificate__public_id"),
        "periods": rows(BadgePeriod, "product__public_id", "certificate__public_id"),
        "listings": rows(Listing, "product__public_id"),
    }


def forget() -> None:
    for model in FORGET_FIRST:
        model._default_manager.all().delete()


def test_it_makes_the_same_rows_for_the_same_seed() -> None:
    generate(products=120)
    first = everything()
    forget()
    generate(products=120)
    again = everything()
    forget()
    generate(products=120, seed=2)
    other = everything()

    assert all(first.values())
    assert again == first
    assert other["products"] != first["products"]


def test_it_draws_the_same_catalogue_whatever_the_clock(clock: Any) -> None:
    generate(products=60)
    first = everything()
    forget()
    clock(date(2031, 1, 1))
    generate(products=60)

    assert everything() == first


def test_the_trail_of_every_certificate_begins_with_what_was_on_record() -> None:
    generate(products=60)

    assert audit.flaws_of(Product.objects.values_list("pk", flat=True)) == []
    assert set(AuditEntry.objects.values_list("action", flat=True)) == {audit.ADOPTED}


def test_it_keeps_the_proportions_of_the_programme() -> None:
    generate()

    producers = shares.scaled(shares.PRODUCERS, PRODUCTS)
    assert Product.objects.count() == PRODUCTS
    assert Producer.objects.count() == producers == 209
    assert Counter(Producer.objects.values_list("ocop_type", flat=True)) == shares.split(
        producers, shares.PRODUCER_TYPES
    )
    assert Counter(Producer.objects.values_list("province__code", flat=True)) == {
        code: count for code, count in shares.split(producers, places.WEIGHTS).items() if count
    }
    assert Certificate.objects.filter(stars=5).count() == 3  # 126 in 17,400
    sets = Counter(Product.objects.values_list("product_set__code", flat=True))
    assert len(sets) > 15
    assert sets["rau-cu-qua-hat-tuoi"] > sets["ruou-trang"]


def test_it_shows_every_five_star_product_on_the_day() -> None:
    generate()

    shown = BadgePeriod.objects.covering(DAY).filter(stars=5)
    assert set(Listing.objects.filter(product__badge_periods__in=shown).values_list("product_id", flat=True)) == set(
        Certificate.objects.filter(stars=5).values_list("product_id", flat=True)
    )


def test_it_tells_each_story_in_its_share() -> None:
    generate()
    expected = shares.split(PRODUCTS, STORIES)

    statuses: Counter[str] = Counter()
    for _, own in groupby(stored_certificates(), key=lambda certificate: certificate.product_id):
        facts = facts_of(own)
        speaking = rules.certificate_in_question(facts, DAY)
        assert speaking is not None
        statuses[rules.status_on(speaking, facts, DAY)] += 1

    assert statuses == {
        "valid": sum(expected[story] for story in STORIES_WITH_STARS),
        "expired": expected[Story.EXPIRED],
        "suspended": expected[Story.SUSPENDED],
        "revoked": expected[Story.REVOKED],
        "upcoming": expected[Story.UPCOMING],
    }
    assert BadgePeriod.objects.covering(DAY).count() == statuses["valid"]
    assert Product.objects.filter(ocop_certificates=None).count() == expected[Story.UNCERTIFIED]
    assert Extension.objects.count() == expected[Story.EXTENDED]
    assert Suspension.objects.count() == expected[Story.SUSPENDED] + expected[Story.LIFTED]
    assert Revocation.objects.count() == expected[Story.REVOKED]


def test_it_stores_the_periods_that_the_rule_gives() -> None:
    generate()

    expected = {
        (product_id, *period_key(period))
        for product_id, own in groupby(stored_certificates(), key=lambda certificate: certificate.product_id)
        for period in rules.badge_periods(facts_of(own))
    }
    stored = BadgePeriod.objects.values_list("product_id", "starts_on", "ends_on", "stars", "certificate_id")
    assert set(stored) == expected
    assert stored.count() == len(expected)


def test_it_keeps_what_the_services_would_have_refused_out() -> None:
    generate()

    for certificate in Certificate.objects.select_related("regulation"):
        assert certificate.score is not None
        assert certificate.regulation is not None
        assert rules.stars_for_score(certificate.score) == certificate.stars
        assert certificate.valid_until == rules.add_months(certificate.issued_on, 36)
        assert certificate.issued_on <= DAY
    for model in (Producer, Product, Pack, Stock, QualityCertificate, Certificate, Extension, Suspension, Revocation):
        links = {field.name for field in model._meta.concrete_fields if field.is_relation}  # the database checks those
        for row in model._default_manager.all():
            row.clean_fields(exclude=links)


def test_it_makes_a_believable_shop() -> None:
    generate()

    assert 0 < Product.objects.filter(is_published=False).count() < PRODUCTS * 0.1
    assert Listing.objects.count() == Product.objects.published().count()
    assert 0 < Listing.objects.filter(price=None).count() < PRODUCTS * 0.25
    assert Stock.objects.filter(best_before__lt=DAY).exists()
    assert Listing.objects.filter(sellable_until__gte=DAY).count() > PRODUCTS / 2
    assert QualityCertificate.objects.filter(valid_until__lt=DAY).exists()
    assert QualityCertificate.objects.valid_on(DAY).exists()
    assert Product.objects.exclude(name_en="").exists()
    assert Product.objects.filter(name_en="").exists()
    assert Product.objects.exclude(former_province=None).exists()
    names = set(Product.objects.values_list("name", flat=True))
    assert len(names) > PRODUCTS * 0.8
    assert sum(name_key(name) != name.lower() for name in names) > len(names) * 0.95
    created = Product.objects.values_list("created_at", flat=True)
    assert len({instant.date() for instant in created}) > PRODUCTS / 4
    assert all(days.start_of(DAY) > instant for instant in created)


def test_it_shares_drawn_pictures_when_asked(settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path
    monkeypatch.setattr(drawing, "PICTURES_A_SET", 1)
    generate(products=40, pictures=True)

    assert ShopImage.objects.count() == 26
    assert Product.objects.filter(images=None).count() == 0
    assert Listing.objects.exclude(image=None).count() == Listing.objects.count()


def test_it_never_mixes_with_other_products() -> None:
    product = make_product()

    with pytest.raises(CommandError, match="never mixed"):
        call_command("generate_catalog", "--products=10", "--on=2026-11-22", stdout=StringIO(), stderr=StringIO())
    assert list(Product.objects.all()) == [product]


def test_it_leaves_nothing_behind_when_it_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(products: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        generate(products=30, progress=fail)
    assert not Producer.objects.exists()


def test_it_refuses_a_day_before_the_regulations_reach_back() -> None:
    with pytest.raises(DomainError, match="2025-08-21"):
        generate(products=10, on=date(2025, 8, 20))
    generate(products=10, on=date(2025, 8, 21))


def test_it_says_what_it_made() -> None:
    out = StringIO()
    call_command("generate_catalog", "--products=10", "--seed=3", "--on=2026-11-22", stdout=out, stderr=StringIO())
    assert "Made 10 products of 5 producers as of 2026-11-22 (seed 3)" in out.getvalue()


@pytest.mark.parametrize("arguments", [["--products=0"], ["--products=many"], ["--on=2026-02-30"]])
def test_it_refuses_arguments_it_cannot_use(arguments: list[str]) -> None:
    with pytest.raises((CommandError, SystemExit)):
        call_command("generate_catalog", *arguments, stdout=StringIO(), stderr=StringIO())
    assert not Product.objects.exists()


def test_its_quotas_sum_to_the_total_and_follow_the_shares() -> None:
    assert shares.split(17_400, shares.STORIES)[Story.VALID] == 11_136
    assert sum(shares.STORIES.values()) == 1_000
    assert shares.split(7, {"a": 1, "b": 1}) == {"a": 4, "b": 3}
    assert sum(places.WEIGHTS.values()) == shares.PRODUCTS
    assert shares.scaled(126, 17_400) == 126


def test_its_vocabulary_knows_every_product_set_and_province() -> None:
    assert set(kinds()) == set(ProductSet.objects.values_list("code", flat=True))
    assert set(places.WEIGHTS) == set(Province.objects.values_list("code", flat=True))


def stored_certificates() -> Any:
    return Certificate.objects.with_facts().order_by("product_id", "valid_from", "id")


def period_key(period: rules.Period) -> tuple[date, date, int, int]:
    return (period.starts_on, period.ends_on, period.stars, period.sequence)
