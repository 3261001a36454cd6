from datetime import date

import pytest

from ocop_badges.badges import load_badges
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.models import BadgePeriod, Certificate, Regulation
from ocop_badges.services import draft_certificate, issue_certificates
from tests.factories import AT, DAY, certify, make_producer, make_product

pytestmark = pytest.mark.django_db

ISSUED = date(2025, 6, 19)


def draft(product, *, stars=4, decision_number="858/QĐ-UBND", issued_on=ISSUED, **facts):
    regulation = Regulation.objects.in_force_on(issued_on).first()
    return draft_certificate(
        product_id=product.pk,
        stars=stars,
        decision_number=decision_number,
        issued_on=issued_on,
        regulation=regulation,
        **facts,
    )


def test_it_issues_many_as_one_by_one():
    first, second = make_product(), make_product()

    issued = issue_certificates(drafts=[draft(first), draft(second, stars=3)], at=AT)

    badges = load_badges([first.pk, second.pk], day=DAY)
    assert {pk: badge.stars for pk, badge in badges.items()} == {first.pk: 4, second.pk: 3}
    assert badges[first.pk].valid_until == date(2028, 6, 19)
    assert [certificate.recorded_at for certificate in issued] == [AT, AT]


def test_it_takes_a_bounded_number_of_queries(django_assert_max_num_queries):
    producer = make_producer()
    drafts = [draft(make_product(producer=producer)) for _ in range(40)]
    with django_assert_max_num_queries(14):
        issue_certificates(drafts=drafts, at=AT)
    assert BadgePeriod.objects.count() == 40


def test_a_renewal_in_the_same_batch_supersedes():
    product = make_product()
    issue_certificates(
        drafts=[
            draft(product, stars=3, decision_number="1/QĐ-UBND", issued_on=date(2024, 6, 19)),
            draft(product, stars=5),
        ],
        at=AT,
    )
    periods = BadgePeriod.objects.order_by("starts_on").values_list("stars", "starts_on", "ends_on")
    assert list(periods) == [(3, date(2024, 6, 19), ISSUED), (5, ISSUED, date(2028, 6, 20))]


def test_it_keeps_older_facts_in_the_periods():
    product = make_product()
    certify(product, stars=3, issued_on=date(2024, 6, 19))
    issue_certificates(drafts=[draft(product)], at=AT)
    assert [p.stars for p in BadgePeriod.objects.order_by("starts_on")] == [3, 4]


@pytest.mark.parametrize("twice_in", ["batch", "database"])
def test_it_refuses_the_same_decision_twice_and_writes_nothing(twice_in):
    product, other = make_product(), make_product()
    if twice_in == "database":
        issue_certificates(drafts=[draft(product)], at=AT)
    before = Certificate.objects.count()
    drafts = [draft(other), draft(product), *([draft(product)] if twice_in == "batch" else [])]
    with pytest.raises(DomainError) as refusal:
        issue_certificates(drafts=drafts, at=AT)
    assert refusal.value.code == "certificate-exists"
    assert Certificate.objects.count() == before
    assert not BadgePeriod.objects.of_products([other.pk]).exists()


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"stars": 2}, "stars-out-of-range"),
        ({"decision_number": " "}, "required"),
        ({"valid_until": date(2025, 6, 18), "end_reason": "x"}, "end-before-start"),
        ({"valid_until": date(2027, 1, 1)}, "required"),
        ({"valid_from": date(2025, 6, 18)}, "before-issue"),
    ],
)
def test_a_draft_keeps_the_rules(facts, code):
    with pytest.raises(InvalidFact) as refusal:
        draft(make_product(), **facts)
    assert refusal.value.code == code
