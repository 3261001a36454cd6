"""The bits of a day against the rules of that day, whatever happened."""

from datetime import date, timedelta

import pytest

from ocop_badges import rules, services
from ocop_badges.credentials import status_lists
from ocop_badges.credentials.models import StatusPlace
from ocop_badges.credentials.status_lists import Purpose, StatusList
from ocop_badges.models import Certificate, CorrectedField
from ocop_badges.verification import verify
from tests.factories import AT, DAY, certify, certify_expired, make_product, revoke, suspend

pytestmark = pytest.mark.django_db


def bits(purpose: Purpose, on: date) -> set[int]:
    return set(status_lists.bits_set(StatusList(purpose, 1), on=on))


@pytest.fixture
def certificates():
    """One of each fate, and some with two."""
    valid, suspended, lifted, revoked, both = (certify(make_product()) for _ in range(5))
    superseded = certify(make_product(), issued_on=date(2024, 1, 1))
    successor = certify(superseded.product, issued_on=DAY, valid_from=DAY + timedelta(days=3))
    upcoming = certify(make_product(), valid_from=DAY + timedelta(days=9))
    suspend(suspended)
    suspend(lifted)
    services.lift_suspension(certificate=lifted, lifted_on=DAY + timedelta(days=2), at=AT)
    revoke(revoked)
    suspend(both, since=DAY - timedelta(days=1))
    revoke(both, effective_on=DAY + timedelta(days=1))
    return [
        valid, suspended, lifted, revoked, both, superseded, successor, upcoming, certify_expired(make_product())
    ]  # fmt: skip


@pytest.mark.parametrize("days_on", [-2, -1, 0, 1, 2, 3, 4, 10, 1000, 2000])
def test_the_bits_of_a_day_are_what_the_rules_say_of_it(certificates, days_on):
    day = DAY + timedelta(days=days_on)
    place = {c.pk: status_lists.place_of(c, at=AT).index for c in certificates}
    status = {c.pk: verify(c.public_id, day=day).status for c in certificates}
    revoked = {place[pk] for pk, s in status.items() if s in (rules.Status.REVOKED, rules.Status.SUPERSEDED)}
    assert bits(Purpose.REVOCATION, day) == revoked
    assert bits(Purpose.SUSPENSION, day) == {place[pk] for pk, s in status.items() if s is rules.Status.SUSPENDED}


def test_the_bits_are_told_one_by_one_as_in_the_list(certificates):
    for certificate in certificates:
        status_lists.place_of(certificate, at=AT)
    for purpose in Purpose:
        listed = bits(purpose, DAY)
        alone = {
            place.index
            for place in StatusPlace.objects.all()
            if status_lists.is_set(StatusList(purpose, 1), place.index, on=DAY)
        }
        assert alone == listed


def test_one_that_is_revoked_before_its_first_day_is_told_so_at_once():
    certificate = certify(make_product(), valid_from=DAY + timedelta(days=9))
    place = status_lists.place_of(certificate, at=AT)
    revoke(certificate, effective_on=DAY)
    assert bits(Purpose.REVOCATION, DAY - timedelta(days=1)) == set()
    assert bits(Purpose.REVOCATION, DAY) == {place.index}


def test_a_certificate_keeps_its_place():
    certificate = certify(make_product())
    first = status_lists.place_of(certificate, at=AT)
    suspend(certificate)
    assert status_lists.place_of(certificate, at=AT) == first
    assert StatusPlace.objects.count() == 1


@pytest.mark.parametrize("is_first", [True, False])
def test_facts_read_before_a_correction_get_no_place_that_says_they_still_hold(is_first):
    certificate = certify(make_product(), decision_number="1/QĐ")
    if not is_first:
        status_lists.place_of(certificate, at=AT)
    read_before = Certificate.objects.get(pk=certificate.pk)
    changes = {CorrectedField.DECISION_NUMBER: "2/QĐ", CorrectedField.ISSUING_AUTHORITY: "UBND tỉnh Lâm Đồng"}
    services.correct_certificate(certificate=certificate, changes=changes, reason="misread", at=AT)
    old = status_lists.place_of(read_before, at=AT)
    new = status_lists.place_of(Certificate.objects.get(pk=certificate.pk), at=AT)
    assert old.pk != new.pk
    assert bits(Purpose.REVOCATION, DAY) == {place.index for place in StatusPlace.objects.exclude(pk=new.pk)}
    assert old.index in bits(Purpose.REVOCATION, DAY)
