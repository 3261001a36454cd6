from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.importing.importer import import_products
from catalog.importing.rows import COLUMNS, PartialDate, read_date
from catalog.models import Commune, FormerProvince, Listing, Producer, Product
from catalog.services import update_product
from ocop_badges.badges import badge_of
from ocop_badges.models import BadgePeriod, Certificate
from tests.factories import AT, DAY, make_producer, make_product, revoke, suspend

from .files import GOOD, csv_text, press, row, take

pytestmark = pytest.mark.django_db


def test_it_makes_a_product_with_its_certificate():
    (outcome,) = take(GOOD).outcomes

    product = Product.objects.get()
    assert (product.name, product.slug) == ("Mắc ca Lê Anh", "mac-ca-le-anh")
    assert product.producer.slug == "hop-tac-xa-long-viet"
    assert product.producer.ocop_type == "cooperative"
    assert str(product.commune) == "xã Quảng Trực, Lâm Đồng"
    assert (product.former_district, product.former_province.name) == ("Tuy Đức", "Đắk Nông")
    assert product.product_set.code == "che-bien-tu-rau-cu-qua-hat"
    certificate = Certificate.objects.get()
    assert (certificate.stars, certificate.decision_number) == (4, "858/QĐ-UBND")
    assert (certificate.issued_on, certificate.valid_until) == (date(2025, 6, 19), date(2028, 6, 19))
    assert certificate.issuing_authority == "UBND tỉnh Đắk Nông"
    assert certificate.end_reason == ""
    assert certificate.recorded_at == AT
    assert badge_of(product.pk, day=DAY).stars == 4
    assert Listing.objects.get().own_former_place_folded == "dak nong"
    assert outcome.text("f.csv") == (
        "f.csv:2: created “Mắc ca Lê Anh” (Hợp tác xã Long Việt, Lâm Đồng): "
        "certificate 858/QĐ-UBND of 2025-06-19 issued; 4 stars until 2028-06-19"
    )


def test_it_changes_nothing_the_second_time(django_assert_num_queries):
    rows = [GOOD, press(name="B"), row(name="C", stars="3", decision_number="1/QĐ")]
    take(*rows)
    before = snapshot()

    report = take(*rows)

    assert snapshot() == before
    assert {outcome.product for outcome in report.outcomes} == {"unchanged"}
    assert report.summary() == ("3 rows: 3 unchanged; 0 certificates issued, 2 known before; 2 with stars, 1 without.")


def snapshot():
    models = (Product, Producer, Commune, Certificate, BadgePeriod, Listing)
    return [list(model.objects.order_by("pk").values()) for model in models]


def test_a_dry_run_reports_the_same_and_writes_nothing():
    dry = take(GOOD, press(name="B"), dry_run=True)
    assert not Product.objects.exists()
    assert not Certificate.objects.exists()
    real = take(GOOD, press(name="B"))
    assert list(dry.lines("f")) == list(real.lines("f"))


class TestWithoutStars:
    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"evidence": "press"}, "press"),
            ({"decision_number": ""}, "no number"),
            ({"issued_on": "", "valid_until": ""}, "no date"),
            ({"issued_on": "2025"}, "only the year"),
            ({"valid_until": "2028"}, "only the year of its end"),
        ],
    )
    def test_it_lists_and_says_why(self, cells, reason):
        (outcome,) = take(row(**cells)).outcomes
        assert not Certificate.objects.exists()
        assert Listing.objects.exists()
        assert "listed without stars" in outcome.stars
        assert reason in outcome.stars
        assert not outcome.shows_stars

    def test_it_keeps_what_the_press_claims_out_of_sight(self):
        take(press(valid_until="2026-01-13"))
        product = Product.objects.get()
        assert product.source_note == (
            "Lâm Đồng OCOP decisions: claims 4 stars, issued 2022, until 2026-01-13, by UBND tỉnh Đắk Nông"
        )
        assert product.description == ""

    def test_a_press_row_may_know_no_stars(self):
        (outcome,) = take(press(stars="", issued_on="", issuing_authority="")).outcomes
        assert not outcome.shows_stars
        assert Product.objects.get().source_note == "Lâm Đồng OCOP decisions"

    @pytest.mark.parametrize(
        ("cells", "reason"),
        [
            ({"issued_on": "2023-06-19", "valid_until": "2026-06-19"}, "it ended on 2026-06-19"),
            ({"issued_on": "2027-01-05", "valid_until": ""}, "it begins on 2027-01-05"),
        ],
    )
    def test_a_certificate_may_show_none_today(self, cells, reason):
        (outcome,) = take(row(**cells)).outcomes
        assert Certificate.objects.exists()
        assert reason in outcome.stars

    @pytest.mark.parametrize(("end", "reason"), [(suspend, "suspended since 2026-11-22"), (revoke, "revoked since")])
    def test_a_known_certificate_may_be_withheld(self, end, reason):
        take(GOOD)
        end(Certificate.objects.get())
        (outcome,) = take(GOOD).outcomes
        assert reason in outcome.stars


class TestCertificates:
    def test_it_ends_by_law_where_no_end_is_printed(self):
        take(row(valid_until=""))
        assert Certificate.objects.get().valid_until == date(2028, 6, 19)

    def test_a_printed_end_that_differs_gives_its_reason(self):
        take(row(valid_until="2027-12-31"))
        certificate = Certificate.objects.get()
        assert certificate.valid_until == date(2027, 12, 31)
        assert certificate.end_reason == "as printed in the source"

    def test_the_legal_end_printed_or_not_is_one_fact(self):
        report = take(GOOD, row(valid_until=""))
        assert [outcome.certificate for outcome in report.outcomes] == ["issued", "known"]

    def test_a_renewal_in_a_later_row_supersedes(self):
        report = take(
            row(issued_on="2023-11-30", valid_until="2026-11-30", stars="3", decision_number="1/QĐ"),
            row(issued_on="2026-10-01", valid_until="", stars="5", decision_number="2/QĐ"),
        )
        assert [outcome.stars for outcome in report.outcomes] == [
            "certificate 1/QĐ of 2023-11-30 issued; 5 stars until 2029-10-01 by another certificate",
            "certificate 2/QĐ of 2026-10-01 issued; 5 stars until 2029-10-01",
        ]
        assert Product.objects.count() == 1

    def test_the_same_number_years_later_is_another_decision(self):
        take(row(issued_on="2023-06-19", valid_until=""))
        take(row(issued_on="2026-06-19", valid_until=""))
        assert Certificate.objects.count() == 2

    def test_a_press_row_does_not_take_stars_away(self):
        take(GOOD)
        (outcome,) = take(press()).outcomes
        assert outcome.shows_stars
        assert "by another certificate" in outcome.stars
        assert Certificate.objects.count() == 1


class TestKnownProducts:
    @pytest.mark.parametrize(
        "cells", [{"name": "MẮC CA LÊ ANH"}, {"name": "Mac ca  le anh"}, {"producer": "hợp tác xã long việt"}]
    )
    def test_the_stored_spelling_stays_and_is_reported(self, cells):
        take(GOOD)
        (outcome,) = take(row(**cells)).outcomes
        product = Product.objects.get()
        assert (product.name, product.producer.name) == ("Mắc ca Lê Anh", "Hợp tác xã Long Việt")
        assert outcome.product == "unchanged"
        assert "stored spelling" in outcome.notes[0]

    def test_decomposed_letters_are_the_same_spelling(self):
        import unicodedata

        take(GOOD)
        (outcome,) = take(row(name=unicodedata.normalize("NFD", GOOD["name"]))).outcomes
        assert outcome.notes == []
        assert Product.objects.count() == 1

    def test_one_name_of_two_producers_is_two_products(self):
        take(GOOD, row(producer="Công ty Khác"))
        assert sorted(Product.objects.values_list("slug", flat=True)) == ["mac-ca-le-anh", "mac-ca-le-anh-cong-ty-khac"]

    def test_one_name_in_two_provinces_is_two_products(self):
        take(GOOD, row(province="Điện Biên", former_province=""))
        assert Product.objects.count() == 2

    def test_it_tells_what_it_updated(self):
        take(GOOD)
        (outcome,) = take(row(commune="xã Đức An", product_set="ca-phe-ca-cao", producer_type="enterprise")).outcomes
        product = Product.objects.get()
        assert outcome.changed == ["producer_type", "product_set", "commune"]
        assert (product.commune.name, product.product_set.code) == ("xã Đức An", "ca-phe-ca-cao")
        assert product.producer.ocop_type == "enterprise"
        assert Listing.objects.get().place_folded == "lam dong xa duc an tuy duc"

    def test_an_empty_cell_erases_nothing(self):
        take(GOOD)
        (outcome,) = take(row(commune="", former_district="", former_province="")).outcomes
        assert outcome.product == "unchanged"
        assert Product.objects.get().commune.name == "xã Quảng Trực"

    def test_it_leaves_alone_what_no_column_tells(self):
        take(GOOD)
        update_product(product=Product.objects.get(), description="Sấy chậm.", is_published=False)
        take(GOOD)
        product = Product.objects.get()
        assert (product.description, product.is_published) == ("Sấy chậm.", False)
        assert not Listing.objects.exists()

    def test_it_finds_what_was_entered_by_hand(self):
        producer = make_producer(name="Hợp tác xã Long Việt")
        make_product(name="Mắc ca Lê Anh", producer=producer, slug="bang-tay")
        take(GOOD)
        assert Product.objects.get().slug == "bang-tay"
        assert Producer.objects.get().pk == producer.pk

    def test_it_never_gives_a_taken_or_former_address(self):
        from catalog.services import rename_slug

        make_product(slug="mac-ca-le-anh")
        other = make_product(slug="mac-ca-le-anh-hop-tac-xa-long-viet")
        rename_slug(thing=other, slug="khac")
        take(GOOD)
        assert Product.objects.filter(slug="mac-ca-le-anh-hop-tac-xa-long-viet-2").exists()

    def test_rows_of_one_product_share_what_each_tells(self):
        report = take(press(commune="", source="Báo A"), row(source="Quyết định"))
        product = Product.objects.get()
        assert product.commune.name == "xã Quảng Trực"
        assert product.source_note.startswith("Báo A: claims 4 stars")
        assert product.source_note.endswith(" | Quyết định")
        assert [outcome.product for outcome in report.outcomes] == ["created", "unchanged"]


def test_a_former_province_may_be_the_present_one():
    take(row(former_province="Lâm Đồng"), row(name="B", province="Điện Biên", former_province="Điện Biên"))
    assert Product.objects.get(name="Mắc ca Lê Anh").former_province == FormerProvince.objects.get(name="Lâm Đồng")
    assert Product.objects.get(name="B").former_province is None


def test_it_takes_a_header_in_any_order_and_a_byte_order_mark():
    content = b"\xef\xbb\xbf" + csv_text(GOOD, columns=reversed(COLUMNS)).encode()
    import_products(content=content, at=AT, day=DAY)
    assert Product.objects.get().name == "Mắc ca Lê Anh"


def test_it_warns_of_a_typed_claim_in_a_name():
    report = take(row(name="Mắc ca OCOP 4 sao"))
    assert any("OCOP 4 sao" in line and "warning" in line for line in report.lines("f.csv"))


def test_its_queries_do_not_grow_with_the_rows(django_assert_max_num_queries):
    many = [row(name=f"Sản phẩm {n}", producer=f"Nhà {n // 3}", decision_number=f"{n}/QĐ") for n in range(60)]
    with django_assert_max_num_queries(60):
        take(*many)
    with django_assert_max_num_queries(30):
        take(*many)


class TestDates:
    @given(st.dates(date(1990, 1, 1), date(2100, 12, 31)))
    def test_it_reads_every_day_and_year(self, day):
        assert read_date(day.isoformat()) == PartialDate(day.year, day)
        assert read_date(f"{day.year:04}") == PartialDate(day.year)

    @given(st.text(max_size=12))
    def test_it_reads_nothing_else(self, text):
        try:
            found = read_date(text)
        except ValueError:
            return
        assert found is None or text == str(found)

    def test_an_empty_cell_is_no_date(self):
        assert read_date("") is None


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_rows_taken_twice_are_taken_once(data):
    from django.db import transaction

    names = data.draw(st.lists(st.text("aăâbđ ê'★,\"\n", min_size=1, max_size=8), min_size=1, max_size=6, unique=True))
    evidence = st.sampled_from(["decision", "press"])
    rows = [
        row(
            name=f"{name} {number}",
            evidence=data.draw(evidence),
            issued_on=data.draw(st.sampled_from(["2025-06-19", ""])),
        )
        for number, name in enumerate(names)
    ]
    with transaction.atomic():
        take(*rows)
        before = snapshot()
        again = take(*rows)
        assert snapshot() == before
        assert all(outcome.product == "unchanged" for outcome in again.outcomes)
        transaction.set_rollback(True)
