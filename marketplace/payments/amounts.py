"""How much of an order is to be paid in the end."""

from django.db.models import Sum

from marketplace.orders.collecting import amounts_to_collect
from marketplace.orders.models import Order, PaymentMethod, RefundReason
from marketplace.payments.models import Payment


def source_of(fulfilment_id: int | str) -> str:
    """Under which id the money of a parcel that is paid on delivery counts."""
    return f"cod:{fulfilment_id}"


def amount_due(payment: Payment, order: Order) -> int:
    """What the shopper is to pay, in đồng: the order's total, paid on delivery only that of what is delivered.

    Parcels that failed or were cancelled cost nothing then; of one that was collected it is what was collected, less
    what of it was too much. Four queries at most.
    """
    if payment.method != PaymentMethod.COD:
        return payment.amount
    collected = dict(payment.captures.order_by().values_list("source_id", "amount"))
    surplus = order.refunds.filter(reason=RefundReason.OVERPAID).aggregate(total=Sum("amount"))["total"] or 0
    still_due = (amount for parcel, amount in amounts_to_collect(order).items() if source_of(parcel) not in collected)
    return sum(collected.values()) - surplus + sum(still_due)
