"""Pure rules of payments."""

from enum import StrEnum


class PaymentStatus(StrEnum):
    """What people are told of a payment; never stored."""

    PENDING = "pending"
    PARTLY_PAID = "partly_paid"
    PAID = "paid"
    PARTLY_REFUNDED = "partly_refunded"
    REFUNDED = "refunded"
    ON_DELIVERY = "on_delivery"
    CANCELLED = "cancelled"


def status_of(*, amount: int, captured: int, refunded: int, on_delivery: bool, is_cancelled: bool) -> PaymentStatus:
    """The status that the sums in đồng amount to.

    What came in beyond ``amount`` and went back is no refund of the order.
    """
    kept = captured - refunded
    if captured and kept <= 0:
        return PaymentStatus.REFUNDED
    if captured >= amount and kept < amount:
        return PaymentStatus.PARTLY_REFUNDED
    if is_cancelled and not kept:
        return PaymentStatus.CANCELLED
    if kept >= amount:
        return PaymentStatus.PAID
    if kept:
        return PaymentStatus.PARTLY_PAID
    return PaymentStatus.ON_DELIVERY if on_delivery else PaymentStatus.PENDING
