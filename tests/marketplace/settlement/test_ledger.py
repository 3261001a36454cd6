from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import DatabaseError

from marketplace.settlement.accounts import Account, Kind
from marketplace.settlement.ledger import Entry, KeyTaken, OutOfBalance, post
from marketplace.settlement.models import Earning, LedgerEntry, Transaction
from tests.factories import AT, make_producer

from .books import part, sell

pytestmark = pytest.mark.django_db


def move(amount: int = 10_000, *, key: str = "k", **more):
    entries = [Entry(Account.BANK, amount), Entry(Account.CLEARING_COD, -amount)]
    return post(**{"key": key, "at": AT, "kind": Kind.REMITTANCE, "entries": entries, **more})


def test_a_transaction_is_written_with_its_entries():
    written = move(note="GHN 17")
    assert (written.key, written.kind, written.note) == ("k", "remittance", "GHN 17")
    assert LedgerEntry.objects.all().balances() == {"bank": 10_000, "clearing:cod": -10_000}
    assert LedgerEntry.objects.all().balance() == 0


def test_its_day_is_the_day_in_vietnam():
    assert move(at=datetime(2026, 11, 22, 17, 30, tzinfo=UTC)).day == date(2026, 11, 23)


def test_entries_that_do_not_sum_to_zero_are_refused():
    with pytest.raises(OutOfBalance):
        post(key="k", at=AT, kind=Kind.SALE, entries=[Entry(Account.BANK, 1)])
    assert not Transaction.objects.exists()


def test_told_again_it_is_the_stored_one():
    assert move() == move()
    assert LedgerEntry.objects.count() == 2


def test_the_same_key_with_other_entries_is_refused():
    move()
    with pytest.raises(KeyTaken):
        move(9_999)
    with pytest.raises(KeyTaken):
        move(kind=Kind.CAPTURE)
    assert LedgerEntry.objects.of_account(Account.BANK).balance() == 10_000


def test_entries_of_one_place_become_one_and_nothing_is_left_out():
    entries = [Entry(Account.BANK, 1), Entry(Account.BANK, 2), Entry(Account.FEES, 0), Entry(Account.CLEARING_COD, -3)]
    written = post(key="k", at=AT, kind=Kind.REMITTANCE, entries=entries)
    assert sorted(written.entries.values_list("account", "amount")) == [("bank", 3), ("clearing:cod", -3)]


def test_a_transaction_takes_few_queries(django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        move()
    with django_assert_max_num_queries(2):
        move()


def test_the_models_refuse_changes():
    sell(part(make_producer()))
    for row in (Transaction.objects.first(), LedgerEntry.objects.first(), Earning.objects.first()):
        with pytest.raises(TypeError):
            row.save()
        with pytest.raises(TypeError):
            row.delete()
        with pytest.raises(TypeError):
            type(row).objects.all().delete()
        with pytest.raises(TypeError):
            type(row).objects.update(pk=row.pk)
        with pytest.raises(TypeError):
            type(row).objects.bulk_update([row], ["id"])


@pytest.mark.parametrize("table", ["transaction", "ledgerentry", "earning"])
@pytest.mark.parametrize("act", ["DELETE FROM settlement_{}", "UPDATE settlement_{} SET id = id"])
def test_the_database_refuses_changes(act, table):
    sell(part(make_producer()))
    with (
        pytest.raises(DatabaseError, match="ledger_is_append_only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(act.format(table))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM settlement_{table}")
        assert cursor.fetchone()[0] > 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"account": "payable", "amount": 1},
        {"account": "deposits", "amount": 1},
        {"account": "refunds-due", "amount": 1},
        {"account": "bank", "amount": 0},
        {"account": "pocket", "amount": 1},
    ],
    ids=str,
)
def test_the_database_refuses_entries_that_say_too_little(wrong):
    written = move()
    with pytest.raises(IntegrityError), transaction.atomic():
        LedgerEntry.objects.create(transaction=written, **wrong)


def test_a_transaction_goes_with_the_callers_own():
    with transaction.atomic():
        move()
        transaction.set_rollback(True)
    assert not Transaction.objects.exists()


def test_a_key_written_meanwhile_by_another_is_found(monkeypatch):
    """What the loser of a race meets: it saw no such key, and its row is refused."""
    written = move()
    find, misses = Transaction.objects.filter, iter([True])
    monkeypatch.setattr(Transaction.objects, "filter", lambda **w: find(pk=-1) if next(misses, False) else find(**w))
    assert move() == written
    assert Transaction.objects.count() == 1
