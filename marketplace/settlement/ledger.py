"""The double-entry ledger: every transaction sums to zero, is written once by its key, and is never changed."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction

from marketplace.settlement.accounts import Account, Kind
from marketplace.settlement.models import Earning, LedgerEntry, Transaction
from ocop_badges.days import ZONE

_Place = tuple[str, int | None, int | None]  # account, producer, order


@dataclass(frozen=True, slots=True)
class Entry:
    """So many đồng on an account: a debit above zero, a credit below."""

    account: Account
    amount: int
    producer_id: int | None = None
    order_id: int | None = None


class OutOfBalance(ValueError):
    """Entries that do not sum to zero."""


class KeyTaken(ValueError):
    """The key stands for a transaction with other entries."""


def post(
    *,
    key: str,
    at: datetime,
    kind: Kind,
    entries: Iterable[Entry],
    earnings: Sequence[Earning] = (),
    note: str = "",
) -> Transaction:
    """Write a transaction, in the caller's database transaction if there is one; told again, return the stored one.

    Entries on one account of one producer and order become one; those of nothing are left out. ``earnings`` are rows
    not yet stored, written with the transaction. Raises ``OutOfBalance``, and ``KeyTaken`` where the key is already
    there with another kind or other entries.
    """
    amounts = _merged(entries)
    if total := sum(amounts.values()):
        raise OutOfBalance(f"{key}: the entries sum to {total}")
    stored = Transaction.objects.filter(key=key).first()
    if stored is not None:
        return _same(stored, kind, amounts)
    try:
        with transaction.atomic():
            return _write(key, at, kind, amounts, earnings, note)
    except IntegrityError:
        stored = Transaction.objects.filter(key=key).first()
        if stored is None:
            raise
        return _same(stored, kind, amounts)  # somebody else was faster


def _write(
    key: str, at: datetime, kind: Kind, amounts: dict[_Place, int], earnings: Sequence[Earning], note: str
) -> Transaction:
    day = at.astimezone(ZONE).date()
    made = Transaction.objects.create(key=key, kind=kind, at=at, day=day, note=note[:255])
    LedgerEntry.objects.bulk_create(
        LedgerEntry(transaction=made, account=account, producer_id=producer_id, order_id=order_id, amount=amount)
        for (account, producer_id, order_id), amount in amounts.items()
    )
    for earning in earnings:
        earning.transaction = made
    Earning.objects.bulk_create(earnings)
    return made


def _merged(entries: Iterable[Entry]) -> dict[_Place, int]:
    amounts: Counter[_Place] = Counter()
    for entry in entries:
        amounts[str(entry.account), entry.producer_id, entry.order_id] += entry.amount
    return {place: amount for place, amount in amounts.items() if amount}


def _same(stored: Transaction, kind: Kind, amounts: dict[_Place, int]) -> Transaction:
    written = {
        (account, producer_id, order_id): amount
        for account, producer_id, order_id, amount in stored.entries.values_list(
            "account", "producer_id", "order_id", "amount"
        )
    }
    if stored.kind != kind or written != amounts:
        raise KeyTaken(f"{stored.key} is already written with other entries")
    return stored
