"""What the books say, and what they should: of producers, of goods held, of any entries. In đồng, or pieces."""

from collections import Counter
from typing import Any

from django.db.models import Sum

from marketplace.orders.models import Fulfilment, PaymentMethod, RefundItem
from marketplace.orders.money import portion_of, remaining
from marketplace.orders.return_rules import CARRIERS_FAULT, Failure
from marketplace.settlement.models import LedgerEntry, Payout, PayoutState

PREPAID = [PaymentMethod.STRIPE, PaymentMethod.VIETQR]


def owed() -> Counter[int]:
    """What the ledger owes each producer."""
    return by_producer(LedgerEntry.objects.filter(account="payable"), sign=-1)


def paid_out() -> Counter[int]:
    """What each producer was paid and the bank did not send back."""
    paid: Counter[int] = Counter()
    for payout in Payout.objects.exclude(state=PayoutState.RETURNED):
        paid[payout.producer_id] += payout.amount
    return paid


def earned() -> Counter[int]:
    """What each producer has earned by what was delivered and kept, and by what the shop itself lost."""
    earned = by_producer(LedgerEntry.objects.filter(account="payable", transaction__kind="compensation"), sign=-1)
    for part in Fulfilment.objects.filter(state="delivered").exclude(producer=None):
        for item in part.items.all():
            earned[item.producer_id] += portion_of(item, remaining(item)).net
        given_back = total(RefundItem.objects.filter(fulfilment=part, item=None))
        earned[part.producer_id] += part.shipping - given_back
    for part in Fulfilment.objects.filter(state="failed", order__payment_method__in=PREPAID):
        if Failure(part.failure) not in CARRIERS_FAULT:  # it was on its way, and its way was paid for
            earned[part.producer_id] += part.shipping
    return earned


def by_producer(entries: Any, *, sign: int) -> Counter[int]:
    sums: Counter[int] = Counter()
    for producer_id, amount in entries.values_list("producer_id", "amount"):
        sums[producer_id] += sign * amount
    return sums


def count(holds: Any) -> int:
    return holds.aggregate(sum=Sum("quantity"))["sum"] or 0


def total(entries: Any) -> int:
    return entries.aggregate(sum=Sum("amount"))["sum"] or 0
