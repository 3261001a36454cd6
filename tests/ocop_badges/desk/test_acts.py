"""What officers record about one certificate, and what is refused beside the field with its article."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from wagtail.users.models import UserProfile

from ocop_badges import audit, services
from ocop_badges.desk.certificates.timeline import DEEDS, said
from ocop_badges.dossiers.rules import Kind
from ocop_badges.errors import InvalidFact
from ocop_badges.lifecycle import Action
from ocop_badges.models import AuditEntry, BadgePeriod, Certificate, EvidenceFile, Extension, Revocation, Suspension
from tests.factories import AT, DAY, certify, certify_expired, make_officer, revoke, suspend
from tests.ocop_badges.desk.desk import act_address, address, facts_for, kept_files, picture, product_of, province
from tests.ocop_badges.dossiers.files import open_file

pytestmark = pytest.mark.django_db


@pytest.fixture
def officer(client):
    user = make_officer(province("68"))
    client.force_login(user)
    return user


@pytest.fixture
def minister(client):
    user = make_officer()
    client.force_login(user)
    return user


def send(client, certificate: Certificate, action: str, **changes):
    return client.post(act_address(certificate, action), facts_for(action, certificate.product, **changes))


def typed_in(page) -> dict[str, str]:
    """What a browser sends of the form on a page as it stands."""
    form = page.context["form"]
    sent: dict[str, str] = {}
    for name in form.fields:
        if name != "evidence_file":
            value = form[name].value()
            sent[name] = "" if value is None else str(value)
    for tag in re.findall(r"<input[^>]*>", page.content.decode()):
        given = dict(re.findall(r'(\w+)="([^"]*)"', tag))
        if given.get("name", "").startswith("initial-"):
            sent[given["name"]] = unescape(given.get("value", ""))
    return sent


def errors(response) -> set[str]:
    return set(response.context["form"].errors)


class TestEachAct:
    def test_it_issues_a_first_certificate_with_the_usual_authority(self, client, officer):
        product = product_of("68")
        response = client.post(address("issue-for", product.public_id), facts_for("issue", product))
        certificate = Certificate.objects.get()
        assert response.headers["Location"] == address("certificate", certificate.public_id)
        assert (certificate.authority, certificate.issuing_authority) == ("province", "UBND tỉnh Lâm Đồng")
        assert certificate.recorded_by == officer
        assert certificate.evidence_file.name == "quyet-dinh.png"
        assert BadgePeriod.objects.covering(DAY).get().certificate == certificate

    def test_a_city_has_its_own_kind_of_authority(self, client):
        client.force_login(make_officer(province("79")))
        product = product_of("79")
        client.post(address("issue-for", product.public_id), facts_for("issue", product))
        assert Certificate.objects.get().issuing_authority == "UBND thành phố Hồ Chí Minh"

    @pytest.mark.parametrize(("action", "stars"), [("renew", 4), ("upgrade", 5), ("downgrade", 3)])
    def test_it_ranks_again(self, client, minister, action, stars):
        certificate = certify(product_of("68"))
        assert send(client, certificate, action).status_code == 302
        newer = Certificate.objects.latest("valid_from", "id")
        assert (newer.stars, newer.product) == (stars, certificate.product)
        assert AuditEntry.objects.order_by("-number").first().action == action

    def test_five_stars_are_issued_by_the_ministry(self, client, minister):
        send(client, certify(product_of("68")), "upgrade")
        newer = Certificate.objects.latest("valid_from", "id")
        assert (newer.authority, newer.issuing_authority) == ("ministry", "Bộ Nông nghiệp và Môi trường")

    def test_it_suspends_lifts_extends_and_revokes(self, client, officer):
        certificate = certify(product_of("68"))
        assert send(client, certificate, "suspend").status_code == 302
        assert not BadgePeriod.objects.covering(DAY).exists()
        assert send(client, certificate, "lift").status_code == 302
        assert BadgePeriod.objects.covering(DAY).exists()
        assert send(client, certificate, "extend").status_code == 302
        assert Extension.objects.get().evidence_file is not None
        assert send(client, certificate, "revoke").status_code == 302
        assert Revocation.objects.get().evidence_file is not None
        assert not BadgePeriod.objects.covering(DAY).exists()
        assert [entry.actor for entry in AuditEntry.objects.order_by("number")][1:] == [officer] * 4

    def test_it_corrects_a_clerical_error(self, client, officer):
        certificate = certify(product_of("68"))
        page = client.get(act_address(certificate, "correct"))
        facts = {name: value for name, value in page.context["form"].initial.items() if value is not None}
        facts |= {"decision_number": "13/QĐ-UBND", "reason": "Số viết nhầm"}
        response = client.post(act_address(certificate, "correct"), facts)
        assert response.status_code == 302
        correction = certificate.corrections.get()
        assert (correction.field, correction.after) == ("decision_number", "13/QĐ-UBND")

    def test_it_corrects_a_revocation_too(self, client, officer):
        certificate = certify(product_of("68"))
        revoke(certificate)
        page = client.get(act_address(certificate, "correct"))
        facts = {name: value for name, value in page.context["form"].initial.items() if value is not None}
        facts |= {"revocation.ground": "misuse_of_mark", "reason": "Nhầm điểm"}
        assert client.post(act_address(certificate, "correct"), facts).status_code == 302
        assert Revocation.objects.get().ground == "misuse_of_mark"

    def test_a_correction_that_corrects_nothing_is_refused(self, client, officer):
        certificate = certify(product_of("68"))
        initial = client.get(act_address(certificate, "correct")).context["form"].initial
        facts = {name: value for name, value in initial.items() if value is not None}
        response = client.post(act_address(certificate, "correct"), {**facts, "reason": "x"})
        assert response.status_code == 400
        assert not certificate.corrections.exists()

    def test_each_form_opens(self, client, minister):
        certificate = certify(product_of("68"))
        for action in set(Action) - {Action.ISSUE}:
            assert client.get(act_address(certificate, action.value)).status_code == 200
        assert client.get(act_address(certificate, "issue")).status_code == 404
        assert client.get(act_address(certificate, "burn")).status_code == 404


class TestRefusals:
    @pytest.mark.parametrize(
        ("action", "change", "field"),
        [
            ("renew", {"decision_number": " "}, "decision_number"),
            ("renew", {"issued_on": "31/02/2026"}, "issued_on"),
            ("renew", {"evidence_file": ""}, "evidence_file"),
            ("renew", {"stars": "5"}, "stars"),
            ("renew", {"score": "50"}, "score"),
            ("renew", {"authority": "ministry"}, "authority"),
            ("renew", {"authority": "district"}, "issuing_authority"),
            ("renew", {"valid_until": "2027-01-01"}, "end_reason"),
            ("downgrade", {"stars": "4"}, "stars"),
            ("suspend", {"reason": ""}, "reason"),
            ("suspend", {"suspended_from": "2040-01-01"}, "suspended_from"),
            ("revoke", {"ground": ""}, "ground"),
            ("revoke", {"decision_number": ""}, "decision_number"),
            ("revoke", {"evidence_file": ""}, "evidence_file"),
            ("extend", {"days": "181"}, "days"),
            ("extend", {"evidence": " "}, "evidence"),
            ("suspend", {"seen": "x"}, "seen"),
        ],
    )
    def test_it_says_what_is_wrong_beside_the_field_and_keeps_nothing(self, client, officer, action, change, field):
        certificate = certify(product_of("68"))
        before = AuditEntry.objects.count(), kept_files()
        response = send(client, certificate, action, **change)
        assert response.status_code in (400, 409)
        assert errors(response) == {field}
        assert (AuditEntry.objects.count(), kept_files()) == before
        assert not EvidenceFile.objects.exists()

    @pytest.mark.parametrize(
        ("prepare", "action", "article"),
        [
            (lambda c: None, "lift", "Điều 9"),
            (suspend, "suspend", "Điều 9"),
            (revoke, "revoke", "Điều 8"),
            (revoke, "suspend", "Điều 8"),
            (revoke, "renew", "Điều 8"),
            (revoke, "extend", "Điều 8"),
        ],
    )
    def test_a_post_of_a_refused_act_is_told_its_article(self, client, officer, prepare, action, article):
        certificate = certify(product_of("68"))
        prepare(certificate)
        before = kept_files()
        page = client.get(address("certificate", certificate.public_id)).content.decode()
        assert act_address(certificate, action) not in page  # no button leads there
        response = send(client, certificate, action)
        assert response.status_code == 409
        assert article in response.content.decode()
        assert kept_files() == before
        assert article in client.get(act_address(certificate, action)).content.decode()

    def test_an_expired_one_is_certified_anew_and_not_renewed(self, client, officer):
        certificate = certify_expired(product_of("68"))
        response = send(client, certificate, "renew")
        assert response.status_code == 409
        assert "Điều 4.3, 7.6" in response.content.decode()
        page = client.get(address("certificate", certificate.public_id)).content.decode()
        assert address("issue-for", certificate.product.public_id) in page
        product = certificate.product
        assert client.post(address("issue-for", product.public_id), facts_for("issue", product)).status_code == 302

    def test_a_replaced_one_ranks_nothing_again(self, client, officer):
        product = product_of("68")
        old = certify(product)
        certify(product, issued_on=DAY - timedelta(days=30))
        response = send(client, old, "renew")
        assert response.status_code == 409
        assert Certificate.objects.count() == 2

    def test_a_product_with_a_certificate_in_force_gets_no_first_one(self, client, officer):
        product = product_of("68")
        certify(product)
        path = address("issue-for", product.public_id)
        assert "Điều 7.5, 7.6" in client.get(path).content.decode()
        response = client.post(path, facts_for("issue", product))
        assert response.status_code == 409
        assert "Điều 7.5, 7.6" in response.content.decode()

    @pytest.mark.parametrize(("action", "stars"), [("upgrade", 4), ("revoke", 5), ("downgrade", 5), ("renew", 5)])
    def test_five_stars_are_not_a_provinces(self, client, officer, action, stars):
        certificate = certify(product_of("68"), stars=stars)
        changes = {"stars": str(stars)} if action == "renew" else {}
        response = send(client, certificate, action, **changes)
        assert response.status_code == 403
        assert "Điều 4.1, 8" in response.content.decode()
        assert (
            act_address(certificate, action)
            not in client.get(address("certificate", certificate.public_id)).content.decode()
        )
        assert Certificate.objects.count() == 1
        assert not EvidenceFile.objects.exists()

    def test_a_province_may_suspend_five_stars(self, client, officer):
        certificate = certify(product_of("68"), stars=5)
        assert send(client, certificate, "suspend").status_code == 302

    def test_a_province_certifies_anew_what_had_five_stars(self, client, officer):
        certificate = certify_expired(product_of("68"), stars=5)
        product = certificate.product
        page = client.get(address("certificate", certificate.public_id)).content.decode()
        assert address("issue-for", product.public_id) in page
        assert client.post(address("issue-for", product.public_id), facts_for("issue", product)).status_code == 302

    def test_a_fault_about_no_field_of_the_form_is_told_above_it(self, client, officer, monkeypatch):
        def refuse(**_facts):
            raise InvalidFact("Give it.", field="elsewhere", code="required")

        monkeypatch.setattr(services, "suspend_certificate", refuse)
        response = send(client, certify(product_of("68")), "suspend")
        assert errors(response) == {"__all__"}

    def test_a_province_corrects_no_five_stars_into_being(self, client, officer):
        certificate = certify(product_of("68"))
        initial = client.get(act_address(certificate, "correct")).context["form"].initial
        facts = {name: value for name, value in initial.items() if value is not None}
        response = client.post(act_address(certificate, "correct"), {**facts, "stars": "5", "reason": "x"})
        assert response.status_code == 403
        assert Certificate.objects.get().stars == 4


class TestDocuments:
    def test_a_file_that_is_none_is_refused_beside_its_field(self, client, officer):
        certificate = certify(product_of("68"))
        before = kept_files()
        page = SimpleUploadedFile("decision.pdf", b"<script>alert(1)</script>")
        response = send(client, certificate, "revoke", evidence_file=page)
        assert errors(response) == {"evidence_file"}
        assert kept_files() == before
        assert not Revocation.objects.exists()

    def test_a_good_file_goes_with_the_act_that_is_refused(self, client, officer):
        certificate = certify(product_of("68"))
        before = kept_files()
        response = send(client, certificate, "revoke", effective_on="2040-01-01")
        assert errors(response) == {"effective_on"}
        assert kept_files() == before
        assert not EvidenceFile.objects.exists()

    def test_it_is_saved_and_never_opened_as_a_page(self, client, officer):
        certificate = certify(product_of("68"))
        send(client, certificate, "revoke")
        file = EvidenceFile.objects.get()
        page = client.get(address("certificate", certificate.public_id)).content.decode()
        path = address("evidence", certificate.public_id, file.public_id)
        assert path in page
        response = client.get(path)
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert "no-store" in response.headers["Cache-Control"]
        assert b"".join(response.streaming_content).startswith(b"\x89PNG")


class TestConflict:
    def test_the_second_of_two_officers_is_told_and_keeps_what_was_typed(self, client, officer):
        certificate = certify(product_of("68"))
        page = client.get(act_address(certificate, "revoke"))
        seen = page.context["form"].initial["seen"]
        services.suspend_certificate(certificate=certificate, suspended_from=DAY, reason="Mẫu không đạt", at=AT)
        facts = facts_for("revoke", certificate.product, seen=str(seen), decision_number="MINE/QĐ")
        before = kept_files()
        response = client.post(act_address(certificate, "revoke"), facts)
        assert response.status_code == 409
        text = response.content.decode()
        assert 'value="MINE/QĐ"' in text
        assert "Mẫu không đạt" in text  # what the other did
        assert not Revocation.objects.exists()
        assert kept_files() == before
        # Having seen it, the officer may decide again.
        again = {**facts, "seen": str(audit.version_of(certificate.product_id)), "evidence_file": picture()}
        assert f'name="seen" value="{again["seen"]}"' in text
        assert client.post(act_address(certificate, "revoke"), again).status_code == 302
        assert Revocation.objects.get().decision_number == "MINE/QĐ"
        assert Suspension.objects.count() == 1

    def test_a_correction_after_a_conflict_leaves_alone_what_the_officer_did_not_touch(self, client, officer):
        certificate = certify(product_of("68"))
        facts = typed_in(client.get(act_address(certificate, "correct")))
        services.correct_certificate(
            certificate=certificate, changes={"covers": "Gói 500 g"}, reason="Thiếu", at=AT, by=officer
        )
        facts |= {"decision_number": "13/QĐ-UBND", "reason": "Số viết nhầm"}
        response = client.post(act_address(certificate, "correct"), facts)
        assert response.status_code == 409
        again = typed_in(response)
        assert client.post(act_address(certificate, "correct"), again).status_code == 302
        certificate.refresh_from_db()
        assert (certificate.decision_number, certificate.covers) == ("13/QĐ-UBND", "Gói 500 g")

    def test_a_form_never_shows_less_than_the_version_it_says_was_seen(self, client, officer, monkeypatch):
        certificate = certify(product_of("68"))
        version_of = audit.version_of

        def correct_then_version(product_id: int) -> int:
            changes = {"decision_number": "13/QĐ-UBND"}
            services.correct_certificate(certificate=certificate, changes=changes, reason="x", at=AT, by=officer)
            return version_of(product_id)

        monkeypatch.setattr(audit, "version_of", correct_then_version)
        form = client.get(act_address(certificate, "correct")).context["form"]
        assert form.initial["decision_number"] == "13/QĐ-UBND"

    def test_the_version_that_was_seen_may_be_written_as_a_form_field_takes_it(self, client, officer):
        certificate = certify(product_of("68"))
        assert send(client, certificate, "suspend", seen="9.0").status_code == 409
        assert send(client, certificate, "suspend", seen="9" * 5000).status_code == 400


class TestPage:
    def test_an_instant_is_told_in_the_shops_time(self):
        assert said("received_at", "2026-08-05T20:30:00+00:00") == "06/08/2026 03:30"
        assert said("reason", "2026-08-05T là ngày nhận") == "2026-08-05T là ngày nhận"

    def test_it_tells_who_did_what_and_what_it_changed(self, client, officer):
        certificate = certify(product_of("68", name="Mắc ca"))
        send(client, certificate, "suspend", reason="Mẫu không đạt")
        page = client.get(address("certificate", certificate.public_id))
        latest, first = page.context["timeline"]
        assert latest.who == f"{officer.get_full_name()} <{officer.get_username()}>".strip()
        assert latest.when == "22/11/2026 12:00"
        assert [(d.before, d.after) for d in latest.differences] == [("", "22/11/2026"), ("", "Mẫu không đạt")]
        assert first.number == 1
        assert "Mẫu không đạt" in page.content.decode()

    def test_the_time_is_the_shops_whatever_the_readers_zone(self, client, officer):
        certificate = certify(product_of("68"), at=AT.replace(hour=23))
        profile = UserProfile.get_for_user(officer)
        profile.current_time_zone = "America/New_York"
        profile.save()
        page = client.get(address("certificate", certificate.public_id))
        assert "22/11/2026 23:00" in page.content.decode()

    def test_it_tells_window_periods_and_the_other_certificates(self, client, officer):
        product = product_of("68")
        old = certify(product, issued_on=date(2023, 12, 1))
        certificate = certify(product, issued_on=DAY, stars=3)
        page = client.get(address("certificate", certificate.public_id))
        assert [period.certificate for period in page.context["periods"]] == [certificate]
        assert page.context["shown"].stars == 3
        assert [other["certificate"] for other in page.context["others"]] == [old]
        assert f"/verify/{certificate.public_id}/" in page.content.decode()

    def test_what_was_done_around_the_certificates_is_told_in_words_too(self, client, officer):
        certificate = certify(product_of("68"))
        open_file(certificate.product, kind=Kind.RENEWAL)
        latest = client.get(address("certificate", certificate.public_id)).context["timeline"][0]
        assert latest.deed == str(DEEDS["file-opened"])
        assert {str(difference.after) for difference in latest.differences} >= {"4"}
        assert all(difference.label for difference in latest.differences)

    def test_its_queries_do_not_grow_with_the_trail(self, client, officer, django_assert_max_num_queries):
        certificate = certify(product_of("68"))
        for day in range(4):
            since = DAY + timedelta(days=2 * day)
            services.suspend_certificate(certificate=certificate, suspended_from=since, reason="x", at=AT)
            services.lift_suspension(certificate=certificate, lifted_on=since + timedelta(days=1), at=AT)
        with django_assert_max_num_queries(24):
            client.get(address("certificate", certificate.public_id))
