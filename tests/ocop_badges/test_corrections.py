from datetime import date, timedelta
from decimal import Decimal

import pytest

from ocop_badges import audit, services
from ocop_badges.errors import DomainError
from ocop_badges.models import BadgePeriod, Certificate, Correction
from tests.factories import AT, DAY, certify, make_member, make_product, revoke

pytestmark = pytest.mark.django_db


def correct(certificate, reason="Gõ nhầm khi nhập", **changes):
    by_field = {name.replace("__", "."): value for name, value in changes.items()}
    return services.correct_certificate(certificate=certificate, changes=by_field, reason=reason, at=AT)


def refusal(certificate, **changes) -> str:
    before = audit.state_of(Certificate.objects.with_facts().get(pk=certificate.pk))
    with pytest.raises(DomainError) as caught:
        correct(certificate, **changes)
    assert audit.state_of(Certificate.objects.with_facts().get(pk=certificate.pk)) == before
    assert not Correction.objects.exists()
    return caught.value.code


def test_it_puts_right_what_was_mistyped_and_keeps_what_stood_there():
    certificate = certify(make_product(), decision_number="12/QD")
    (correction,) = correct(certificate, decision_number="12/QĐ-UBND", issuing_authority="UBND tỉnh Lâm Đồng")
    certificate.refresh_from_db()
    assert certificate.decision_number == "12/QĐ-UBND"
    assert (correction.field, correction.before, correction.after) == ("decision_number", "12/QD", "12/QĐ-UBND")


def test_the_periods_follow_a_corrected_day():
    certificate = certify(make_product())
    correct(certificate, valid_until=DAY + timedelta(days=3), end_reason="Theo bản in")
    assert BadgePeriod.objects.get().last_day == DAY + timedelta(days=3)


def test_the_stars_are_corrected_with_the_score():
    certificate = certify(make_product(), stars=3, score=Decimal("65.50"))
    assert refusal(certificate, stars=4) == "score-mismatch"
    correct(certificate, stars=4, score=Decimal("75.50"))
    assert BadgePeriod.objects.get().stars == 4


def test_the_day_of_a_revocation_is_corrected():
    certificate = certify(make_product())
    revoke(certificate, effective_on=DAY)
    correct(certificate, revocation__effective_on=DAY - timedelta(days=9))
    assert BadgePeriod.objects.get().ends_on == DAY - timedelta(days=9)


def test_it_refuses_what_no_certificate_may_be():
    product = make_product()
    certify(product, decision_number="1/QĐ", issued_on=DAY - timedelta(days=30))
    certificate = certify(product, decision_number="2/QĐ", issued_on=DAY - timedelta(days=30))
    assert refusal(certificate, decision_number="1/QĐ") == "certificate-exists"
    assert refusal(certificate, decision_number=" ") == "required"
    assert refusal(certificate, decision_number="2/QĐ") == "nothing-to-correct"
    assert refusal(certificate, stars=2) == "stars-out-of-range"
    assert refusal(certificate, valid_until=DAY) == "required"  # another end than the legal one, and no reason
    assert refusal(certificate, valid_from=DAY - timedelta(days=31)) == "before-issue"
    assert refusal(certificate, revocation__effective_on=DAY) == "not-revoked"
    assert refusal(certificate, product=3) == "unknown-field"
    assert refusal(certificate, reason=" ", stars=5) == "required"
    assert refusal(certificate, authority="ministry") == "wrong-authority"


def test_the_trail_keeps_the_name_of_a_person_who_is_gone():
    certificate = certify(make_product())
    clerk = make_member(certificate.product.producer)
    services.correct_certificate(
        certificate=certificate, changes={"covers": "Gói 500 g"}, reason="Thiếu", at=AT, by=clerk
    )
    email = clerk.email
    clerk.delete()
    entry = certificate.audit_entries.order_by("-number").first()
    assert entry.actor is None
    assert email in entry.actor_name
    assert (entry.before["covers"], entry.after["covers"]) == ("", "Gói 500 g")
    assert audit.flaws_of([certificate.product_id]) == []


def test_a_revocation_is_not_corrected_to_a_day_on_which_nothing_could_be_revoked():
    certificate = certify(make_product())
    revoke(certificate, effective_on=DAY)
    assert refusal(certificate, revocation__effective_on=certificate.valid_until + timedelta(days=1)) == "after-the-end"
    assert refusal(certificate, revocation__effective_on=date(9999, 12, 31)) == "too-far"
    assert refusal(certificate, revocation__decision_number=" ") == "required"
