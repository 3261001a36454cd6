"""One decision about many products."""

from datetime import timedelta

import pytest

from ocop_badges import services
from ocop_badges.desk.certificates.views import bulk as views
from ocop_badges.models import Certificate, EvidenceFile
from tests.factories import AT, DAY, certify, certify_expired, make_officer
from tests.ocop_badges.desk.desk import address, kept_files, picture, product_of, province

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def officer(client):
    user = make_officer(province("68"))
    client.force_login(user)
    return user


def decision(*products, **changes: object) -> dict[str, object]:
    return {
        "product": [product.public_id for product in products],
        "decision_number": "88/QĐ-UBND",
        "issued_on": (DAY - timedelta(days=2)).isoformat(),
        "stars": "3",
        **changes,
    }


def preview(client, *products, **changes: object):
    return client.post(address("bulk-decision"), {**decision(*products, **changes), "step": "preview"})


def record(client, page, *products, **changes: object):
    seen = {f"seen-{row['subject'].product_id}": str(row["version"]) for row in page.context["rows"]}
    facts = {**decision(*products), **seen, "step": "record", "evidence_file": picture(), **changes}
    return client.post(address("bulk-decision"), facts)


class TestChoosing:
    def test_marked_ones_stay_marked_through_searches(self, client):
        tea, coffee = product_of("68", name="Trà sen"), product_of("68", name="Cà phê")
        page = client.get(address("bulk"), {"q": "tra", "product": coffee.public_id})
        assert [subject.public_id for subject in page.context["marked"]] == [coffee.public_id]
        assert [subject.public_id for subject in page.context["found"]] == [tea.public_id]

    def test_the_list_leads_here(self, client):
        certificate = certify(product_of("68"))
        text = client.get(address("certificates")).content.decode()
        assert f'action="{address("bulk")}"' in text
        assert f'name="product" value="{certificate.product.public_id}"' in text

    def test_a_decision_without_products_goes_back(self, client):
        assert client.get(address("bulk-decision")).headers["Location"] == address("bulk")

    def test_more_than_fit_are_all_shown_again_and_none_is_dropped(self, client, monkeypatch):
        monkeypatch.setattr(views, "MAX_PRODUCTS", 2)
        products = [product_of("68") for _ in range(3)]
        page = preview(client, *products)
        assert page.status_code == 400
        assert len(page.context["marked"]) == 3
        assert "2" in str(next(iter(page.context["messages"])))


class TestPreview:
    def test_it_tells_the_fitting_act_for_each_and_records_nothing(self, client):
        new, three, four, ended = (product_of("68") for _ in range(4))
        certify(three, stars=3)
        certify(four, stars=4)
        certify_expired(ended)
        page = preview(client, new, three, four, ended)
        acts = {row["subject"].product_id: (row["before"], str(row["refusal"])) for row in page.context["rows"]}
        assert acts == {new.pk: (None, ""), three.pk: (3, ""), four.pk: (4, ""), ended.pk: (4, "")}
        assert page.context["is_possible"]
        assert Certificate.objects.count() == 3

    def test_a_province_certifies_anew_what_had_five_stars(self, client):
        product = product_of("68")
        certify_expired(product, stars=5)
        assert preview(client, product).context["is_possible"]

    def test_each_product_may_have_its_own_stars(self, client):
        one, other = product_of("68"), product_of("68")
        page = preview(client, one, other, **{f"stars-{other.public_id}": "4"})
        stars = {row["subject"].product_id: row["draft"].stars for row in page.context["rows"]}
        assert stars == {one.pk: 3, other.pk: 4}

    def test_it_tells_refusals(self, client):
        known, fine = product_of("68"), product_of("68")
        certify(known, decision_number="88/QĐ-UBND", issued_on=DAY - timedelta(days=2))
        page = preview(client, known, fine)
        assert not page.context["is_possible"]
        assert 'value="record"' not in page.content.decode()

    def test_five_stars_are_not_a_provinces(self, client):
        page = preview(client, product_of("68"), stars="5")
        assert "Điều 4.1, 8" in page.content.decode()
        assert not page.context["is_possible"]

    @pytest.mark.parametrize(
        ("change", "field"),
        [
            ({"decision_number": ""}, "decision_number"),
            ({"issued_on": "never"}, "issued_on"),
            ({"stars": "2"}, "stars"),
            ({"authority": "ministry"}, "authority"),
            ({"valid_until": "2027-01-01"}, "end_reason"),
            ({"authority": "district"}, "__all__"),
        ],
    )
    def test_it_says_what_is_wrong_beside_the_field(self, client, change, field):
        response = preview(client, product_of("68"), **change)
        assert response.status_code == 400
        assert set(response.context["form"].errors) == {field}

    def test_its_queries_do_not_grow(self, client, django_assert_max_num_queries):
        products = [product_of("68") for _ in range(12)]
        for product in products[:6]:
            certify(product)
        with django_assert_max_num_queries(20):
            assert len(preview(client, *products).context["rows"]) == 12


class TestRecording:
    def test_it_records_all_with_one_document(self, client, officer):
        new, held = product_of("68"), product_of("68")
        certify(held, stars=4)
        before = kept_files()
        page = preview(client, new, held)
        assert record(client, page, new, held).status_code == 302
        issued = Certificate.objects.filter(decision_number="88/QĐ-UBND")
        assert {certificate.product for certificate in issued} == {new, held}
        assert {certificate.recorded_by for certificate in issued} == {officer}
        files = [certificate.evidence_file for certificate in issued]
        assert {file.product_id for file in files} == {new.pk, held.pk}
        assert len({file.file.name for file in files}) == 1
        assert len(kept_files() - before) == 1

    def test_one_refusal_stops_all_and_keeps_no_document(self, client):
        fine, changed = product_of("68"), product_of("68")
        certificate = certify(changed)
        page = preview(client, fine, changed)
        services.suspend_certificate(certificate=certificate, suspended_from=DAY, reason="x", at=AT)
        before = kept_files()
        response = record(client, page, fine, changed)
        assert response.status_code == 409
        assert 'value="88/QĐ-UBND"' in response.content.decode()
        assert Certificate.objects.count() == 1
        assert kept_files() == before
        assert not EvidenceFile.objects.exists()
        assert record(client, response, fine, changed).status_code == 302  # looked at anew

    def test_a_forged_record_without_power_is_refused(self, client):
        product = product_of("68")
        response = record(client, preview(client, product), product, stars="5")
        assert response.status_code == 403
        assert not Certificate.objects.exists()
        assert not EvidenceFile.objects.exists()

    def test_a_version_that_is_none_is_refused(self, client):
        product = product_of("68")
        response = record(client, preview(client, product), product, **{f"seen-{product.pk}": "9" * 5000})
        assert response.status_code == 400
        assert not Certificate.objects.exists()

    @pytest.mark.parametrize("missing", ["evidence_file", "seen"])
    def test_it_asks_for_the_document_and_a_look_before(self, client, missing):
        product = product_of("68")
        page = preview(client, product)
        response = record(client, page, product, **{f"seen-{product.pk}" if missing == "seen" else missing: ""})
        assert response.status_code == 400
        assert not Certificate.objects.exists()
