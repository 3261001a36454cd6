"""Events of Stripe: what each is about is asked of Stripe, then recorded with the event in one transaction."""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from django.db import IntegrityError, transaction

from marketplace.payments import stripe_client
from marketplace.payments.models import EventSource, InboundEvent
from marketplace.payments.stripe_client import NotThere, hurried
from marketplace.payments.stripe_effects import UNKNOWN, record
from marketplace.payments.stripe_messages import Event
from marketplace.payments.stripe_objects import (
    Fact,
    fetch_charge,
    fetch_checkout,
    fetch_dispute,
    fetch_intent,
    fetch_refund,
)

log = logging.getLogger(__name__)
IGNORED, TOLD_BEFORE = "ignored", "told-before"


def _fetch_intent(intent_id: str) -> list[Fact]:
    return [fetch_intent(intent_id)]


FETCHES: Mapping[str, Callable[[str], list[Fact]]] = {
    "checkout.session.completed": fetch_checkout,
    "checkout.session.async_payment_succeeded": fetch_checkout,
    "checkout.session.async_payment_failed": fetch_checkout,
    "checkout.session.expired": fetch_checkout,
    "payment_intent.succeeded": _fetch_intent,
    "charge.refunded": fetch_charge,
    "charge.refund.updated": fetch_refund,
    "refund.updated": fetch_refund,
    "refund.failed": fetch_refund,
    "charge.dispute.created": fetch_dispute,
    "charge.dispute.closed": fetch_dispute,
}


def take_event(event: Event, *, at: datetime) -> str:
    """Take in an event whose signature holds; told again it has no effect. Outside any transaction.

    Returns the outcome in a word. Raises ``MethodUnavailable`` where Stripe cannot be asked about it now, having
    written nothing: Stripe tells it again later.
    """
    if InboundEvent.objects.filter(source=EventSource.STRIPE, event_id=event.id).exists():
        return TOLD_BEFORE
    fetch = FETCHES.get(event.kind)
    facts: Sequence[Fact] = []
    if fetch is not None and event.object_id:
        try:
            with hurried(stripe_client.MESSAGE_SECONDS):
                facts = fetch(event.object_id)
        except NotThere:
            log.warning("Stripe tells of %s and does not know it", event.object_id)
    try:
        return _store(event, facts, outcome=IGNORED if fetch is None else UNKNOWN, at=at)
    except IntegrityError:
        # The same event at the same moment: whoever came second waited for the first to end, and has no effect.
        if InboundEvent.objects.filter(source=EventSource.STRIPE, event_id=event.id).exists():
            return TOLD_BEFORE
        raise


@transaction.atomic
def _store(event: Event, facts: Sequence[Fact], *, outcome: str, at: datetime) -> str:
    stored = InboundEvent.objects.create(
        source=EventSource.STRIPE,
        event_id=event.id,
        kind=event.kind,
        object_id=event.object_id,
        outcome=outcome,
        received_at=at,
    )
    for fact in facts:
        outcome, payment = record(fact, at=at)
        if payment is not None:
            stored.payment = payment
    stored.outcome = outcome
    stored.save(update_fields=["outcome", "payment"])
    return outcome
