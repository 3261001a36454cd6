"""A correction: money that lies on a wrong account of the ledger is moved by a person, who says why."""

from datetime import datetime
from typing import Any

from catalog.models import Producer
from marketplace.settlement.accounts import Account, Kind
from marketplace.settlement.ledger import Entry, post
from marketplace.settlement.models import Transaction
from ocop_badges.errors import DomainError, InvalidFact

# A customer's money follows the order, its payments and refunds: it is put right there.
CUSTOMERS = frozenset({Account.DEPOSITS, Account.REFUNDS_DUE})


def correct(
    *,
    key: str,
    debit: Account,
    credit: Account,
    amount: int,
    reason: str,
    at: datetime,
    by: Any,
    producer: Producer | None = None,
) -> Transaction:
    """Debit one account and credit another with so many đồng; what was written before stays as it is.

    Told again with the same ``key`` it changes nothing. ``reason`` and who did it stand in the note, which a producer
    reads in its statement where ``producer`` says whose money is owed more (credit) or less. Raises ``DomainError``
    ``customers-money`` (409), ``InvalidFact`` (400), ``KeyTaken``.
    """
    accounts = {debit, credit}
    if accounts & CUSTOMERS:
        raise DomainError("A customer's money is put right by what is done with the order.", code="customers-money")
    if len(accounts) < 2 or amount <= 0:
        raise InvalidFact("Move something from one account to another.", field="amount")
    if (Account.PAYABLE in accounts) != (producer is not None):
        raise InvalidFact("Name a producer where its money is moved, and nowhere else.", field="producer")
    note = f"{' '.join(reason.split())} – {by}"
    if not reason.strip() or len(note) > 255:
        raise InvalidFact("Say why, in 200 characters at most.", field="reason")

    def entry(account: Account, dong: int) -> Entry:
        return Entry(account, dong, producer_id=producer.pk if producer and account == Account.PAYABLE else None)

    return post(
        key=f"correction:{key}",
        at=at,
        kind=Kind.CORRECTION,
        entries=[entry(debit, amount), entry(credit, -amount)],
        note=note,
    )
