"""Money that becomes due back, and its booking. Whether anything does follows from the order alone.

An order that is paid beforehand is confirmed only once all of it came in: from then on whatever is not sent, or comes
back, is due back. Of one that is paid on delivery, a part has been paid for when it was delivered, and not before.
What came in for an order that never was confirmed, or too much, payments give back by themselves.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.orders.models import (
    Fulfilment,
    FulfilmentState,
    Order,
    OrderItem,
    PaymentMethod,
    Refund,
    RefundItem,
    RefundReason,
)
from marketplace.settlement.booking import SalePart, book_refund


@dataclass(frozen=True, slots=True)
class Share:
    """What is due back for so many of one item; without an item, for the shipping of a fulfilment. In đồng."""

    fulfilment: Fulfilment
    amount: int
    item: OrderItem | None = None
    quantity: int = 0


def arrives_by(fulfilment: Fulfilment) -> Fulfilment:
    """The fulfilment that brings these goods to the recipient: itself, or the gift box they go into."""
    return fulfilment.box or fulfilment


def is_paid(order: Order, fulfilment: Fulfilment) -> bool:
    """Whether the shopper has paid for this part."""
    if order.payment_method == PaymentMethod.COD:
        return arrives_by(fulfilment).state == FulfilmentState.DELIVERED
    return order.confirmed_at is not None


def owe(
    order: Order,
    shares: Sequence[Share],
    *,
    key: str,
    reason: RefundReason,
    at: datetime,
    by: Any = None,
    note: str = "",
    reversed_parts: Sequence[SalePart] = (),
    assembly: int = 0,
) -> Refund | None:
    """Write a refund of these shares and book it; None where they come to nothing.

    Without ``reversed_parts`` and ``assembly`` nothing had been earned by anybody yet: it is due from the deposits.
    Otherwise they say what of the booked sale is reversed, to the same sum.
    """
    amount = sum(share.amount for share in shares)
    refund = None
    if amount:
        refund = Refund.objects.create(
            order=order, key=key, reason=reason, note=note[:255], amount=amount, created_at=at, created_by=by
        )
        RefundItem.objects.bulk_create(
            RefundItem(
                refund=refund,
                item=share.item,
                fulfilment=share.fulfilment,
                quantity=share.quantity,
                amount=share.amount,
            )
            for share in shares
            if share.amount or share.quantity
        )
    is_earned = bool(reversed_parts or assembly)
    if amount or is_earned:  # goods that a voucher paid for in whole are taken back from their producer too
        book_refund(
            key=f"refund:{refund.pk}" if refund is not None else f"reversal:{key}",
            order_id=order.pk,
            method=order.payment_method,
            from_deposits=0 if is_earned else amount,
            reversed_parts=list(reversed_parts),
            assembly=assembly,
            at=at,
        )
    return refund
