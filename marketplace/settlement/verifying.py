"""Whether the ledger holds: nothing here trusts what the code that wrote it promises."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from heapq import merge
from itertools import groupby
from operator import itemgetter

from django.db import connection, transaction
from django.db.models import F, Sum

from marketplace.settlement.accounts import PAYOUT_KINDS, Account, Kind
from marketplace.settlement.models import Earning, LedgerEntry, Payout, PayoutState, Transaction
from marketplace.settlement.payouts import payout_key, return_key
from marketplace.settlement.registry import registered_checks
from ocop_badges.days import ZONE

CHUNK = 2_000
_EARNED = {
    Account.VOUCHERS: "platform_discount",
    Account.COMMISSION: "commission",
    Account.VAT_WITHHELD: "vat",
    Account.INCOME_TAX_WITHHELD: "income_tax",
}
_SIGNS = {Account.VOUCHERS: 1}  # an expense; the others are credits


def ledger_checks() -> Mapping[str, Callable[[], Iterable[str]]]:
    """Every check by its name, those of the apps above last. Each says in a sentence what is wrong."""
    return {
        "every transaction sums to zero": unbalanced_transactions,
        "every transaction is of its day": misdated_transactions,
        "no customer's money is spent twice": overdrawn_orders,
        "every earning is as it was booked": differing_earnings,
        "every payout is booked once": differing_payouts,
        **registered_checks(),
    }


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever is read inside is as it was at one moment, though the shop trades on. Write nothing in it.

    Inside a transaction it is that of the transaction.
    """
    if connection.in_atomic_block:
        yield
        return
    connection.ensure_connection()  # which sets the mode
    begins_as = getattr(connection, "transaction_mode", None)  # SQLite's: IMMEDIATE would keep the shop from writing
    connection.transaction_mode = None  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            if connection.vendor == "postgresql":
                with connection.cursor() as cursor:
                    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
    finally:
        connection.transaction_mode = begins_as  # type: ignore[attr-defined]


def unbalanced_transactions() -> Iterator[str]:
    if total := LedgerEntry.objects.all().balance():
        yield f"the ledger sums to {total:,} đ"
    sums = LedgerEntry.objects.order_by("transaction").values_list("transaction__key").annotate(total=Sum("amount"))
    for key, total in sums.exclude(total=0).iterator(CHUNK):
        yield f"transaction {key} sums to {total:,} đ"


def misdated_transactions() -> Iterator[str]:
    for key, at, day in Transaction.objects.order_by("pk").values_list("key", "at", "day").iterator(CHUNK):
        if at.astimezone(ZONE).date() != day:
            yield f"transaction {key} of {at.astimezone(ZONE):%Y-%m-%d %H:%M} counts for {day}"


def overdrawn_orders() -> Iterator[str]:
    """More earned, or paid back, than the customer paid or was due."""
    told = {
        Account.DEPOSITS: "earned or due back beyond what was paid",
        Account.REFUNDS_DUE: "paid back beyond what was due",
    }
    for account, what in told.items():
        sums = LedgerEntry.objects.of_account(account).order_by("order_id").values_list("order_id")
        for order_id, total in sums.annotate(total=Sum("amount")).filter(total__gt=0).iterator(CHUNK):
            yield f"order {order_id}: {total:,} đ {what}"


def differing_earnings() -> Iterator[str]:
    """The earnings of a transaction are the same money as its entries, for each producer."""
    entries = (
        LedgerEntry.objects.filter(transaction__kind__in=[Kind.SALE, Kind.REFUND], producer__isnull=False)
        .order_by("transaction_id", "producer_id", "account")
        .values_list("transaction_id", "producer_id", "account", "amount")
        .iterator(CHUNK)
    )
    earnings = (
        Earning.objects.order_by("transaction_id", "producer_id")
        .values_list("transaction_id", "producer_id")
        .annotate(
            owed=Sum(
                F("goods") + F("platform_discount") + F("shipping") - F("commission") - F("vat") - F("income_tax")
            ),
            **{f"sum_{name}": Sum(name) for name in _EARNED.values()},
        )
        .iterator(CHUNK)
    )
    booked = ((key, "booked", _by_account(rows)) for key, rows in groupby(entries, key=itemgetter(0, 1)))
    earned = ((row[:2], "earned", _expected(row[2], row[3:])) for row in earnings)
    for key, sides in groupby(merge(booked, earned, key=itemgetter(0)), key=itemgetter(0)):
        told = {side: amounts for _key, side, amounts in sides}
        if told.get("booked", {}) != told.get("earned", {}):
            yield f"transaction {key[0]}, producer {key[1]}: {told}"


def differing_payouts() -> Iterator[str]:
    """Each payout has its transaction, each returned one another, and no transaction is without a payout."""
    booked = {
        key: (producer_id, amount)
        for key, producer_id, amount in LedgerEntry.objects.of_account(Account.PAYABLE)
        .filter(transaction__kind__in=PAYOUT_KINDS)
        .values_list("transaction__key", "producer_id", "amount")
    }
    payouts = Payout.objects.order_by("pk").values_list("pk", "producer_id", "amount", "state")
    for pk, producer_id, amount, state in payouts.iterator(CHUNK):
        expected = {payout_key(pk): (producer_id, amount)}
        if state == PayoutState.RETURNED:
            expected[return_key(pk)] = (producer_id, -amount)
        for key, wanted in expected.items():
            found = booked.pop(key, None)
            if found != wanted:
                yield f"payout {pk}: {key} should book (producer, đồng) {wanted}, and books {found}"
    for key, found in booked.items():
        yield f"{key} books {found}, and there is no such payout"


def _by_account(rows: Iterable[tuple[int, int, str, int]]) -> dict[str, int]:
    return {account: amount for _transaction, _producer, account, amount in rows}


def _expected(net: int, charges: Iterable[int]) -> dict[str, int]:
    """The entries that one producer's earnings stand for, without those of nothing."""
    entries = {Account.PAYABLE.value: -net}
    for (account, _name), amount in zip(_EARNED.items(), charges, strict=True):
        entries[account.value] = _SIGNS.get(account, -1) * amount
    return {account: amount for account, amount in entries.items() if amount}
