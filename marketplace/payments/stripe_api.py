"""Cards, by Stripe's own page: we see no card. A page is good for an hour, longer than the goods are held.

What is paid late is recorded like anything else: ``services.record_capture`` sees whether the goods are still there.
"""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import stripe
from django.core.cache import cache

from marketplace.orders.models import Order, PaymentMethod
from marketplace.payments import stripe_client
from marketplace.payments.methods import Begun, MethodUnavailable, Qr, RefundFailed, Sent
from marketplace.payments.models import Payment, RefundTransfer
from marketplace.payments.stripe_client import Refused, asking, client, hurried, was_replayed
from marketplace.payments.stripe_objects import CURRENCY, ORDER, REFUND, Checkout, SentBack, fetch_checkout, refunds_of

if TYPE_CHECKING:
    from stripe.params.checkout import SessionCreateParams

LOCALES = {"vi": "vi", "en": "en"}
# Stripe takes 30 minutes to 24 hours from now. Counted from the end of the hold, not from now: a request that is
# repeated under one idempotency key has to say the same again.
STAYS_OPEN_AFTER_THE_HOLD = timedelta(minutes=45)
RESTS = "stripe-did-not-answer"  # in the cache
RESTS_FOR = 30  # seconds


class Cards:
    code = PaymentMethod.STRIPE

    def begin(self, payment: Payment, *, return_url: str, at: datetime) -> Begun:
        """Open a page on which the order is paid. Repeated, it is the same page, unless that one is over."""
        order = payment.order
        asked = _page_for(order, return_url=return_url)
        # The attempt is named by the page it follows: the first has none before it.
        key = f"checkout:{order.number}:{payment.reference or 'first'}"
        try:
            with asking():
                session = _open(asked, key)
        except Refused as error:
            raise MethodUnavailable(str(error)) from None
        return Begun(reference=session.id, redirect_url=session.url or "")

    def show(self, payment: Payment) -> Qr | None:
        return None

    def close(self, payment: Payment) -> None:
        """End the page that was opened last; one that is over, or on which somebody has just paid, stays as it is."""
        if payment.reference:
            with suppress(Refused), hurried(stripe_client.MESSAGE_SECONDS), asking():
                client().v1.checkout.sessions.expire(payment.reference)

    def refund(self, transfer: RefundTransfer, *, at: datetime) -> Sent:
        """Pay back to the card, once: what Stripe has under our refund's number already is not asked for again."""
        order = transfer.payment.order
        try:
            back = _find_or_send(transfer, order)
        except Refused as error:
            raise RefundFailed(str(error)) from None
        if back.has_failed:
            raise RefundFailed(f"Stripe says of refund {back.id}: {back.status}.", reference=back.id)
        return Sent(reference=back.id, is_done=back.status == "succeeded")

    def fetch(self, payment: Payment) -> list[tuple[str, int]]:
        """What came in by the page that was opened last. Shoppers wait: Stripe is asked quickly, and where it did not
        answer it is left alone for a moment."""
        if not payment.reference:
            return []
        if cache.get(RESTS):
            raise MethodUnavailable("Stripe did not answer a moment ago.")
        try:
            with hurried(stripe_client.LOOK_SECONDS):
                (fact,) = fetch_checkout(payment.reference)
        except Refused as error:
            raise MethodUnavailable(str(error)) from None
        except MethodUnavailable:
            cache.set(RESTS, True, RESTS_FOR)
            raise
        intent = cast(Checkout, fact).intent
        if intent is None or not intent.is_paid or intent.currency != CURRENCY:
            return []
        return [(intent.id, intent.received)]


def _page_for(order: Order, *, return_url: str) -> "SessionCreateParams":
    name = f"Order {order.number}" if order.language == "en" else f"Đơn hàng {order.number}"
    return {
        "mode": "payment",
        "payment_method_types": ["card"],
        "line_items": [
            {
                "quantity": 1,
                "price_data": {
                    "currency": CURRENCY,
                    "unit_amount": order.total,
                    "product_data": {"name": name},
                },
            }
        ],
        "client_reference_id": order.number,
        "metadata": {ORDER: order.number},
        "payment_intent_data": {
            "description": name,
            "metadata": {ORDER: order.number},
            "transfer_group": order.number,
        },
        "customer_email": order.email,
        "locale": LOCALES.get(order.language, "auto"),  # type: ignore[typeddict-unknown-key]
        "expires_at": int((order.hold_until + STAYS_OPEN_AFTER_THE_HOLD).timestamp()),
        "success_url": return_url,
        "cancel_url": return_url,
    }


def _open(asked: "SessionCreateParams", key: str) -> stripe.checkout.Session:
    sessions = client().v1.checkout.sessions
    try:
        return sessions.create(asked, {"idempotency_key": key})
    except stripe.StripeError as error:
        # Stripe keeps how a request ended for a day, its own faults too, and the shopper's page may have moved since:
        # under this key nothing will ever come of it.
        if not was_replayed(error):
            raise
    return sessions.create(asked, {"idempotency_key": f"{key}:{uuid4()}"})


def _find_or_send(transfer: RefundTransfer, order: Order) -> SentBack:
    """What Stripe has of this refund, else sent out of the first payment that has so much left and takes it.

    What failed is no such thing: it is sent anew, once a person wants it (``bank_refunds.put_back``).
    """
    candidates = []
    for intent_id, amount in transfer.payment.captures.order_by("pk").values_list("source_id", "amount"):
        sent = refunds_of(intent_id)
        for back in sent:
            if back.refund_id == transfer.refund_id and back.id not in transfer.failed_references:
                return back
        if amount - sum(back.amount for back in sent if not back.has_failed) >= transfer.amount:
            candidates.append(intent_id)
    refusal = Refused("No payment by card has so much left: pay it back in Stripe's dashboard, in parts.")
    for intent_id in candidates:
        try:
            return _refund_from(intent_id, transfer, order)
        except Refused as error:  # as one that is disputed does
            refusal = error
    raise refusal


def _refund_from(intent_id: str, transfer: RefundTransfer, order: Order) -> SentBack:
    again = f":{times}" if (times := len(transfer.failed_references)) else ""
    with asking():
        made = client().v1.refunds.create(
            {
                "payment_intent": intent_id,
                "amount": transfer.amount,
                "metadata": {ORDER: order.number, REFUND: str(transfer.refund_id)},
            },
            # Out of another payment, of what became less after a first try, or after one that failed, it is another
            # request.
            {"idempotency_key": f"refund:{transfer.refund_id}:{transfer.amount}:{intent_id}{again}"},
        )
    return SentBack(made.id, intent_id, made.amount, made.status or "", transfer.refund_id)
