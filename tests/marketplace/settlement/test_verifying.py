from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from marketplace.settlement import booking, registry
from marketplace.settlement.accounts import Account, Kind
from marketplace.settlement.models import Earning, LedgerEntry, Payout, Transaction
from marketplace.settlement.payouts import confirm_payout, return_payout
from marketplace.settlement.triggers import create_append_only_triggers, drop_append_only_triggers
from marketplace.settlement.verifying import ledger_checks
from tests.factories import AT, make_producer

from .books import AFTER, bank, part, run_of, sell, take_back

pytestmark = pytest.mark.django_db


def flaws() -> list[str]:
    return [flaw for check in ledger_checks().values() for flaw in check()]


@pytest.fixture
def busy():
    """A ledger in which everything happened once."""
    cook, farmer = make_producer(), make_producer()
    for producer in (cook, farmer):
        bank(producer)
    sold = part(cook, goods=80_000, platform_discount=20_000, shipping=18_000)
    sell(sold, part(farmer), assembly=35_000)
    sell(part(cook), part(cook, legal_form="company", vat=0, income_tax=0), order_id=2)
    nothing = part(cook, goods=0, commission=0, vat=0, income_tax=0)
    booking.book_sale(key="nothing", order_id=3, parts=[nothing], assembly=0, at=AT)
    take_back(sold, assembly=35_000)
    booking.book_refund_paid(key="rp", order_id=1, method="vietqr", amount=133_000, at=AT)
    booking.book_remittance(key="r", method="vietqr", amount=200_000, fee=1_000, at=AT)
    booking.book_tax_paid(key="t", vat=1_000, income_tax=500, at=AT)
    paid, returned = run_of().payouts.order_by("pk")
    confirm_payout(payout_id=paid.pk, reference="FT", at=AFTER)
    return_payout(payout_id=returned.pk, reason="closed", at=AFTER)


@pytest.fixture
def tampering(busy):
    """Somebody who may write to the database goes past the models and the triggers."""
    drop_append_only_triggers(connection)

    def tamper(statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount > 0

    yield tamper
    create_append_only_triggers(connection)


def test_a_ledger_that_was_kept_by_the_bookings_is_sound(busy):
    assert flaws() == []


def test_an_amount_that_was_changed_is_found(tampering):
    tampering("UPDATE settlement_ledgerentry SET amount = amount + 1 WHERE account = 'bank' AND amount = 199000")
    assert flaws() == ["the ledger sums to 1 đ", "transaction r sums to 1 đ"]


def test_amounts_that_were_moved_from_one_producer_to_another_are_found(tampering):
    cook, farmer = Payout.objects.order_by("pk").values_list("producer_id", flat=True)
    tampering(f"UPDATE settlement_ledgerentry SET producer_id = {cook} WHERE producer_id = {farmer}")
    found = flaws()
    assert any("earned" in flaw for flaw in found)
    assert any(flaw.startswith("payout ") for flaw in found)


def test_a_day_that_was_moved_into_another_month_is_found(tampering):
    tampering("UPDATE settlement_transaction SET day = '2026-12-01' WHERE key = 'sale:2'")
    assert flaws() == ["transaction sale:2 of 2026-11-22 09:00 counts for 2026-12-01"]


def test_tax_that_was_changed_is_found(tampering):
    tampering("UPDATE settlement_earning SET vat = vat + 1 WHERE vat = 1000 AND order_id = 2")
    assert len(flaws()) == 1


def test_an_earning_that_was_taken_out_is_found(tampering):
    tampering("DELETE FROM settlement_earning WHERE order_id = 2")
    assert len(flaws()) == 1


def test_a_payout_without_its_booking_is_found(tampering):
    payout = Payout.objects.order_by("pk").first()
    Payout.objects.filter(pk=payout.pk).update(amount=payout.amount + 1)
    assert len(flaws()) == 1


def test_a_booking_without_its_payout_is_found(busy):
    booking.book_payout(key="payout:999", producer_id=make_producer().pk, amount=5, at=AT)
    assert len(flaws()) == 1


def test_a_return_that_was_not_booked_is_found(busy):
    Payout.objects.filter(state="confirmed").update(state="returned", returned_at=AT)
    assert len(flaws()) == 1


@pytest.mark.parametrize(("account", "other"), [(Account.DEPOSITS, Account.BANK), (Account.REFUNDS_DUE, Account.BANK)])
def test_an_order_that_is_overdrawn_is_found(busy, account, other):
    written = Transaction.objects.create(key="x", kind=Kind.CORRECTION, at=AT, day=AT.date())
    for amount, each, order_id in ((7, account, 9), (-7, other, None)):
        LedgerEntry.objects.create(transaction=written, account=each, amount=amount, order_id=order_id)
    assert len(flaws()) == 1
    assert flaws()[0].startswith("order 9: 7 đ")


def test_the_checks_of_the_apps_above_are_run():
    registry.register_check("captures agree", lambda: ["order 5: 1 đ too much"])
    assert flaws() == ["order 5: 1 đ too much"]


def test_the_command_says_that_all_is_well(busy):
    out = StringIO()
    call_command("ledger_verify", stdout=out, no_color=True)
    assert f"{Transaction.objects.count()} transactions are sound." in out.getvalue()


def test_the_command_prints_every_flaw_and_fails(tampering):
    tampering("UPDATE settlement_ledgerentry SET amount = amount + 1 WHERE account = 'bank' AND amount = 199000")
    out = StringIO()
    with pytest.raises(SystemExit) as left:
        call_command("ledger_verify", stdout=out, no_color=True)
    assert left.value.code == 1
    assert "every transaction sums to zero: transaction r sums to 1 đ" in out.getvalue()


def test_it_takes_few_queries_whatever_the_ledger(busy, django_assert_num_queries):
    for order_id in range(10, 20):
        sell(part(make_producer()), order_id=order_id)
    assert Earning.objects.count() > 10
    with django_assert_num_queries(9):
        assert flaws() == []
