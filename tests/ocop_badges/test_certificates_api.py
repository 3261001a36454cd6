from datetime import date, timedelta

import pytest

from catalog.models import FormerProductSlug, ProductSet, Province
from ocop_badges import services
from ocop_badges.models import Certificate
from tests.factories import AT, DAY, certify, certify_expired, make_producer, make_product, revoke, suspend

pytestmark = pytest.mark.django_db


def lift(certificate: Certificate, *, on: date) -> None:
    services.lift_suspension(certificate=certificate, lifted_on=on, at=AT, reason="Đã khắc phục")


def extend(certificate: Certificate, days: int) -> None:
    services.extend_certificate(certificate=certificate, days=days, granted_on=DAY, evidence="Biên nhận 12/BN", at=AT)


def fault_codes(response) -> set[tuple[str, str]]:
    assert response.status_code == 400
    return {(error["parameter"], error["code"]) for error in response.json()["errors"]}


class TestOfOneProduct:
    def test_it_lists_every_certificate_newest_first(self, client):
        product = make_product(slug="tra")
        old = certify(product, stars=3, issued_on=date(2023, 12, 1))
        new = certify(product, stars=4, issued_on=date(2026, 10, 1))
        body = client.get("/api/v1/products/tra/certificates/").json()
        assert (body["count"], body["next"], body["previous"]) == (2, None, None)
        assert [line["id"] for line in body["results"]] == [new.public_id, old.public_id]
        assert body["results"][0] == {
            "id": new.public_id,
            "stars": 4,
            "decision_number": new.decision_number,
            "issuing_authority": "UBND tỉnh Lâm Đồng",
            "issued_on": "2026-10-01",
            "valid_from": "2026-10-01",
            "valid_until": "2029-10-01",
            "status": "valid",
            "status_since": "2026-10-01",
            "url": f"http://testserver/api/v1/certificates/{new.public_id}/",
            "verify": f"http://testserver/verify/{new.public_id}/",
        }
        assert (body["results"][1]["status"], body["results"][1]["status_since"]) == ("superseded", "2026-10-01")

    def test_it_has_an_empty_list_for_a_product_without_one(self, client):
        make_product(slug="tra")
        assert client.get("/api/v1/products/tra/certificates/").json()["results"] == []

    def test_it_is_a_problem_for_an_unknown_product(self, client):
        response = client.get("/api/v1/products/nothing/certificates/")
        assert response.status_code == 404
        assert response.headers["Content-Type"] == "application/problem+json"

    def test_a_former_slug_leads_on(self, client):
        FormerProductSlug.objects.create(slug="tra-cu", product=make_product(slug="tra"))
        response = client.get("/api/v1/products/tra-cu/certificates/?lang=en")
        assert (response.status_code, response.headers["Location"]) == (
            308,
            "/api/v1/products/tra/certificates/?lang=en",
        )

    def test_it_refuses_unknown_parameters(self, client):
        make_product(slug="tra")
        assert fault_codes(client.get("/api/v1/products/tra/certificates/?v=2")) == {("v", "unknown-parameter")}

    def test_it_costs_the_same_for_one_or_many(self, client, django_assert_num_queries):
        product = make_product(slug="tra")
        certify(product)
        with django_assert_num_queries(4):
            client.get("/api/v1/products/tra/certificates/")
        for year in (2018, 2019, 2020):
            certify(product, issued_on=date(year, 1, 1), valid_until=date(year + 3, 1, 1), end_reason="as printed")
        with django_assert_num_queries(4):
            client.get("/api/v1/products/tra/certificates/")


class TestOne:
    def test_it_tells_whose_it_is(self, client):
        product = make_product(slug="tra", name="Trà", name_en="Tea")
        certificate = certify(product)
        body = client.get(f"/api/v1/certificates/{certificate.public_id}/?lang=en").json()
        assert body["product"] == {
            "id": product.public_id,
            "slug": "tra",
            "name": "Tea",
            "url": "http://testserver/en/products/tra/",
        }
        assert body["producer"] == {"slug": product.producer.slug, "name": product.producer.name}
        assert body["province"] == {"code": "68", "name": "Lâm Đồng"}
        assert body["regulation"] == "1489/QĐ-TTg"
        assert body["verify"] == f"http://testserver/en/verify/{certificate.public_id}/"

    def test_it_does_not_link_to_a_page_that_is_not_published(self, client):
        certificate = certify(make_product(is_published=False))
        assert client.get(f"/api/v1/certificates/{certificate.public_id}/").json()["product"]["url"] is None

    def test_it_tells_public_events_in_the_order_of_time(self, client):
        product = make_product()
        certificate = certify(product, issued_on=date(2024, 1, 10))
        suspend(certificate, since=date(2024, 6, 1))
        lift(certificate, on=date(2024, 7, 1))
        extend(certificate, 90)
        revoke(certificate, effective_on=date(2027, 2, 1))
        successor = certify(product, issued_on=date(2027, 3, 1))
        events = client.get(f"/api/v1/certificates/{certificate.public_id}/").json()["events"]
        assert [(event["type"], event["on"]) for event in events] == [
            ("issued", "2024-01-10"),
            ("suspended", "2024-06-01"),
            ("lifted", "2024-07-01"),
            ("extended", "2026-11-22"),
            ("revoked", "2027-02-01"),
            ("superseded", "2027-03-01"),
        ]
        assert events[1]["reason"] == "Kiểm tra đột xuất"
        assert events[3] == {"type": "extended", "on": "2026-11-22", "valid_until": "2027-04-10"}
        assert events[4]["ground"] == "criteria_not_met"
        assert events[5]["certificate"] == successor.public_id

    def test_it_keeps_inner_notes_inside(self, client):
        certificate = certify(make_product(), evidence="tệp-nội-bộ-1")
        services.extend_certificate(certificate=certificate, days=5, granted_on=DAY, evidence="tệp-nội-bộ-2", at=AT)
        services.revoke_certificate(
            certificate=certificate,
            ground="misuse_of_mark",
            decision_number="5/QĐ",
            effective_on=DAY,
            note="tệp-nội-bộ-3",
            at=AT,
        )
        for path in (f"/api/v1/certificates/{certificate.public_id}/", f"/verify/{certificate.public_id}/"):
            assert "nội-bộ" not in client.get(path).content.decode()

    def test_the_renewal_window_follows_the_regulation_of_the_day(self, client, clock):
        certificate = certify(make_product(), issued_on=date(2024, 6, 30))
        path = f"/api/v1/certificates/{certificate.public_id}/"
        # Decision 26/2026, article 7.6.a: 180 to 120 days before 2027-06-30.
        assert client.get(path).json()["renewal_window"] == {"opens_on": "2027-01-01", "closes_on": "2027-03-02"}
        clock(date(2026, 5, 21))  # the day before it came into force
        assert client.get(path).json()["renewal_window"] is None

    def test_a_revoked_certificate_has_no_renewal_window(self, client):
        certificate = certify(make_product())
        revoke(certificate)
        body = client.get(f"/api/v1/certificates/{certificate.public_id}/").json()
        assert (body["status"], body["renewal_window"]) == ("revoked", None)

    def test_it_is_a_problem_for_an_unknown_one(self, client):
        assert client.get("/api/v1/certificates/000000000000/").status_code == 404

    def test_it_costs_few_queries(self, client, django_assert_max_num_queries):
        certificate = certify(make_product())
        with django_assert_max_num_queries(7):
            client.get(f"/api/v1/certificates/{certificate.public_id}/")


class TestRegister:
    def ids(self, client, query: str = "") -> list[str]:
        response = client.get(f"/api/v1/certificates/?{query}")
        assert response.status_code == 200, response.content
        body = response.json()
        assert body["count"] >= len(body["results"])
        return [line["id"] for line in body["results"]]

    def test_it_filters_by_status_today(self, client, clock):
        expected = {}
        expected["valid"] = [certify(make_product()).public_id]
        expected["expired"] = [certify_expired(make_product()).public_id]
        expected["upcoming"] = [certify(make_product(), valid_from=DAY + timedelta(days=1)).public_id]
        suspended, revoked, twice = certify(make_product()), certify(make_product()), make_product()
        suspend(suspended)
        revoke(revoked)
        expected["suspended"], expected["revoked"] = [suspended.public_id], [revoked.public_id]
        expected["superseded"] = [certify(twice, issued_on=date(2024, 1, 1)).public_id]
        expected["valid"].append(certify(twice, issued_on=date(2026, 1, 1)).public_id)
        for status, ids in expected.items():
            assert sorted(self.ids(client, f"status={status}")) == sorted(ids), status
        clock(date(2035, 1, 1))
        assert self.ids(client, "status=valid") == []
        assert len(self.ids(client, "status=expired")) == 5

    def test_it_filters_by_place_set_and_stars(self, client):
        elsewhere = make_producer(province=Province.objects.get(code="11"))
        other_set = ProductSet.objects.exclude(code="ca-phe-ca-cao").first()
        here, there = make_product(), make_product(producer=elsewhere)
        another = make_product(product_set=other_set)
        three, four, five = certify(here, stars=3), certify(there, stars=4), certify(another, stars=5)
        assert self.ids(client, "province=11") == [four.public_id]
        assert self.ids(client, f"product_set={other_set.code}") == [five.public_id]
        assert sorted(self.ids(client, "stars=3,5")) == sorted([three.public_id, five.public_id])

    def test_it_filters_by_the_end_with_its_extension(self, client):
        certificate = certify(make_product(), issued_on=date(2024, 1, 10))  # ends 2027-01-10
        extended = certify(make_product(), issued_on=date(2024, 1, 10))
        extend(extended, 30)  # ends 2027-02-09
        assert self.ids(client, "ends_before=2027-01-10") == []
        assert self.ids(client, "ends_before=2027-01-11") == [certificate.public_id]
        assert self.ids(client, "ends_after=2027-01-10") == [extended.public_id]
        assert self.ids(client, "ends_after=2027-02-09") == []
        assert self.ids(client, "ends_before=2027-02-10&ends_after=2027-02-08") == [extended.public_id]

    def test_pages_hold_each_certificate_once_whatever_comes_between(self, client):
        days = [date(2026, 1, 1), date(2026, 1, 1), date(2026, 1, 1), date(2026, 2, 1), date(2025, 12, 1)]
        certificates = [certify(make_product(), issued_on=day) for day in days]
        expected = [c.public_id for c in sorted(certificates, key=lambda c: (c.valid_from, c.pk), reverse=True)]
        seen, url, pages = [], "/api/v1/certificates/?page_size=2", []
        while url:
            body = client.get(url).json()
            pages.append(body)
            seen += [line["id"] for line in body["results"]]
            url = body["next"]
            if len(pages) == 1:
                certify(make_product(), issued_on=date(2026, 3, 1))  # a newer one, before the first page
        assert seen == expected
        assert pages[0]["previous"] is None
        back = client.get(pages[2]["previous"]).json()
        assert [line["id"] for line in back["results"]] == expected[2:4]
        first = client.get(back["previous"]).json()
        assert [line["id"] for line in first["results"]] == expected[:2]
        assert client.get(first["previous"]).json()["previous"] is None
        assert client.get(back["next"]).json()["results"] == pages[2]["results"]

    @pytest.mark.parametrize("cursor", ["x", "", "AAAA", "é", "a" * 5000])
    def test_it_refuses_a_cursor_it_never_gave(self, client, cursor):
        response = client.get("/api/v1/certificates/", {"cursor": cursor})
        assert fault_codes(response) == {("cursor", "bad-cursor")}

    def test_it_tells_all_that_is_wrong_with_a_query(self, client):
        response = client.get(
            "/api/v1/certificates/?province=99&product_set=x&stars=2&status=ok&ends_before=1&on=x&when=2026-01-01"
        )
        assert {parameter for parameter, _ in fault_codes(response)} == {
            "province",
            "product_set",
            "stars",
            "status",
            "ends_before",
            "on",
            "when",
        }
        assert ("when", "unknown-parameter") in fault_codes(response)

    def test_its_queries_are_bounded_whatever_the_page(self, client, django_assert_num_queries):
        for _ in range(3):
            certify(make_product())
        for size in (1, 3):
            with django_assert_num_queries(6):
                client.get(f"/api/v1/certificates/?page_size={size}&status=valid&ends_after=2026-01-01")

    def test_any_cache_may_keep_it_until_midnight(self, client):
        response = client.get("/api/v1/certificates/")
        assert response.headers["Cache-Control"] == "public, max-age=60, must-revalidate"
        assert "Cookie" not in response.headers.get("Vary", "")
