import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from catalog.models import Commune, Province
from marketplace.accounts.models import User
from ocop_badges.errors import DomainError
from ocop_badges.lifecycle import Action
from ocop_badges.models import Certificate, OfficerPost, PostRole
from ocop_badges.officers import Mandate, check_power, mandate_of
from tests.factories import certify, make_member, make_officer, make_producer, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def here() -> Province:
    return Province.objects.get(code="68")


@pytest.fixture
def certificates(here) -> dict[str, Certificate]:
    commune = Commune.objects.create(province=here, name="Xã Ka Đô")
    elsewhere = make_producer(province=Province.objects.get(code="11"))
    return {
        "in the commune": certify(make_product(commune=commune)),
        "in the province": certify(make_product()),
        "elsewhere": certify(make_product(producer=elsewhere)),
    }


def named(certificates, found) -> set[str]:
    return {name for name, certificate in certificates.items() if certificate in set(found)}


def test_posts_decide_what_a_person_keeps_and_reads(here, certificates):
    commune = Commune.objects.get()
    expected = {
        make_officer(): (set(certificates), set(certificates)),
        make_officer(here): ({"in the commune", "in the province"}, {"in the commune", "in the province"}),
        make_officer(commune): (set(), {"in the commune"}),
        make_officer(here, role=PostRole.COUNCIL): (set(), set()),
        make_member(make_producer()): (set(), set()),
        User.objects.create_superuser("root@example.vn", "x"): (set(certificates), set(certificates)),
    }
    for person, (kept, read) in expected.items():
        mandate = mandate_of(person)
        assert named(certificates, Certificate.objects.filter(mandate.keeps())) == kept
        assert named(certificates, Certificate.objects.filter(mandate.reads())) == read


def test_a_council_judges_its_province_and_the_central_one_the_country(here, certificates):
    local = mandate_of(make_officer(here, role=PostRole.COUNCIL))
    central = mandate_of(make_officer(role=PostRole.COUNCIL))
    assert named(certificates, Certificate.objects.filter(local.judges())) == {"in the commune", "in the province"}
    assert named(certificates, Certificate.objects.filter(central.judges())) == set(certificates)


def test_a_person_may_hold_several_posts(here):
    officer = make_officer(here)
    other = Province.objects.get(code="11")
    OfficerPost.objects.create(user=officer, role=PostRole.PROVINCE, province=other)
    assert mandate_of(officer).provinces == {here.pk, other.pk}


def test_who_holds_none_or_lost_it_has_no_mandate(here):
    officer = make_officer(here)
    assert mandate_of(AnonymousUser()).is_empty
    OfficerPost.objects.filter(user=officer).update(is_active=False)
    assert mandate_of(officer).is_empty
    OfficerPost.objects.filter(user=officer).update(is_active=True)
    officer.is_active = False
    assert mandate_of(officer).is_empty


def test_the_database_refuses_posts_without_their_place(here):
    user = make_officer(here)
    for fields in (
        {"role": PostRole.NATIONAL, "province": here},
        {"role": PostRole.PROVINCE},
        {"role": PostRole.COMMUNE, "province": here},
        {"role": PostRole.PROVINCE, "province": here},  # held already
        {"role": "king"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            OfficerPost.objects.create(user=user, **fields)


@pytest.mark.parametrize("action", Action)
def test_five_stars_are_the_ministrys_but_for_suspensions(here, action):
    province = Mandate(provinces=frozenset({here.pk}))
    check_power(province, action, stars=4)
    check_power(Mandate(is_national=True), action, stars=5)
    if action in (Action.SUSPEND, Action.LIFT):
        check_power(province, action, stars=5)
        return
    with pytest.raises(DomainError) as caught:
        check_power(province, action, stars=5)
    assert (caught.value.status, caught.value.code) == (403, "ministry-only")
    assert "Điều 4.1, 8" in caught.value.detail


def test_who_keeps_nothing_does_nothing(here):
    with pytest.raises(DomainError, match=r".") as caught:
        check_power(Mandate(councils=frozenset({here.pk})), Action.SUSPEND, stars=3)
    assert caught.value.code == "not-an-officer"
