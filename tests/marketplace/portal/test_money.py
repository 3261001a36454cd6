"""The pages of money: for the owners of a producer alone, and as the ledger has it."""

import csv
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.test import Client
from pypdf import PdfReader

from marketplace.accounts.models import Membership
from marketplace.settlement.booking import book_compensation
from marketplace.settlement.models import PayoutAccount
from marketplace.settlement.payouts import return_payout
from tests.conftest import SetClock
from tests.factories import AT, DAY, make_member, make_producer
from tests.marketplace.settlement.books import AFTER, bank, owed_to, part, run_of, sell, take_back
from tests.pages import Page

pytestmark = pytest.mark.django_db
ACCOUNT = {"bank_bin": "970436", "number": "0071 000 899", "holder": "Hợp tác xã Cầu Đất"}
PAGES = ("", "account/", "2026-11/", "2026-11/statement.pdf", "2026-11/statement.csv", "2026-11/tax.csv")


@pytest.fixture
def cook(db: None):
    return make_producer(name="HTX Cầu Đất")


@pytest.fixture
def owner(client: Client, cook):
    user = make_member(cook)
    client.force_login(user)
    return user


def home(producer, *, lang: str = "en/") -> str:
    return f"/{lang}portal/{producer.public_id}/money/"


def read(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, answer
    page = Page(answer.content.decode())
    assert page.flaws == []
    return " ".join(page.one("main").text.split())


def test_without_sales_and_account_the_page_says_so(client: Client, owner, cook) -> None:
    page = read(client, home(cook))
    assert "₫0" in page
    assert "No account is on record: nothing can be paid to you" in page
    assert "Nothing yet." in page
    assert "No account yet." in read(client, f"{home(cook)}account/")
    assert "Nothing happened in this period." in read(client, f"{home(cook)}2026-11/")
    for name in PAGES[3:]:
        assert client.get(f"{home(cook)}{name}").status_code == 200


def test_an_owner_names_an_account_which_is_shown_by_its_end_only(client: Client, owner, cook) -> None:
    answer = client.post(f"{home(cook)}account/", ACCOUNT)
    assert (answer.status_code, answer["Location"]) == (302, home(cook))
    recorded = PayoutAccount.objects.get()
    assert (recorded.number, recorded.recorded_by) == ("0071000899", owner)
    for path in (home(cook), f"{home(cook)}account/"):
        page = client.get(path).content.decode()
        assert "VIETCOMBANK …0899" in page
        assert "0071000899" not in page
    client.post(f"{home(cook)}account/", {**ACCOUNT, "number": "123456"})
    history = read(client, f"{home(cook)}account/")
    assert history.index("…3456") < history.index("in use") < history.index("…0899")
    assert history.count(owner.email) == 2


@pytest.mark.parametrize(
    ("field", "wrong"),
    [("bank_bin", ""), ("bank_bin", "000000"), ("number", "12"), ("number", "9" * 5000), ("holder", "12345")],
)
def test_an_account_that_cannot_be_is_refused_beside_its_field(client: Client, owner, cook, field, wrong) -> None:
    answer = client.post(f"{home(cook)}account/", {**ACCOUNT, field: wrong})
    assert answer.status_code == 400
    page = Page(answer.content.decode())
    assert page.flaws == []
    assert len(page.all("ul", class_="errorlist")) == 1
    assert not PayoutAccount.objects.exists()


@pytest.mark.parametrize("role", ["staff", "helper"])
def test_staff_and_helpers_see_and_change_nothing(client: Client, cook, role) -> None:
    bank(cook)
    member = make_member(cook, role=role)
    Membership.objects.filter(user=member).update(consented_at=AT)
    client.force_login(member)
    assert "Money" not in read(client, f"/en/portal/{cook.public_id}/")
    for name in PAGES:
        assert client.get(f"{home(cook)}{name}").status_code == 404
    assert client.post(f"{home(cook)}account/", ACCOUNT).status_code == 404
    assert PayoutAccount.objects.count() == 1


def test_another_producers_money_is_not_there(client: Client, owner, cook) -> None:
    stranger = make_producer(name="HTX Xa Lạ")
    sell(part(stranger, goods=7_777_777), part(cook), order_id=1)
    bank(stranger)
    for name in PAGES:
        assert client.get(f"{home(stranger)}{name}").status_code == 404
        mine = client.get(f"{home(cook)}{name}")
        assert b"7,777,777" not in mine.content
        assert b"Xa L" not in mine.content
    assert client.post(f"{home(stranger)}account/", ACCOUNT).status_code == 404
    assert PayoutAccount.objects.count() == 1


def test_the_figures_are_those_of_the_ledger(client: Client, owner, cook, clock: SetClock) -> None:
    bank(cook)
    sell(part(cook), order_id=1, at=AT - timedelta(days=30))
    sell(part(cook, shipping=18_000), order_id=2)
    run_of()
    take_back(part(cook), order_id=2, at=AFTER)
    clock(DAY + timedelta(days=10))
    page = read(client, home(cook))
    assert owed_to(cook) == -90_500
    assert "−₫90,500" in page
    assert "It is offset against your next sales" in page
    assert page.index("December 2026") < page.index("November 2026") < page.index("October 2026")
    assert "₫199,000 for 2026-11" in page
    november = read(client, f"{home(cook)}2026-11/")
    for words in ("balance₫90,500", "Shipping₫18,000", "Commission−₫8,000", "Closing balance₫199,000"):
        assert words in november
    assert "declared and paid for you (Decree 117/2025/NĐ-CP)" in november
    december = read(client, f"{home(cook)}2026-12/")
    assert "not over yet" in december
    assert "Paid out−₫199,000" in december
    return_payout(payout_id=cook.payouts.get().pk, reason="closed", at=AFTER)
    assert "returned by the bank" in read(client, home(cook))


def test_what_was_made_good_stands_beside_what_was_earned(client: Client, owner, cook) -> None:
    sell(part(cook), order_id=1)
    assert "Compensations" not in read(client, home(cook))
    book_compensation(key="c", producer_id=cook.pk, order_id=2, amount=7_000, at=AT)
    assert "paid out ₫0 · Compensations and corrections: ₫7,000" in read(client, home(cook))


def test_statements_are_downloaded_in_the_pages_language(client: Client, owner, cook) -> None:
    sell(part(cook), order_id=1)
    answer = client.get(f"{home(cook, lang='')}2026-11/statement.pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="{cook.slug}-2026-11.pdf"'
    assert "HTX Cầu Đất" in PdfReader(BytesIO(answer.content)).pages[0].extract_text()
    for name, first, last in (("statement", "Day", "90500"), ("tax", "Day", "500")):
        content = client.get(f"{home(cook)}2026-11/{name}.csv").content.decode("utf-8-sig")
        rows = list(csv.reader(StringIO(content)))
        assert (rows[0][0], rows[-1][-1]) == (first, last)
    assert client.get(f"{home(cook)}2026/tax.csv").status_code == 200


@pytest.mark.parametrize("period", ["2026-12", "2027", "2026-13", "1026-11", "9999-12", "2026-W54", "٢٠٢٦", "x" * 999])
def test_what_is_no_period_or_has_not_begun_is_not_there(client: Client, owner, cook, period) -> None:
    assert client.get(f"{home(cook)}{period}/").status_code == 404


def test_earlier_years_are_shown_by_themselves(client: Client, owner, cook, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.portal.views.money.MONTHS_SHOWN", 1)
    for number, days in enumerate((0, 30, 400)):
        sell(part(cook), order_id=number + 1, at=AT - timedelta(days=days))
    page = read(client, home(cook))
    assert ("November 2026" in page, "October 2026" in page) == (True, False)
    year = read(client, f"{home(cook)}?year=2025")
    assert ("October 2025" in year, "2026-11" in year, "The whole year 2025" in year) == (True, False, True)
    for nonsense in ("2024", "x", "9" * 99):
        assert client.get(f"{home(cook)}?year={nonsense}").status_code == 404


def test_a_page_takes_as_many_queries_for_more_sales(
    client: Client, owner, cook, django_assert_max_num_queries
) -> None:
    bank(cook)
    for number in range(15):
        sell(part(cook), order_id=number + 1, at=AT - timedelta(days=31 * number))
    for name in ("", "account/", "2026-11/", "2026/", "2026/statement.csv"):
        with django_assert_max_num_queries(9):
            assert client.get(f"{home(cook)}{name}").status_code == 200


def test_a_long_statement_shows_its_newest_lines(client: Client, owner, cook, monkeypatch) -> None:
    monkeypatch.setattr("marketplace.portal.views.money.LINES_SHOWN", 2)
    for number in range(5):
        sell(part(cook), order_id=700 + number)
    page = read(client, f"{home(cook)}2026-11/")
    assert "3 earlier lines are in the files above." in page
    assert ("#704" in page, "#701" in page) == (True, False)
