from datetime import date, timedelta

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.urls import reverse

from ocop_badges.models import BadgePeriod, Certificate
from tests.factories import AT, DAY, certify, certify_expired, make_product, revoke, suspend

pytestmark = pytest.mark.django_db


def staff(*permissions: str):
    user = get_user_model().objects.create_user(f"{len(permissions)}@example.vn", "x", is_staff=True)
    user.user_permissions.set(
        Permission.objects.filter(content_type__app_label="ocop_badges", codename__in=permissions)
    )
    return user


@pytest.fixture
def operator(client):
    user = staff("add_certificate", "change_certificate", "view_certificate")
    client.force_login(user)
    return user


def address(name: str, *args: object) -> str:
    return reverse(f"admin:ocop_badges_certificate_{name}", args=args)


def issue(client, certified, **changes: str):
    facts = {
        "product": certified.pk,
        "stars": "4",
        "decision_number": "12/QĐ-UBND",
        "issuing_authority": "UBND tỉnh Lâm Đồng",
        "issued_on": "2026-08-05",
    }
    return client.post(address("add"), {**facts, **changes})


def errors(response) -> set[str]:
    """The fields of a form that was not taken."""
    assert response.status_code == 200
    return set(response.context["form"].errors)


class TestList:
    def test_it_shows_the_status_of_today(self, client, operator, clock):
        certificate = certify(make_product())
        text = client.get(address("changelist")).content.decode()
        assert certificate.decision_number in text
        assert [c.status for c in client.get(address("changelist")).context["cl"].queryset] == ["valid"]
        clock(date(2040, 1, 1))
        assert [c.status for c in client.get(address("changelist")).context["cl"].queryset] == ["expired"]

    def test_it_filters_by_the_status_of_today(self, client, operator):
        certify(make_product())
        expired = certify_expired(make_product())
        response = client.get(address("changelist"), {"status": "expired"})
        assert [c.pk for c in response.context["cl"].queryset] == [expired.pk]

    def test_it_finds_by_decision_id_and_product(self, client, operator):
        certificate = certify(make_product(name="Trà sen"))
        certify(make_product(name="Cà phê"))
        for text in (certificate.decision_number, certificate.public_id, "tra sen"):
            response = client.get(address("changelist"), {"q": text})
            assert [c.pk for c in response.context["cl"].queryset] == [certificate.pk], text

    def test_its_queries_do_not_grow_with_the_list(self, client, operator, django_assert_max_num_queries):
        for _ in range(3):
            certify(make_product())
        with django_assert_max_num_queries(10):
            client.get(address("changelist"))


class TestIssue:
    def test_it_records_by_the_service(self, client, operator):
        product = make_product()
        response = issue(client, product)
        certificate = Certificate.objects.get()
        assert response.headers["Location"] == address("change", certificate.pk)
        assert certificate.valid_until == date(2029, 8, 5)
        assert certificate.recorded_by == operator
        assert certificate.recorded_at == AT.replace(hour=12)
        assert BadgePeriod.objects.get().certificate == certificate

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"stars": "2"}, "stars"),
            ({"product": "0"}, "product"),
            ({"decision_number": " "}, "decision_number"),
            ({"issued_on": "31/02/2026"}, "issued_on"),
            ({"valid_from": "2026-08-04"}, "valid_from"),
            ({"valid_until": "2026-08-04"}, "valid_until"),
            ({"valid_until": "2028-01-01"}, "end_reason"),
            ({"score": "50"}, "score"),
            ({"score": "101"}, "score"),
            ({"issued_on": "2018-01-01"}, "valid_until"),
            ({"issued_on": "9999-12-31"}, "issued_on"),
            ({"valid_until": "9999-12-31", "end_reason": "as printed"}, "valid_until"),
        ],
    )
    def test_it_says_what_is_wrong_beside_the_field_and_writes_nothing(self, client, operator, changes, field):
        assert errors(issue(client, make_product(), **changes)) == {field}
        assert not Certificate.objects.exists()

    def test_it_refuses_the_same_decision_twice(self, client, operator):
        product = make_product()
        issue(client, product)
        assert errors(issue(client, product)) == {"__all__"}
        assert Certificate.objects.count() == 1

    def test_the_form_can_be_opened(self, client, operator):
        assert client.get(address("add")).status_code == 200


class TestFacts:
    def test_it_suspends_and_lifts(self, client, operator):
        certificate = certify(make_product())
        client.post(address("suspend", certificate.pk), {"suspended_from": DAY.isoformat(), "reason": "Kiểm tra"})
        assert certificate.facts().suspensions[0].suspended_from == DAY
        assert certificate.suspensions.get().recorded_by == operator
        lifted_on = DAY + timedelta(days=3)
        client.post(address("lift", certificate.pk), {"lifted_on": lifted_on.isoformat(), "reason": ""})
        assert certificate.suspensions.get().lifted_on == lifted_on
        assert BadgePeriod.objects.covering(lifted_on).count() == 1
        assert BadgePeriod.objects.covering(DAY).count() == 0

    def test_it_revokes(self, client, operator):
        certificate = certify(make_product())
        client.post(
            address("revoke", certificate.pk),
            {"ground": "misuse_of_mark", "decision_number": "7/QĐ", "effective_on": DAY.isoformat()},
        )
        assert Certificate.objects.get().revocation.ground == "misuse_of_mark"
        assert not BadgePeriod.objects.covering(DAY).exists()

    def test_it_extends(self, client, operator):
        certificate = certify(make_product())
        client.post(
            address("extend", certificate.pk), {"days": "180", "granted_on": DAY.isoformat(), "evidence": "12/BN"}
        )
        assert BadgePeriod.objects.get().last_day == certificate.valid_until + timedelta(days=180)

    @pytest.mark.parametrize(
        ("action", "facts", "field"),
        [
            ("suspend", {"suspended_from": "2026-11-22", "reason": ""}, "reason"),
            ("suspend", {"suspended_from": "2040-01-01", "reason": "x"}, "suspended_from"),
            ("lift", {"lifted_on": "2026-11-22"}, "__all__"),
            ("revoke", {"ground": "whim", "decision_number": "7", "effective_on": "2026-11-22"}, "ground"),
            (
                "revoke",
                {"ground": "misuse_of_mark", "decision_number": "", "effective_on": "2026-11-22"},
                "decision_number",
            ),
            ("extend", {"days": "181", "granted_on": "2026-11-22", "evidence": "x"}, "days"),
            ("extend", {"days": "1", "granted_on": "2026-11-22", "evidence": " "}, "evidence"),
        ],
    )
    def test_it_says_what_is_wrong_beside_the_field(self, client, operator, action, facts, field):
        certificate = certify(make_product())
        before = list(BadgePeriod.objects.values_list("starts_on", "ends_on"))
        assert errors(client.post(address(action, certificate.pk), facts)) == {field}
        assert list(BadgePeriod.objects.values_list("starts_on", "ends_on")) == before

    def test_it_lifts_no_day_before_the_suspension(self, client, operator):
        certificate = certify(make_product())
        suspend(certificate)
        response = client.post(address("lift", certificate.pk), {"lifted_on": "2026-11-21"})
        assert errors(response) == {"lifted_on"}

    def test_a_revoked_one_stays_revoked(self, client, operator):
        certificate = certify(make_product())
        revoke(certificate)
        facts = {"ground": "misuse_of_mark", "decision_number": "7", "effective_on": "2026-11-23"}
        assert errors(client.post(address("revoke", certificate.pk), facts)) == {"__all__"}

    def test_each_form_can_be_opened_and_begins_with_today(self, client, operator):
        certificate = certify(make_product())
        for action in ("suspend", "lift", "revoke", "extend"):
            text = client.get(address(action, certificate.pk)).content.decode()
            assert 'value="2026-11-22"' in text or 'value="22/11/2026"' in text
        assert client.get(address("suspend", 0)).status_code == 404


class TestNothingBypassesTheServices:
    def test_facts_are_read_only(self, client, operator):
        certificate = certify(make_product())
        page = client.get(address("change", certificate.pk))
        assert page.status_code == 200
        assert 'name="stars"' not in page.content.decode()
        assert client.post(address("change", certificate.pk), {"stars": "5"}).status_code == 403
        assert client.post(address("delete", certificate.pk), {"post": "yes"}).status_code == 403
        assert Certificate.objects.get().stars == 4

    def test_even_a_superuser_edits_no_fact(self, client):
        client.force_login(get_user_model().objects.create_superuser("root@example.vn", "x"))
        certificate = certify(make_product())
        assert client.post(address("change", certificate.pk), {"stars": "5"}).status_code == 403
        assert client.post(address("delete", certificate.pk), {"post": "yes"}).status_code == 403

    def test_who_may_only_look_records_nothing(self, client):
        certificate = certify(make_product())
        client.force_login(staff("view_certificate"))
        page = client.get(address("change", certificate.pk))
        assert page.status_code == 200
        assert address("revoke", certificate.pk) not in page.content.decode()
        assert client.get(address("add")).status_code == 403
        facts = {"suspended_from": "2026-11-22", "reason": "x"}
        assert client.post(address("suspend", certificate.pk), facts).status_code == 403
        assert not certificate.suspensions.exists()

    def test_a_stranger_is_sent_to_the_login(self, client):
        certificate = certify(make_product())
        for path in (address("changelist"), address("add"), address("suspend", certificate.pk)):
            assert client.get(path).status_code == 302
