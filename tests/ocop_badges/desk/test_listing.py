"""The list of certificates: what each filter lets through, in which order, and the files made of it."""

import csv
import io
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from ocop_badges import rules, services
from ocop_badges.desk.certificates import filters
from tests.factories import AT, DAY, certify, certify_expired, make_officer, revoke, suspend
from tests.ocop_badges.desk.desk import address, product_of, province

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def officer(client):
    user = make_officer(province("68"))
    client.force_login(user)
    return user


def listed(client, **query: object) -> list:
    page = client.get(address("certificates"), query)
    assert page.status_code == 200
    return [row["certificate"] for row in page.context["rows"]]


def ending_on(day: date, **fields: object):
    """A certificate whose last day is ``day``."""
    return certify(product_of("68", **fields), issued_on=rules.add_months(day, -36))


class TestFilters:
    def test_by_status(self, client):
        valid, suspended, revoked = (certify(product_of("68")) for _ in range(3))
        suspend(suspended)
        revoke(revoked)
        lapsed = certify_expired(product_of("68"))
        renewed_product = product_of("68")
        replaced = certify_expired(renewed_product)
        upcoming = certify(renewed_product, issued_on=DAY, valid_from=DAY + timedelta(days=5))
        expected = {
            "valid": {valid}, "suspended": {suspended}, "revoked": {revoked}, "expired": {lapsed, replaced},
            "lapsed": {lapsed}, "upcoming": {upcoming}, "in-force": {valid, suspended}, "superseded": set(),
            "unrenewed": {valid, suspended}, "": {valid, suspended, revoked, lapsed, replaced, upcoming},
        }  # fmt: skip
        for status, certificates in expected.items():
            assert set(listed(client, status=status)) == certificates, status

    def test_one_that_is_renewed_already_is_not_unrenewed(self, client):
        product = product_of("68")
        old = certify(product, issued_on=rules.add_months(DAY + timedelta(days=20), -36))
        certify(product, issued_on=DAY, valid_from=DAY + timedelta(days=10))
        assert listed(client, status="unrenewed") == []
        assert listed(client, status="valid") == [old]

    def test_by_text_with_or_without_accents(self, client):
        tea = certify(product_of("68", name="Trà sen Đà Lạt"))
        coffee = certify(product_of("68", name="Cà phê"), decision_number="99/QĐ-UBND")
        assert listed(client, q="tra sen da lat") == [tea]
        assert listed(client, q="SEN Trà") == [tea]
        assert listed(client, q=coffee.product.producer.name) == [coffee]
        assert listed(client, q="99/QĐ") == [coffee]
        assert listed(client, q=f" {tea.public_id.upper()} ") == [tea]
        assert listed(client, q="%") == []
        assert listed(client, q="_") == []

    def test_by_stars_set_place_and_end(self, client):
        three = ending_on(date(2027, 3, 1), commune="Nhân Cơ")
        five = certify(product_of("68"), stars=5)
        assert listed(client, stars="5") == [five]
        assert listed(client, commune=three.product.commune_id) == [three]
        assert len(listed(client, product_set="ca-phe-ca-cao")) == 2
        assert listed(client, ends_from="2027-03-01", ends_to="01/03/2027") == [three]
        assert listed(client, ends_to="2027-02-28") == []
        services.extend_certificate(certificate=three, days=10, granted_on=DAY, evidence="x", at=AT)
        assert listed(client, ends_from="2027-03-11", ends_to="2027-03-11") == [three]

    @pytest.mark.parametrize(("days", "is_open"), [(181, False), (180, True), (120, True), (119, False)])
    def test_by_the_window_of_the_regulation(self, client, days, is_open):
        certificate = ending_on(DAY + timedelta(days=days))
        assert certificate.valid_until == DAY + timedelta(days=days)
        assert listed(client, window="on") == ([certificate] if is_open else [])

    @pytest.mark.parametrize(
        "query", [{"stars": "9"}, {"status": "burnt"}, {"ends_to": "soon"}, {"commune": "x"}, {"product_set": "no"}]
    )
    def test_a_filter_that_cannot_be_is_told_and_lists_nothing(self, client, query):
        certify(product_of("68"))
        page = client.get(address("certificates"), query)
        assert page.context["rows"] == []
        assert set(page.context["form"].errors) == set(query)
        assert client.get(address("export", "csv"), query).status_code == 302

    def test_a_national_officer_filters_by_province_then_commune(self, client):
        client.force_login(make_officer())
        here = certify(product_of("68", commune="Nhân Cơ"))
        certify(product_of("11"))
        assert listed(client, province="68") == [here]
        assert listed(client, province="68", commune=here.product.commune_id) == [here]

    def test_a_province_that_no_database_takes_is_told(self, client):
        client.force_login(make_officer())
        page = client.get(address("certificates"), {"province": "68\x00"})
        assert set(page.context["form"].errors) == {"province"}


class TestOrder:
    def test_each_order_is_total_and_pages_lose_nothing(self, client, monkeypatch):
        monkeypatch.setattr("ocop_badges.desk.certificates.views.listing.PAGE_SIZE", 2)
        everything = {certify(product_of("68", name="Chè")) for _ in range(3)}
        everything |= {ending_on(DAY + timedelta(days=9)), ending_on(DAY + timedelta(days=9))}
        for sort in filters.SORTS:
            pages = [listed(client, sort=sort, p=page) for page in (1, 2, 3)]
            assert [len(page) for page in pages] == [2, 2, 1], sort
            assert {certificate for page in pages for certificate in page} == everything, sort

    def test_what_ends_first_comes_first(self, client):
        later, sooner = ending_on(DAY + timedelta(days=50)), ending_on(DAY + timedelta(days=5))
        assert listed(client) == [sooner, later]
        assert listed(client, sort="ends-last") == [later, sooner]

    def test_filters_stay_in_the_links_to_other_pages_and_files(self, client, monkeypatch):
        monkeypatch.setattr("ocop_badges.desk.certificates.views.listing.PAGE_SIZE", 1)
        for _ in range(2):
            certify(product_of("68"))
        text = client.get(address("certificates"), {"status": "valid", "p": "1"}).content.decode()
        assert 'href="?status=valid&amp;p=2"' in text
        assert f'href="{address("export", "csv")}?status=valid"' in text

    def test_its_queries_do_not_grow(self, client, django_assert_max_num_queries):
        for number in range(12):
            certify(product_of("68", commune=f"Xã {number}"))
        with django_assert_max_num_queries(16):
            assert len(listed(client)) == 12


def csv_of(client, **query: object) -> list[dict[str, str]]:
    response = client.get(address("export", "csv"), query)
    raw = b"".join(response.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(raw.decode("utf-8-sig"))))


class TestExport:
    def test_it_has_what_the_list_has(self, client):
        kept = certify_expired(product_of("68", name="Chè"))
        certify(product_of("68"))
        rows = csv_of(client, status="lapsed")
        assert [(row["public_id"], row["status"], row["product_name"]) for row in rows] == [
            (kept.public_id, "lapsed", "Chè")
        ]

    @pytest.mark.parametrize("formula", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
    def test_nothing_in_it_is_a_formula(self, client, formula):
        certify(product_of("68", name="Chè"), decision_number="12/QĐ", issuing_authority=formula)
        assert csv_of(client)[0]["issuing_authority"] == f"'{formula}"
        response = client.get(address("export", "xlsx"))
        book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
        sheet = book.worksheets[0]
        column = [cell.value for cell in sheet[1]].index("issuing_authority")
        cell = sheet[2][column]
        assert cell.data_type == "s"
        assert cell.value.startswith("'")

    @pytest.mark.parametrize("kind", ["csv", "xlsx"])
    def test_control_characters_are_left_out(self, client, kind):
        certify(product_of("68"), issuing_authority="UBND\x07 tỉnh")
        response = client.get(address("export", kind))
        content = b"".join(response.streaming_content)
        if kind == "csv":
            assert "UBND tỉnh" in content.decode()
        else:
            rows = load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
            assert any("UBND tỉnh" in row for row in rows)

    def test_days_and_numbers_stay_what_they_are_in_a_workbook(self, client):
        certify(product_of("68"), score=80)
        response = client.get(address("export", "xlsx"))
        sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
        row = dict(zip([cell.value for cell in sheet[1]], [cell.value for cell in sheet[2]], strict=True))
        assert (row["stars"], row["score"]) == (4, 80)
        assert row["issued_on"].date() == DAY - timedelta(days=365)

    def test_it_is_saved_and_kept_by_no_cache(self, client):
        response = client.get(address("export", "csv"))
        assert response.headers["Content-Disposition"] == 'attachment; filename="ocop-2026-11-22.csv"'
        assert "no-store" in response.headers["Cache-Control"]
        assert client.get(address("export", "pdf")).status_code == 404

    def test_its_queries_do_not_grow(self, client, django_assert_max_num_queries):
        for _ in range(12):
            certify(product_of("68"))
        with django_assert_max_num_queries(10):
            assert len(csv_of(client)) == 12
