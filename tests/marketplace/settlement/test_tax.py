import csv
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from marketplace.settlement.periods import parse_period
from marketplace.settlement.tax import declaration_csv, declaration_of, totals_of
from ocop_badges.days import start_of
from tests.factories import make_producer

from .books import AFTER, balances, part, sell, take_back

pytestmark = pytest.mark.django_db

SEPTEMBER, OCTOBER, NOVEMBER = (parse_period(f"2026-{month}") for month in ("09", "10", "11"))
IN_SEPTEMBER, IN_OCTOBER, IN_NOVEMBER = (start_of(date(2026, month, 15)) for month in (9, 10, 11))


@pytest.fixture
def cook():
    return make_producer(tax_number="8123456789", legal_form="household_business")


def test_it_names_every_seller_from_whom_tax_was_withheld(cook):
    farmer = make_producer()
    sell(part(cook), at=IN_NOVEMBER)
    sell(part(cook, goods=80_000, platform_discount=20_000), part(farmer, legal_form="individual"), order_id=2)
    sell(part(cook), order_id=3, at=IN_OCTOBER)
    told = [
        (each.producer, each.legal_form, each.revenue, each.vat, each.income_tax) for each in declaration_of(NOVEMBER)
    ]
    assert told == [
        (cook, "household_business", 200_000, 2_000, 1_000),
        (farmer, "individual", 100_000, 1_000, 500),
    ]
    assert totals_of(declaration_of(NOVEMBER)) == (3_000, 1_500)


def test_who_declares_for_itself_is_not_named():
    company = make_producer(legal_form="company")
    sell(part(company, legal_form="company", vat=0, income_tax=0))
    assert declaration_of(NOVEMBER) == []


def test_a_seller_whose_tax_rounds_to_nothing_is_still_named(cook):
    sell(part(cook, goods=10, commission=0, vat=0, income_tax=0))
    assert [each.revenue for each in declaration_of(NOVEMBER)] == [10]


def test_shipping_is_no_revenue(cook):
    sell(part(cook, shipping=18_000))
    assert declaration_of(NOVEMBER)[0].revenue == 100_000


def test_a_return_in_the_same_month_is_offset(cook):
    sell(part(cook))
    sell(part(cook), order_id=2)
    take_back(part(cook))
    (seller,) = declaration_of(NOVEMBER)
    assert (seller.sold, seller.came_back, seller.revenue) == (200_000, 100_000, 100_000)
    assert (seller.vat_due, seller.income_tax_due, seller.vat_carried) == (1_000, 500, 0)
    assert seller.remark == ""


def test_a_return_in_a_later_month_lowers_that_month_and_leaves_the_earlier_one(cook):
    sell(part(cook), at=IN_OCTOBER)
    before = declaration_of(OCTOBER)
    sell(part(cook), order_id=2)
    sell(part(cook), order_id=3)
    take_back(part(cook), at=IN_NOVEMBER)
    assert declaration_of(OCTOBER) == before
    assert [each.vat_due for each in declaration_of(NOVEMBER)] == [1_000]


def test_what_a_month_cannot_offset_is_carried_until_it_is(cook):
    sell(part(cook), at=IN_SEPTEMBER)
    take_back(part(cook), at=IN_OCTOBER)
    (october,) = declaration_of(OCTOBER)
    assert (october.vat, october.vat_due, october.vat_carried) == (-1_000, 0, -1_000)
    assert (october.income_tax_due, october.income_tax_carried) == (0, -500)
    (idle,) = declaration_of(NOVEMBER)
    assert (idle.vat, idle.vat_before, idle.vat_due, idle.vat_carried) == (0, -1_000, 0, -1_000)
    sell(part(cook, vat=1_500, income_tax=500), order_id=2, at=IN_NOVEMBER)
    (november,) = declaration_of(NOVEMBER)
    assert (november.vat, november.vat_before, november.vat_due, november.vat_carried) == (1_500, -1_000, 500, 0)
    assert (november.income_tax_due, november.income_tax_carried) == (0, 0)
    with override("en"):
        assert october.remark == "More came back than was sold: the rest is offset in later months."
        assert november.remark == "Offsets returns of earlier months."


def test_what_is_carried_is_offset_for_the_same_seller_whatever_its_legal_form(cook):
    sell(part(cook), at=IN_SEPTEMBER)
    take_back(part(cook), at=IN_OCTOBER)
    sell(part(cook, legal_form="individual", vat=3_000), order_id=2, at=IN_NOVEMBER)
    take_back(part(cook, legal_form="household_business", vat=500), order_id=3, at=IN_NOVEMBER)
    (november,) = declaration_of(NOVEMBER)
    assert (november.vat, november.vat_before, november.vat_due, november.vat_carried) == (2_500, -1_000, 1_500, 0)


def test_over_the_months_what_is_paid_is_what_was_withheld(cook):
    sell(part(cook), at=IN_SEPTEMBER)
    take_back(part(cook), at=IN_OCTOBER)
    sell(part(cook), order_id=2, at=IN_NOVEMBER)
    sell(part(cook), order_id=3, at=IN_NOVEMBER)
    paid = sum(totals_of(declaration_of(month))[0] for month in (SEPTEMBER, OCTOBER, NOVEMBER))
    assert paid == -balances()["vat-withheld"] == 2_000


def test_it_is_declared_by_the_month():
    with pytest.raises(ValueError):
        declaration_of(parse_period("2026-W47"))


def test_the_table_says_everything(cook):
    sell(part(cook))
    take_back(part(cook), at=AFTER)
    with override("en"):
        content = declaration_csv(parse_period("2026-12"), declaration_of(parse_period("2026-12")))
    (row,) = csv.DictReader(StringIO(content.decode("utf-8-sig")))
    assert row["Tax number"] == "8123456789"
    assert row["Legal form"] == "household business"
    assert (row["Revenue"], row["VAT withheld"], row["VAT to pay"], row["VAT carried on"]) == (
        "-100000",
        "-1000",
        "0",
        "-1000",
    )
    assert row["Remark"].startswith("More came back")


def test_a_name_is_no_formula():
    sell(part(make_producer(name="=1+1")))
    assert b"'=1+1" in declaration_csv(NOVEMBER, declaration_of(NOVEMBER))


def test_a_declaration_takes_two_queries(django_assert_num_queries):
    for order_id in range(1, 6):
        sell(part(make_producer()), order_id=order_id)
    with django_assert_num_queries(2):
        declaration_csv(NOVEMBER, declaration_of(NOVEMBER))


def test_what_was_paid_to_the_tax_office_is_booked_once(cook, clock):
    clock(AFTER)
    sell(part(cook), at=IN_NOVEMBER)
    for _ in range(2):
        out = StringIO()
        call_command("tax_paid", "--month", "2026-11", stdout=out)
        assert "1,000 đ VAT and 500 đ income tax" in out.getvalue()
    assert balances()["bank"] == -1_500
    assert "vat-withheld" not in balances()


@pytest.mark.parametrize("month", ["2026-12", "2026-W47"])
def test_tax_of_a_month_that_is_not_over_is_not_booked(cook, clock, month):
    clock(AFTER)
    with pytest.raises(CommandError):
        call_command("tax_paid", "--month", month)


def declare(tmp_path, *options: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command(
            "tax_declaration", "--file", str(tmp_path / "t.csv"), *options, stdout=out, stderr=err, no_color=True
        )
    except SystemExit as left:
        code = int(left.code or 0)
    return code, out.getvalue(), err.getvalue()


def test_the_command_writes_the_last_month(cook, clock, tmp_path):
    clock(AFTER)
    sell(part(cook))
    code, out, err = declare(tmp_path)
    assert (code, err) == (0, "")
    assert "2026-11: 1 sellers, 1,000 đ VAT and 500 đ income tax to pay." in out
    assert (tmp_path / "t.csv").stat().st_mode & 0o777 == 0o600


def test_the_command_names_sellers_without_a_tax_number(clock, tmp_path):
    clock(AFTER)
    farmer = make_producer()
    sell(part(farmer))
    code, _out, err = declare(tmp_path)
    assert code == 1
    assert f"no tax number: {farmer.name}" in err
    assert (tmp_path / "t.csv").exists()


@pytest.mark.parametrize("month", ["2026-12", "2026-W47", "x"])
def test_a_month_that_is_not_over_or_none_is_refused(clock, month, tmp_path):
    clock(AFTER)
    with pytest.raises(CommandError):
        declare(tmp_path, "--month", month)
