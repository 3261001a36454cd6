"""What happened with a producer's money in a period: its sales and returns, what was taken of them, what was paid."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import override

from catalog.models import Producer
from marketplace.settlement.accounts import PAYOUT_KINDS, Account, Kind
from marketplace.settlement.models import Earning, LedgerEntry
from marketplace.settlement.periods import Period
from marketplace.settlement.registry import order_names
from marketplace.settlement.tables import as_csv
from ocop_badges.markup import written

_EARNED_BY = (Kind.SALE, Kind.REFUND)


@dataclass(frozen=True, slots=True)
class Line:
    """One event, in đồng; below zero where it takes from the producer. ``amount`` is what it changes in the balance."""

    transaction_id: int
    day: date
    kind: Kind
    about: str
    amount: int
    goods: int = 0
    platform_discount: int = 0
    shipping: int = 0
    commission: int = 0
    vat: int = 0
    income_tax: int = 0

    @property
    def revenue(self) -> int:
        return self.goods + self.platform_discount

    @property
    def tax(self) -> int:
        return self.vat + self.income_tax


@dataclass(frozen=True, slots=True)
class Statement:
    """``opening`` and ``closing`` are what the shop owes the producer before the first line and after the last."""

    producer: Producer
    period: Period
    opening: int
    lines: tuple[Line, ...]

    @property
    def closing(self) -> int:
        return self.opening + sum(line.amount for line in self.lines)

    @property
    def total(self) -> Line:
        """What was earned in the period in all, without payouts."""
        earned = [line for line in self.lines if line.kind in _EARNED_BY]
        return Line(
            transaction_id=0,
            day=self.period.last,
            kind=Kind.SALE,
            about="",
            amount=sum(line.amount for line in earned),
            goods=sum(line.goods for line in earned),
            platform_discount=sum(line.platform_discount for line in earned),
            shipping=sum(line.shipping for line in earned),
            commission=sum(line.commission for line in earned),
            vat=sum(line.vat for line in earned),
            income_tax=sum(line.income_tax for line in earned),
        )

    @property
    def paid(self) -> int:
        """What was paid out in the period, less what the bank returned."""
        return -sum(line.amount for line in self.lines if line.kind in PAYOUT_KINDS)

    @property
    def adjusted(self) -> int:
        """What the shop made good for lost goods, and what was put right."""
        return sum(line.amount for line in self.lines if line.kind not in (*_EARNED_BY, *PAYOUT_KINDS))

    @property
    def legal_basis(self) -> str:
        return "117/2025/NĐ-CP"


def statement_of(*, producer: Producer, period: Period) -> Statement:
    """The statement of a period, over or not: three queries, and one for the names of orders."""
    payable = LedgerEntry.objects.of_account(Account.PAYABLE).of_producer(producer.pk)
    opening = -payable.filter(transaction__day__lt=period.first).balance()
    lines = sorted(
        [*_earned(producer, period), *_moved(producer, period)], key=lambda line: (line.day, line.transaction_id)
    )
    return Statement(producer, period, opening, tuple(lines))


def _earned(producer: Producer, period: Period) -> Iterator[Line]:
    """One line for each sale and return; rows of several legal forms are added up."""
    charges = ("goods", "platform_discount", "shipping", "commission", "vat", "income_tax")
    rows = list(
        Earning.objects.of_producer(producer.pk)
        .between(period.first, period.last)
        .order_by("transaction_id")
        .values_list("transaction_id", "transaction__day", "transaction__kind", "order_id")
        .annotate(**{f"sum_{name}": Sum(name) for name in charges})
    )
    names = order_names(row[3] for row in rows)
    for transaction_id, day, kind, order_id, *sums in rows:
        line = Line(
            transaction_id=transaction_id,
            day=day,
            kind=Kind(kind),
            about=names[order_id],
            amount=0,
            **{name: int(value) for name, value in zip(charges, sums, strict=True)},
        )
        taken = line.commission + line.vat + line.income_tax
        yield replace(line, amount=line.revenue + line.shipping - taken)


def _moved(producer: Producer, period: Period) -> Iterator[Line]:
    """Payouts, payouts that came back, compensations, corrections."""
    entries = (
        LedgerEntry.objects.of_account(Account.PAYABLE)
        .of_producer(producer.pk)
        .filter(transaction__day__range=(period.first, period.last))
        .exclude(transaction__kind__in=_EARNED_BY)
        .values_list("transaction_id", "transaction__day", "transaction__kind", "transaction__note", "amount")
    )
    for transaction_id, day, kind, note, amount in entries.order_by("transaction_id"):
        yield Line(transaction_id, day, Kind(kind), note, -amount)


def statement_csv(statement: Statement, *, lang: str) -> bytes:
    """The statement as a table with the balance after each line. ``lang`` is ``vi`` or ``en``."""
    with override(lang):
        return as_csv(_table(statement))


def _table(statement: Statement) -> Iterator[list[Any]]:
    yield [*headings(), _("Balance")]
    balance = statement.opening
    yield [written(statement.period.first), _("Opening balance"), *[""] * 8, balance]
    for line in statement.lines:
        balance += line.amount
        yield [*cells(line), balance]
    yield [written(statement.period.last), _("Closing balance"), *[""] * 8, balance]


def figures(statement: Statement) -> list[tuple[str, int]]:
    """What leads from the opening balance to the closing one, which is not among them: a name and đồng each."""
    total = statement.total
    return [
        (_("Opening balance"), statement.opening),
        (_("Goods and discounts the shop bears"), total.revenue),
        (_("Shipping"), total.shipping),
        (_("Commission"), -total.commission),
        (_("VAT withheld"), -total.vat),
        (_("Income tax withheld"), -total.income_tax),
        *([(_("Compensations and corrections"), statement.adjusted)] if statement.adjusted else []),
        (_("Paid out"), -statement.paid),
    ]


def headings() -> list[str]:
    return [
        _("Day"),
        _("What"),
        _("Order or payout"),
        _("Goods"),
        _("Discount the shop bears"),
        _("Shipping"),
        _("Commission"),
        _("VAT withheld"),
        _("Income tax withheld"),
        _("Amount"),
    ]


def cells(line: Line) -> list[Any]:
    """A line under ``headings``; what is taken of it stands below zero, so that the cells sum to the amount."""
    return [
        written(line.day),
        str(kind_of(line)),
        line.about,
        line.goods,
        line.platform_discount,
        line.shipping,
        -line.commission,
        -line.vat,
        -line.income_tax,
        line.amount,
    ]


def kind_of(line: Line) -> str:
    return _("Return") if line.kind == Kind.REFUND else str(line.kind.label).capitalize()


def withheld_csv(statement: Statement, *, lang: str) -> bytes:
    """The tax withheld from the seller, sale by sale, with its sum: what the seller keeps for its own tax file."""
    with override(lang):
        total = statement.total
        rows: list[list[Any]] = [
            [_("Day"), _("What"), _("Order number"), _("Revenue"), _("VAT withheld"), _("Income tax withheld")],
            *(
                [written(line.day), kind_of(line), line.about, line.revenue, line.vat, line.income_tax]
                for line in statement.lines
                if line.kind in _EARNED_BY
            ),
            [statement.period.name, _("Total"), "", total.revenue, total.vat, total.income_tax],
        ]
        return as_csv(rows)
