"""A producer's money month by month: what its statements say, in a few figures each."""

from dataclasses import dataclass, replace

from django.db.models import Q, Sum
from django.db.models.functions import TruncMonth

from marketplace.settlement.accounts import PAYOUT_KINDS, Account
from marketplace.settlement.models import Earning, LedgerEntry
from marketplace.settlement.periods import Period, month_of

_CHARGES = ("goods", "platform_discount", "shipping", "commission", "vat", "income_tax")


@dataclass(frozen=True, slots=True)
class MonthOfMoney:
    """In đồng. ``opening`` and ``closing`` are what the shop owes the producer, below zero where the producer owes it;
    ``revenue``, ``shipping`` and what is taken of them are below zero where more came back than was sold; ``adjusted``
    is what the shop made good or put right."""

    period: Period
    opening: int
    revenue: int
    shipping: int
    commission: int
    vat: int
    income_tax: int
    adjusted: int
    paid: int

    @property
    def tax(self) -> int:
        return self.vat + self.income_tax

    @property
    def earned(self) -> int:
        """What is the producer's of it."""
        return self.revenue + self.shipping - self.commission - self.tax

    @property
    def closing(self) -> int:
        return self.opening + self.earned + self.adjusted - self.paid


def months_of(producer_id: int) -> list[MonthOfMoney]:
    """The months in which anything happened, the newest first. Two queries."""
    moved = {
        first: (-int(total), int(paid or 0))
        for first, total, paid in LedgerEntry.objects.of_account(Account.PAYABLE)
        .of_producer(producer_id)
        .order_by()
        .values_list(TruncMonth("transaction__day"))
        .annotate(total=Sum("amount"), paid=Sum("amount", filter=Q(transaction__kind__in=PAYOUT_KINDS)))
    }
    earned = {
        first: [int(amount) for amount in amounts]
        for first, *amounts in Earning.objects.of_producer(producer_id)
        .order_by()
        .values_list(TruncMonth("transaction__day"))
        .annotate(**{f"sum_{name}": Sum(name) for name in _CHARGES})
    }
    months: list[MonthOfMoney] = []
    balance = 0
    for first in sorted(moved.keys() | earned.keys()):
        goods, discount, shipping, commission, vat, income_tax = earned.get(first, [0] * len(_CHARGES))
        change, paid = moved.get(first, (0, 0))
        month = MonthOfMoney(
            period=month_of(first),
            opening=balance,
            revenue=goods + discount,
            shipping=shipping,
            commission=commission,
            vat=vat,
            income_tax=income_tax,
            adjusted=0,
            paid=paid,
        )
        months.append(replace(month, adjusted=change + paid - month.earned))
        balance += change
    return months[::-1]
