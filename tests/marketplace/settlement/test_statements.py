import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.utils.translation import override
from pypdf import PdfReader

from marketplace.settlement import registry
from marketplace.settlement.booking import book_compensation
from marketplace.settlement.models import Earning
from marketplace.settlement.payouts import return_payout
from marketplace.settlement.periods import parse_period
from marketplace.settlement.statement_sheets import statement_pdf
from marketplace.settlement.statements import figures, statement_csv, statement_of, withheld_csv
from tests.factories import AT, DAY, make_producer

from .books import AFTER, balances, bank, owed_to, part, run_of, sell, take_back

pytestmark = pytest.mark.django_db

NOVEMBER, DECEMBER = parse_period("2026-11"), parse_period("2026-12")


@pytest.fixture
def cook():
    """A seller with an October sale, three in November, one of which came back, and a payout in December."""
    producer = make_producer(name="HTX Cầu Đất", tax_number="8123456789")
    bank(producer)
    sell(part(producer), order_id=1, at=AT - timedelta(days=30))
    sell(part(producer, shipping=18_000), order_id=2)
    sell(part(producer, goods=80_000, platform_discount=20_000), order_id=3)
    sell(part(producer), part(make_producer(), goods=7), order_id=4)
    take_back(part(producer), order_id=4)
    run_of()
    return producer


def rows(content: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(content.decode("utf-8-sig"))))


def test_it_goes_from_balance_to_balance(cook):
    november = statement_of(producer=cook, period=NOVEMBER)
    assert (november.opening, len(november.lines), november.closing) == (90_500, 4, 289_500)
    assert (november.total.revenue, november.total.shipping, november.total.vat) == (200_000, 18_000, 2_000)
    december = statement_of(producer=cook, period=DECEMBER)
    assert (december.opening, december.paid, december.closing) == (289_500, 289_500, 0)
    assert december.closing == owed_to(cook)


def test_a_payout_that_came_back_is_on_it(cook):
    return_payout(payout_id=cook.payouts.get().pk, reason="x", at=AFTER)
    december = statement_of(producer=cook, period=DECEMBER)
    assert [line.amount for line in december.lines] == [-289_500, 289_500]
    assert (december.paid, december.closing) == (0, 289_500)


def test_goods_that_were_lost_with_the_shop_are_made_good(cook):
    book_compensation(key="c", producer_id=cook.pk, order_id=9, amount=92_000, at=AT, note="OC9 – 1 × TEA")
    november = statement_of(producer=cook, period=NOVEMBER)
    assert (november.adjusted, november.paid, november.total.revenue, november.closing) == (92_000, 0, 200_000, 381_500)
    with override("en"):
        assert ("Compensations and corrections", 92_000) in figures(november)
    assert sum(amount for _label, amount in figures(november)) == november.closing
    assert not Earning.objects.filter(order_id=9).exists(), "nothing was sold, so nothing is taxed"
    assert balances()["losses"] == 92_000
    assert ["Compensation for goods lost with the shop", "OC9 – 1 × TEA"] in [
        line[1:3] for line in rows(statement_csv(november, lang="en"))
    ]


def test_it_says_nothing_of_another_producer(cook):
    stranger = make_producer()
    assert statement_of(producer=stranger, period=NOVEMBER).lines == ()
    about_all = [line.goods for line in statement_of(producer=cook, period=NOVEMBER).lines]
    assert 7 not in about_all


def test_orders_are_called_as_the_app_above_calls_them(cook):
    registry.register_order_names(lambda ids: {each: f"OC{each}" for each in ids if each != 3})
    lines = statement_of(producer=cook, period=NOVEMBER).lines
    assert [line.about for line in lines] == ["OC2", "#3", "OC4", "OC4"]


def test_the_table_sums_line_by_line(cook):
    heading, first, *lines, last = rows(statement_csv(statement_of(producer=cook, period=NOVEMBER), lang="en"))
    assert heading[:4] == ["Day", "What", "Order or payout", "Goods"]
    assert (first[1], first[-1], last[1], last[-1]) == ("Opening balance", "90500", "Closing balance", "289500")
    balance = 90_500
    for line in lines:
        amounts = [int(cell) for cell in line[3:]]
        balance += amounts[-2]
        assert sum(amounts[:-2]) == amounts[-2]
        assert amounts[-1] == balance
    assert [line[1] for line in lines] == ["Sale", "Sale", "Sale", "Return"]


def test_the_tax_withheld_is_told_sale_by_sale(cook):
    _heading, *lines, total = rows(withheld_csv(statement_of(producer=cook, period=parse_period("2026")), lang="en"))
    assert len(lines) == 5
    assert total[3:] == ["300000", "3000", "1500"]
    assert [sum(int(line[column]) for line in lines) for column in (3, 4, 5)] == [300_000, 3_000, 1_500]


def pdf_of(producer, period, *, lang: str) -> tuple[bytes, str]:
    statement = statement_of(producer=producer, period=period)
    account = producer.payout_accounts.order_by("-pk").first()
    content = statement_pdf(statement, account=account, day=DAY, lang=lang)
    return content, " ".join(" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(content)).pages)


def test_the_pdf_says_the_same_in_english(cook):
    _content, text = pdf_of(cook, NOVEMBER, lang="en")
    for said in ("Statement 2026-11", "HTX Cầu Đất", "1 November 2026 to 30 November 2026", "₫289,500", "-8,000",
                 "Of a revenue of ₫200,000", "117/2025/NĐ-CP", "8123456789", "…0899"):  # fmt: skip
        assert said in text
    assert "0071000899" not in text


def test_the_pdf_is_in_vietnamese_too(cook):
    _content, text = pdf_of(cook, NOVEMBER, lang="vi")
    assert "289.500 ₫" in text.replace("\u00a0", " ")
    assert "01/11/2026" in text


def test_the_same_statement_is_the_same_file(cook):
    assert pdf_of(cook, NOVEMBER, lang="vi")[0] == pdf_of(cook, NOVEMBER, lang="vi")[0]


def test_markup_in_a_name_stays_text():
    producer = make_producer(name='#image("x") *a* $1$ "')
    sell(part(producer))
    assert '#image("x") *a* $1$ "' in pdf_of(producer, NOVEMBER, lang="en")[1]


def test_an_empty_period_is_said_to_be_empty():
    assert "Nothing happened in this period." in pdf_of(make_producer(), NOVEMBER, lang="en")[1]


def test_a_long_statement_takes_several_pages():
    producer = make_producer()
    for order_id in range(60):
        sell(part(producer), order_id=order_id)
    content, _text = pdf_of(producer, NOVEMBER, lang="en")
    assert len(PdfReader(BytesIO(content)).pages) >= 2


def test_a_statement_takes_three_queries(cook, django_assert_num_queries):
    with django_assert_num_queries(3):
        statement_of(producer=cook, period=NOVEMBER)


def test_a_day_belongs_to_the_month_of_vietnam(cook):
    sell(part(cook), order_id=9, at=NOVEMBER.ends_at)
    assert statement_of(producer=cook, period=DECEMBER).lines[0].day == date(2026, 12, 1)
