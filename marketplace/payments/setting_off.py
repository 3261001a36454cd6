"""What the shopper has back already is not sent a second time.

A card's bank takes money back, or a person pays it back by hand, before any of it is due: the shop bears that. Where
money of the same order becomes due back afterwards, the one is set off against the other.
"""

import logging
from datetime import datetime

from django.db.models import Sum

from marketplace.orders.models import Order, Refund, RefundReason
from marketplace.payments.models import SetOff
from marketplace.settlement.accounts import Account, Kind
from marketplace.settlement.ledger import Entry, post
from marketplace.settlement.models import LedgerEntry

log = logging.getLogger(__name__)


def borne_of(order: Order) -> int:
    """What of an order's money went back without being due, and is not set off: the shop bears it, in đồng."""
    return max(0, LedgerEntry.objects.of_account(Account.LOSSES).of_order(order.pk).balance())


def left_of(refund: Refund) -> int:
    """What of a refund is not set off, in đồng."""
    return int(refund.amount - (SetOff.objects.filter(refund=refund).aggregate(total=Sum("amount"))["total"] or 0))


def amount_to_set_off(refund: Refund, order: Order, *, free: int) -> int:
    """How much of a refund to set off, in đồng, where ``free`` of what was captured is still there to be sent.

    All that a card's bank took, as it decided over the whole purchase; of what a person gave by hand, perhaps as a
    courtesy, only what is not there any more.
    """
    borne = borne_of(order)
    if not borne:
        return 0
    left = left_of(refund)
    if order.refunds.filter(reason=RefundReason.DISPUTE).exists():
        return min(borne, left)
    return min(borne, max(0, left - free))


def set_off(refund: Refund, order: Order, *, amount: int, at: datetime) -> None:
    """Write it down and book it. What is set off in whole is done. The order and its payment are locked."""
    made = SetOff.objects.create(refund=refund, amount=amount, created_at=at)
    post(
        key=f"set-off:{made.pk}",
        at=at,
        kind=Kind.REFUND,
        entries=[
            Entry(Account.REFUNDS_DUE, amount, order_id=order.pk),
            Entry(Account.LOSSES, -amount, order_id=order.pk),
        ],
    )
    if not left_of(refund):
        refund.done_at = at
        refund.save(update_fields=["done_at"])
    log.warning("Of order %s %s đ that became due back were taken back before: they are not sent", order.number, amount)
