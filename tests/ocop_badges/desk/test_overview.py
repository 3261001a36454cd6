"""The numbers of an officer's first page."""

from datetime import date, timedelta

import pytest

from ocop_badges import rules
from ocop_badges.desk.certificates.overview import read_overview
from ocop_badges.officers import mandate_of
from tests.factories import DAY, certify, certify_expired, make_officer, revoke, suspend
from tests.ocop_badges.desk.desk import address, product_of, province
from tests.ocop_badges.dossiers.files import open_file

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def officer(client):
    user = make_officer(province("68"))
    client.force_login(user)
    return user


def ending_in(days: int, **fields: object):
    return certify(product_of("68", **fields), issued_on=rules.add_months(DAY + timedelta(days=days), -36))


class TestNumbers:
    def test_it_counts_what_ends_and_whose_window_is_open(self, officer):
        for days in (0, 30, 31, 90, 91, 120, 180, 181):
            ending_in(days)
        seen = read_overview(mandate_of(officer), day=DAY)
        assert seen.ending == {30: 2, 90: 4, 180: 7}
        assert seen.window_open == 2
        assert seen.in_force == 8

    def test_one_renewed_in_time_no_longer_ends(self, officer):
        old = ending_in(20)
        certify(old.product, issued_on=DAY, valid_from=DAY + timedelta(days=21))
        seen = read_overview(mandate_of(officer), day=DAY)
        assert seen.ending == {30: 0, 90: 0, 180: 0}
        assert seen.in_force == 1

    def test_it_counts_suspended_revoked_and_lapsed(self, officer):
        suspend(certify(product_of("68")))
        revoke(certify(product_of("68")))
        certify_expired(product_of("68"))
        renewed = product_of("68")
        certify_expired(renewed)
        certify(renewed)
        seen = read_overview(mandate_of(officer), day=DAY)
        assert (seen.suspended, seen.revoked, seen.lapsed, seen.in_force) == (1, 1, 1, 2)
        assert seen.by_stars == {3: 0, 4: 2, 5: 0}

    def test_it_tells_sets_communes_and_months(self, officer):
        ending_in(20, commune="Nhân Cơ")
        certify_expired(product_of("68", commune="Nhân Cơ"))
        certify(product_of("68", commune="Đắk Wer"))
        seen = read_overview(mandate_of(officer), day=DAY)
        assert [(g.key, g.in_force, g.ending, g.lapsed) for g in seen.by_product_set] == [("ca-phe-ca-cao", 2, 1, 1)]
        assert [(g.name, g.in_force, g.ending, g.lapsed) for g in seen.by_place] == [
            ("Nhân Cơ", 1, 1, 1),
            ("Đắk Wer", 1, 0, 0),
        ]
        assert len(seen.months) == 12
        assert [(month.first_day, month.ends) for month in seen.months[:2]] == [
            (date(2026, 11, 1), 0),
            (date(2026, 12, 1), 1),
        ]

    def test_a_national_officer_sees_provinces(self):
        certify(product_of("11", commune="Tủa Chùa"))
        seen = read_overview(mandate_of(make_officer()), day=DAY)
        assert [group.name for group in seen.by_place] == ["Điện Biên"]


class TestPage:
    def test_every_number_leads_to_as_many_certificates(self, client):
        for days in (0, 31, 150, 181):
            ending_in(days, commune="Nhân Cơ")
        suspend(ending_in(100))
        revoke(certify(product_of("68")))
        certify_expired(product_of("68", commune="Đắk Wer"))
        page = client.get(address("overview"))
        links = [(figure["url"], figure["count"]) for figure in page.context["figures"]]
        links += [(row["url"], row["count"]) for row in page.context["stars"]]
        links += [(row["url"], row["month"].ends) for row in page.context["months"]]
        links += [
            (cell["url"], cell["count"])
            for table in page.context["tables"]
            for row in table["rows"]
            for cell in row["cells"]
        ]
        certificates = [link for link in links if link[0].startswith(address("certificates"))]
        assert len(certificates) > 25
        for url, count in certificates:
            assert client.get(url).context["count"] == count, url

    def test_its_queries_do_not_grow(self, client, django_assert_max_num_queries):
        client.get(address("overview"))
        for number in range(15):
            ending_in(30 * number, commune=f"Xã {number}")
        with django_assert_max_num_queries(12):
            page = client.get(address("overview"))
        assert "Xã 14" in page.content.decode()

    def test_it_counts_the_files_in_progress_that_their_list_shows(self, client):
        open_file(product_of("68"))
        open_file(product_of("11"))
        page = client.get(address("overview"))
        counts = {figure["url"]: figure["count"] for figure in page.context["figures"]}
        assert counts[address("dossiers")] == 1
        assert client.get(address("dossiers")).context["count"] == 1

    def test_an_empty_mandate_has_a_page_too(self, client):
        assert client.get(address("overview")).status_code == 200
