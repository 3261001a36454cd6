"""What happens in the shop, as it is written into the ledger.

Called inside the transaction of what happened. Each is told by its ``key`` and counts once: told again it changes
nothing and returns what is stored (``ledger.KeyTaken`` where the facts differ). Amounts are in đồng, none below zero
unless said. Orders are named by their number in the database; what was sold comes as plain facts.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from marketplace.settlement.accounts import Account, Kind, clearing_of
from marketplace.settlement.ledger import Entry, post
from marketplace.settlement.models import Earning, PayoutWay, Transaction
from marketplace.settlement.rules import SalePart

__all__ = [
    "SalePart",
    "book_capture",
    "book_compensation",
    "book_payout",
    "book_payout_returned",
    "book_refund",
    "book_refund_paid",
    "book_remittance",
    "book_sale",
    "book_tax_paid",
]

_PAID_FROM = {PayoutWay.BANK: Account.BANK, PayoutWay.STRIPE: Account.CLEARING_STRIPE}


def book_capture(*, key: str, order_id: int, method: str, amount: int, at: datetime, note: str = "") -> Transaction:
    """A customer paid: the method (``cod``, ``vietqr``, ``stripe``) has the money, we owe goods for it."""
    _check(amount)
    entries = [Entry(clearing_of(method), amount), Entry(Account.DEPOSITS, -amount, order_id=order_id)]
    return post(key=key, at=at, kind=Kind.CAPTURE, entries=entries, note=note)


def book_sale(
    *, key: str, order_id: int, parts: Sequence[SalePart], assembly: int, at: datetime, note: str = ""
) -> Transaction:
    """Goods were delivered: what was paid for them is earned. The successful transaction of the tax rules.

    ``assembly`` is what the shopper paid for the shop's own work: a gift box, its assembly and its own way.
    """
    _check(assembly)
    return post(
        key=key,
        at=at,
        kind=Kind.SALE,
        entries=_sale(order_id, parts, assembly, counter=Account.DEPOSITS),
        earnings=_earnings(order_id, parts),
        note=note,
    )


def book_refund(
    *,
    key: str,
    order_id: int,
    method: str,
    from_deposits: int,
    reversed_parts: Sequence[SalePart],
    assembly: int,
    at: datetime,
    losses: int = 0,
    note: str = "",
) -> Transaction:
    """Money is due back to the customer.

    ``from_deposits`` was not earned yet; ``reversed_parts`` and ``assembly`` were, and are taken back exactly as they
    were booked, from producers too (whose balance may fall below zero); ``losses`` the shop bears itself (goodwill, a
    dispute it lost). The sum of the shopper's money in them is what ``book_refund_paid`` pays.
    """
    _check(from_deposits, assembly, losses)
    clearing_of(method)
    entries = [
        *(
            Entry(entry.account, -entry.amount, entry.producer_id, entry.order_id)
            for entry in _sale(order_id, reversed_parts, assembly, counter=Account.REFUNDS_DUE)
        ),
        Entry(Account.DEPOSITS, from_deposits, order_id=order_id),
        Entry(Account.LOSSES, losses, order_id=order_id),
        Entry(Account.REFUNDS_DUE, -from_deposits - losses, order_id=order_id),
    ]
    earnings = _earnings(order_id, reversed_parts, sign=-1)
    return post(key=key, at=at, kind=Kind.REFUND, entries=entries, earnings=earnings, note=note)


def book_refund_paid(*, key: str, order_id: int, method: str, amount: int, at: datetime, note: str = "") -> Transaction:
    """What was due back went back, out of what the method holds."""
    _check(amount)
    entries = [Entry(Account.REFUNDS_DUE, amount, order_id=order_id), Entry(clearing_of(method), -amount)]
    return post(key=key, at=at, kind=Kind.REFUND_PAID, entries=entries, note=note)


def book_compensation(
    *, key: str, producer_id: int, order_id: int, amount: int, at: datetime, note: str = ""
) -> Transaction:
    """Goods were lost or spoilt in the shop's own hands: it owes their producer what a sale would have brought.

    The loss names no order: what the shop bears of an order's own money is set off against what is due back for it.
    """
    _check(amount)
    entries = [
        Entry(Account.LOSSES, amount, producer_id),
        Entry(Account.PAYABLE, -amount, producer_id, order_id),
    ]
    return post(key=key, at=at, kind=Kind.COMPENSATION, entries=entries, note=note)


def book_remittance(*, key: str, method: str, amount: int, fee: int, at: datetime, note: str = "") -> Transaction:
    """A carrier, a bank or Stripe hands over ``amount`` of what it collected, of which it keeps ``fee``.

    An amount below zero is taken from our bank account instead (refunds exceeded what was collected).
    """
    _check(fee)
    entries = [
        Entry(Account.BANK, amount - fee),
        Entry(Account.FEES, fee),
        Entry(clearing_of(method), -amount),
    ]
    return post(key=key, at=at, kind=Kind.REMITTANCE, entries=entries, note=note)


def book_payout(
    *, key: str, producer_id: int, amount: int, at: datetime, way: str = PayoutWay.BANK, note: str = ""
) -> Transaction:
    """A producer is paid what it is owed, or some of it: from our bank account, or out of what Stripe holds."""
    _check(amount)
    entries = [Entry(Account.PAYABLE, amount, producer_id=producer_id), Entry(_PAID_FROM[PayoutWay(way)], -amount)]
    return post(key=key, at=at, kind=Kind.PAYOUT, entries=entries, note=note)


def book_payout_returned(
    *, key: str, producer_id: int, amount: int, at: datetime, way: str = PayoutWay.BANK, note: str = ""
) -> Transaction:
    """A payout came back to where it was paid from: the producer is owed it again."""
    _check(amount)
    entries = [Entry(_PAID_FROM[PayoutWay(way)], amount), Entry(Account.PAYABLE, -amount, producer_id=producer_id)]
    return post(key=key, at=at, kind=Kind.PAYOUT_RETURNED, entries=entries, note=note)


def book_tax_paid(*, key: str, vat: int, income_tax: int, at: datetime, note: str = "") -> Transaction:
    """Withheld tax was paid to the tax office."""
    _check(vat, income_tax)
    entries = [
        Entry(Account.VAT_WITHHELD, vat),
        Entry(Account.INCOME_TAX_WITHHELD, income_tax),
        Entry(Account.BANK, -vat - income_tax),
    ]
    return post(key=key, at=at, kind=Kind.TAX_PAID, entries=entries, note=note)


def _sale(order_id: int, parts: Iterable[SalePart], assembly: int, *, counter: Account) -> list[Entry]:
    """The entries of a sale; ``counter`` is where the shopper's money comes from."""
    entries = [Entry(Account.ASSEMBLY, -assembly, order_id=order_id)]
    paid = assembly
    for part in parts:
        _check(part.goods, part.shipping, part.platform_discount, part.commission, part.vat, part.income_tax)
        paid += part.goods + part.shipping
        entries += (
            Entry(account, amount, part.producer_id, order_id)
            for account, amount in (
                (Account.VOUCHERS, part.platform_discount),
                (Account.PAYABLE, -part.net),
                (Account.COMMISSION, -part.commission),
                (Account.VAT_WITHHELD, -part.vat),
                (Account.INCOME_TAX_WITHHELD, -part.income_tax),
            )
        )
    return [Entry(counter, paid, order_id=order_id), *entries]


def _earnings(order_id: int, parts: Iterable[SalePart], *, sign: int = 1) -> list[Earning]:
    """One row for each producer and legal form."""
    rows: dict[tuple[int, str], Earning] = {}
    for part in parts:
        row = rows.setdefault(
            (part.producer_id, part.legal_form),
            Earning(
                producer_id=part.producer_id,
                legal_form=part.legal_form,
                order_id=order_id,
                goods=0,
                platform_discount=0,
                shipping=0,
                commission=0,
                vat=0,
                income_tax=0,
            ),
        )
        row.goods += sign * part.goods
        row.platform_discount += sign * part.platform_discount
        row.shipping += sign * part.shipping
        row.commission += sign * part.commission
        row.vat += sign * part.vat
        row.income_tax += sign * part.income_tax
    return list(rows.values())


def _check(*amounts: int) -> None:
    if min(amounts) < 0:
        raise ValueError("an amount below zero")
