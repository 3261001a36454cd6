from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from marketplace.settlement.models import CommissionRate, WithholdingRate
from marketplace.settlement.terms import Terms, load_terms
from tests.factories import DAY, make_producer

pytestmark = pytest.mark.django_db


def commission(basis_points: int, *, producer=None, first: date = date(2026, 1, 1), last: date | None = None) -> None:
    CommissionRate.objects.create(producer=producer, basis_points=basis_points, valid_from=first, valid_until=last)


def terms_of(producer, *, on: date = DAY) -> Terms:
    return load_terms([producer], on=on)[producer.pk]


def test_a_producers_own_commission_comes_before_the_general_one():
    cook, farmer = make_producer(), make_producer()
    commission(800)
    commission(500, producer=cook)
    assert (terms_of(cook).commission_bp, terms_of(farmer).commission_bp) == (500, 800)


def test_the_commission_of_the_day_counts():
    cook = make_producer()
    commission(800)
    commission(700, first=DAY)
    commission(500, producer=cook, last=DAY - timedelta(days=1))
    assert [terms_of(cook, on=DAY + timedelta(days=days)).commission_bp for days in (-1, 0, 1)] == [500, 700, 700]


@pytest.mark.parametrize("is_own", [False, True])
def test_two_commissions_never_begin_on_one_day(is_own):
    cook = make_producer() if is_own else None
    commission(800, producer=cook)
    commission(700, producer=make_producer())
    with pytest.raises(IntegrityError):
        commission(500, producer=cook)


def test_without_any_rate_nothing_is_kept():
    assert terms_of(make_producer(), on=date(2020, 1, 1)) == Terms(0, 0, 0, "individual")


@pytest.mark.parametrize(
    ("form", "taxed"),
    [
        ("household_business", (100, 50)),
        ("individual", (100, 50)),
        ("", (100, 50)),
        ("company", (0, 0)),
        ("cooperative", (0, 0)),
    ],
)
def test_tax_is_withheld_by_the_sellers_legal_form(form, taxed):
    terms = terms_of(make_producer(legal_form=form))
    assert (terms.vat_bp, terms.income_tax_bp) == taxed
    assert terms.legal_form == (form or "individual")


def test_tax_is_withheld_from_the_decrees_first_day_on():
    household = make_producer(legal_form="household_business")
    assert terms_of(household, on=date(2025, 6, 30)).vat_bp == 0
    assert terms_of(household, on=date(2025, 7, 1)).vat_bp == 100


def test_a_rate_that_is_replaced_counts_until_its_last_day():
    household = make_producer(legal_form="household_business")
    WithholdingRate.objects.filter(legal_form="household_business").update(valid_until=DAY)
    WithholdingRate.objects.create(
        legal_form="household_business",
        vat_bp=200,
        income_tax_bp=100,
        legal_basis="x",
        valid_from=DAY + timedelta(days=1),
    )
    assert [terms_of(household, on=DAY + timedelta(days=days)).vat_bp for days in (0, 1)] == [100, 200]


def test_it_takes_one_query_whatever_the_producers(django_assert_num_queries):
    producers = [make_producer() for _ in range(5)]
    with django_assert_num_queries(1):
        assert len(load_terms(producers, on=DAY)) == 5
