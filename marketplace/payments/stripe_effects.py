"""What Stripe knows becomes what the shop knows. Webhook and reconciliation take this one path.

Each function runs inside a transaction of the caller's, may be told the same any number of times and in any order,
and says in a word what it came to.
"""

import logging
from datetime import datetime

from marketplace.orders.models import Order, PaymentMethod, RefundReason
from marketplace.payments import reversals, services
from marketplace.payments.models import Payment, RefundTransfer, TransferState
from marketplace.payments.stripe_objects import CURRENCY, Checkout, Dispute, Fact, Intent, SentBack

log = logging.getLogger(__name__)

CAPTURED, UNKNOWN, WRONG_CURRENCY = "captured", "unknown-object", "wrong-currency"
DISPUTED = "disputed"  # an answer is waited for
_ASKS = frozenset({"needs_response", "warning_needs_response"})


def record(fact: Fact, *, at: datetime) -> tuple[str, Payment | None]:
    """The outcome, and the payment it was about where it was about one of ours."""
    match fact:
        case Intent():
            payment = _of_order(fact.order_number, at=at)
            return (_record_intent(fact, payment, at=at) if payment else UNKNOWN), payment
        case Checkout():
            payment = _of_order(fact.order_number, at=at)
            return (_record_checkout(fact, payment, at=at) if payment else UNKNOWN), payment
        case SentBack():
            payment = _of_intent(fact.intent_id)
            return (_record_sent_back(fact, payment, at=at) if payment else UNKNOWN), payment
        case Dispute():
            payment = _of_intent(fact.intent_id)
            return (_record_dispute(fact, payment, at=at) if payment else UNKNOWN), payment


def _of_order(number: str, *, at: datetime) -> Payment | None:
    """Made where there is none: money that names an order is that order's, also where nobody was led to pay here."""
    order = Order.objects.filter(number=number, payment_method=PaymentMethod.STRIPE).first() if number else None
    return services.payment_of(order, at=at) if order is not None else None


def _of_intent(intent_id: str) -> Payment | None:
    return Payment.objects.filter(captures__source_id=intent_id, method=PaymentMethod.STRIPE).first()


def _record_intent(intent: Intent, payment: Payment, *, at: datetime) -> str:
    if not intent.is_paid or intent.received <= 0:
        return "not-paid"
    if intent.currency != CURRENCY:
        log.error("Payment %s of order %s is not in đồng: a person has to look at it", intent.id, payment.order.number)
        return WRONG_CURRENCY
    if payment.captures.filter(source_id=intent.id).exists():
        return "known"
    services.record_capture(payment_id=payment.pk, source_id=intent.id, amount=intent.received, at=at)
    return CAPTURED


def _record_checkout(checkout: Checkout, payment: Payment, *, at: datetime) -> str:
    if checkout.intent is not None and checkout.intent.is_paid:
        return _record_intent(checkout.intent, payment, at=at)
    if not checkout.is_over:
        return "not-paid"
    services.forget_page(payment_id=payment.pk, reference=checkout.id)
    return "over"


def _record_sent_back(back: SentBack, payment: Payment, *, at: datetime) -> str:
    transfers = _transfers_of(back, payment)
    if not transfers:
        if back.status != "succeeded":
            return "not-ours"
        # Somebody paid it back in Stripe's dashboard.
        taken = reversals.record_taken_back(
            payment_id=payment.pk, amount=back.amount, reference=back.id, reason=RefundReason.GOODWILL, at=at
        )
        return "paid-back-elsewhere" if taken else "known"
    transfer = transfers[0]
    if transfer.reference and transfer.reference != back.id and transfer.state == TransferState.DONE:
        return "overtaken"
    if back.has_failed:
        error = f"Stripe: {back.status}"
        new = [reversals.fail_refund(transfer_id=each.pk, reference=back.id, error=error, at=at) for each in transfers]
        return "failed" if any(new) else "known"
    if transfer.state == TransferState.DONE:
        return "known"
    if back.status == "succeeded":
        services.finish_refund(transfer_id=transfer.pk, reference=back.id, at=at)
        return "paid-back"
    return "pending"


def _transfers_of(back: SentBack, payment: Payment) -> list[RefundTransfer]:
    """By our number in it, else by Stripe's; else one of the same amount that was not sent: a person did it by hand.

    What a person paid back in one sum may have settled several.
    """
    ours = payment.transfers.order_by("pk")
    if back.refund_id is not None:
        return list(ours.filter(refund_id=back.refund_id))
    found = list(ours.filter(reference=back.id))
    if not found and back.status == "succeeded":
        unsent = [TransferState.WAITING, TransferState.FAILED]
        found = list(ours.filter(amount=back.amount, state__in=unsent)[:1])
    return found


def _record_dispute(dispute: Dispute, payment: Payment, *, at: datetime) -> str:
    if dispute.status == "won":
        return "dispute-won"
    if dispute.status in _ASKS:
        log.warning("The card payment of order %s is disputed: answer in Stripe's dashboard", payment.order.number)
        return DISPUTED
    if dispute.status != "lost":  # under review, or over without a loss
        return "dispute-" + dispute.status.replace("_", "-")
    taken = reversals.record_taken_back(
        payment_id=payment.pk, amount=dispute.amount, reference=dispute.id, reason=RefundReason.DISPUTE, at=at
    )
    return "dispute-lost" if taken else "known"
