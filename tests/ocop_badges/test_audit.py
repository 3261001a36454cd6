from datetime import timedelta

import pytest

from ocop_badges import audit, services
from ocop_badges.models import AuditChain, AuditEntry, Certificate, Extension
from tests.factories import AT, DAY, certify, make_officer, make_product, revoke, suspend

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate() -> Certificate:
    certificate = certify(make_product(), by=make_officer())
    suspend(certificate, since=DAY - timedelta(days=9))
    services.lift_suspension(certificate=certificate, lifted_on=DAY - timedelta(days=5), at=AT)
    revoke(certificate)
    return certificate


def flaws(certificate) -> list[tuple[int, str]]:
    return [(flaw.number, flaw.detail) for flaw in audit.flaws_of([certificate.product_id])]


def test_every_act_is_told_with_who_when_before_and_after(certificate):
    entries = list(AuditEntry.objects.filter(certificate=certificate).order_by("number"))
    assert [entry.action for entry in entries] == ["issue", "suspend", "lift", "revoke"]
    assert "example.vn" in entries[0].actor_name
    assert entries[0].before is None
    assert entries[1].before == entries[0].after
    assert entries[3].after["revocation"]["effective_on"] == DAY.isoformat()
    assert flaws(certificate) == []


def test_a_changed_entry_shows(certificate):
    AuditEntry.objects.filter(number=2).update(actor_name="Somebody else")
    assert flaws(certificate) == [(2, "was changed after it was written")]


def test_a_changed_entry_with_its_hash_made_new_breaks_the_link(certificate):
    entry = AuditEntry.objects.get(number=2)
    entry.action = "lift"
    entry.hash = audit.hash_of(entry)
    entry.save()
    assert flaws(certificate) == [(3, "does not follow the entry before it")]


def test_a_missing_entry_shows(certificate):
    AuditEntry.objects.get(number=2).delete()
    assert flaws(certificate) == [(3, "entries 2 to 2 are missing")]


def test_a_missing_end_shows(certificate):
    AuditEntry.objects.get(number=4).delete()
    assert (0, "does not end where the chain's end is kept") in flaws(certificate)


def test_a_missing_chain_shows(certificate):
    AuditEntry.objects.all().delete()
    AuditChain.objects.all().delete()
    assert flaws(certificate) == [(0, f"says nothing of certificate {certificate.public_id}")]


def test_a_fact_changed_behind_the_trails_back_shows(certificate):
    tells_otherwise = (0, f"tells certificate {certificate.public_id} otherwise than it stands")
    Certificate.objects.filter(pk=certificate.pk).update(stars=5)
    assert flaws(certificate) == [tells_otherwise]
    Certificate.objects.filter(pk=certificate.pk).update(stars=certificate.stars)
    assert flaws(certificate) == []
    Extension.objects.create(certificate=certificate, days=180, granted_on=DAY, evidence="x", recorded_at=AT)
    assert flaws(certificate) == [tells_otherwise]


def test_chains_are_read_in_a_bounded_number_of_queries(django_assert_num_queries):
    products = [certify(make_product()).product_id for _ in range(12)]
    with django_assert_num_queries(5):
        assert audit.flaws_of(products) == []
