"""Who reaches what at the desk: every route, every act, every list."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import URLPattern, URLResolver, reverse

from catalog.models import Commune
from marketplace.accounts.models import User
from ocop_badges.desk import urls
from ocop_badges.lifecycle import Action
from ocop_badges.models import AuditEntry, Certificate, EvidenceFile, PostRole
from ocop_badges.services import keep_evidence
from tests.factories import AT, certify, certify_expired, make_member, make_officer, suspend
from tests.ocop_badges.desk.desk import act_address, address, facts_for, picture, product_of, province

pytestmark = pytest.mark.django_db


@pytest.fixture
def other_province():
    """A certificate in Điện Biên, and an officer of Lâm Đồng signed in to look at it."""
    return certify(product_of("11", name="Chè Shan tuyết", commune="Tủa Chùa"), decision_number="SECRET-11")


@pytest.fixture
def officer(client):
    user = make_officer(province("68"))
    client.force_login(user)
    return user


def patterns(found=urls.urlpatterns) -> list[URLPattern]:
    flat: list[URLPattern] = []
    for pattern in found:
        flat += patterns(pattern.url_patterns) if isinstance(pattern, URLResolver) else [pattern]
    return flat


NAMES = sorted({str(pattern.name) for pattern in patterns()})


def any_address(pattern: URLPattern) -> str:
    """An address of a route, its parts filled with something of each converter's kind."""
    kinds = pattern.pattern.converters
    parts = {name: "1" if "Int" in type(converter).__name__ else "x" * 12 for name, converter in kinds.items()}
    return reverse(f"ocop_desk:{pattern.name}", kwargs=parts)


class TestEveryRoute:
    """A new route without a door fails here, whichever section it belongs to."""

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_stranger_is_sent_to_the_login(self, client, name, method):
        for pattern in (p for p in patterns() if p.name == name):
            response = getattr(client, method)(any_address(pattern))
            assert response.status_code in (302, 405), name
            if response.status_code == 302:
                assert response.headers["Location"].startswith(reverse("wagtailadmin_login"))

    @pytest.mark.parametrize("name", NAMES)
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_curator_and_a_producer_without_a_post_are_turned_away(self, client, name, method):
        curator = make_officer(province("68"), name="curator")  # in the group, but every post has ended
        curator.officer_posts.update(is_active=False)
        member = make_member(product_of("68").producer)
        for user in (curator, member):
            client.force_login(user)
            for pattern in (p for p in patterns() if p.name == name):
                response = getattr(client, method)(any_address(pattern))
                assert response.status_code in (302, 405), (name, user)
                if response.status_code == 302:
                    assert response.headers["Location"].startswith(reverse("wagtailadmin_home")), (name, user)


def routes_of_certificates(certificate: Certificate) -> list[str]:
    file = keep_evidence(product_id=certificate.product_id, upload=picture(), name="x.png", at=AT)
    acts = [act_address(certificate, action.value) for action in Action if action is not Action.ISSUE]
    return [
        address("certificate", certificate.public_id),
        address("evidence", certificate.public_id, file.public_id),
        address("issue-for", certificate.product.public_id),
        *acts,
    ]


class TestOtherProvince:
    def test_every_page_and_act_on_it_is_not_there(self, client, officer, other_province):
        suspend(other_province)
        before = AuditEntry.objects.count()
        for path in routes_of_certificates(other_province):
            action = path.rstrip("/").rsplit("/", 1)[-1]
            facts = facts_for(action if action in set(Action) else "issue", other_province.product)
            assert client.get(path).status_code == 404, path
            assert client.post(path, facts).status_code in (404, 405), path
        assert AuditEntry.objects.count() == before

    def test_the_same_routes_open_to_its_own_officer(self, client, other_province):
        client.force_login(make_officer(province("11")))
        for path in routes_of_certificates(other_province):
            response = client.get(path)
            assert response.status_code == 200, path
            assert b"".join(response), path

    def test_lists_files_and_numbers_tell_nothing_of_it(self, client, officer, other_province):
        certify_expired(product_of("11"), decision_number="SECRET-12")
        own = certify(product_of("68"), decision_number="OWN-68")
        for query in ("", "?q=chè", "?q=SECRET-11", "?status=lapsed", "?province=11", "?q=" + other_province.public_id):
            page = client.get(address("certificates") + query)
            assert "SECRET" not in page.content.decode().replace("?q=SECRET", "").replace('value="SECRET', ""), query
        text = b"".join(client.get(address("export", "csv")).streaming_content).decode()
        assert "SECRET" not in text
        assert own.decision_number in text
        overview = client.get(address("overview"))
        text = overview.content.decode()
        assert "Tủa Chùa" not in text
        counts = {str(figure["url"]): figure["count"] for figure in overview.context["figures"]}
        assert counts[address("certificates") + "?status=in-force"] == 1
        assert counts[address("certificates") + "?status=lapsed"] == 0

    def test_a_search_for_products_finds_none_of_it(self, client, officer, other_province):
        product = other_province.product
        for name in ("issue", "bulk"):
            page = client.get(address(name), {"q": "chè shan"}).content.decode()
            assert product.public_id not in page
            assert product.producer.name not in page

    def test_a_bulk_decision_takes_none_of_it(self, client, officer, other_province):
        own = product_of("68")
        facts = {
            **facts_for("issue", own),
            "product": [own.public_id, other_province.product.public_id],
            "step": "record",
            f"seen-{own.pk}": "0",
            f"seen-{other_province.product_id}": "1",
        }
        client.post(address("bulk-decision"), facts)
        assert other_province.product.ocop_certificates.count() == 1
        assert own.ocop_certificates.count() == 1
        only_theirs = client.get(address("bulk-decision"), {"product": other_province.product.public_id})
        assert only_theirs.headers["Location"] == address("bulk")

    def test_evidence_of_another_product_does_not_open_through_ones_own_certificate(self, client, officer):
        own = certify(product_of("68"))
        theirs = keep_evidence(product_id=product_of("11").pk, upload=picture(), name="x.png", at=AT)
        assert client.get(address("evidence", own.public_id, theirs.public_id)).status_code == 404
        assert EvidenceFile.objects.count() == 1


class TestPosts:
    @pytest.mark.parametrize("name", ["overview", "certificates", "issue", "bulk", "import"])
    def test_commune_officers_and_council_members_are_turned_away(self, client, name):
        commune = Commune.objects.create(province=province("68"), name="Nhân Cơ")
        for user in (make_officer(commune), make_officer(province("68"), role=PostRole.COUNCIL)):
            client.force_login(user)
            response = client.get(address(name))
            assert response.status_code == 302
            assert response.headers["Location"] == reverse("wagtailadmin_home")

    def test_a_national_officer_sees_every_province(self, client, other_province):
        client.force_login(make_officer())
        certify(product_of("68"), decision_number="OWN-68")
        page = client.get(address("certificates")).content.decode()
        assert "SECRET-11" in page
        assert "OWN-68" in page

    def test_an_officer_of_two_provinces_sees_both_and_no_third(self, client, officer, other_province):
        officer.officer_posts.create(role=PostRole.PROVINCE, province=province("11"))
        certify(product_of("14"), decision_number="THIRD-14")
        page = client.get(address("certificates")).content.decode()
        assert "SECRET-11" in page
        assert "THIRD-14" not in page
        assert re.search(r'<select name="province"', page)

    def test_another_officer_cannot_confirm_ones_upload(self, client, officer):
        product = product_of("68")
        table = f"product,stars,decision_number,issued_on\n{product.slug},4,1/QĐ,2026-08-05\n".encode()
        path = client.post(address("import"), {"table": SimpleUploadedFile("t.csv", table)}).headers["Location"]
        client.force_login(make_officer(province("68")))
        assert client.get(path).status_code == 404
        assert User.objects.count() >= 2

    def test_the_home_of_the_admin_leads_an_officer_to_the_overview(self, client, officer):
        certify_expired(product_of("68"))
        page = client.get(reverse("wagtailadmin_home"))
        assert f'href="{address("overview")}"' in page.content.decode()
        client.force_login(make_officer(province("68"), role=PostRole.COUNCIL))
        assert f'href="{address("overview")}"' not in client.get(reverse("wagtailadmin_home")).content.decode()
