"""Transfers that the bank tells of: stored once each, in the transaction of what they come to."""

import logging
from datetime import datetime
from enum import StrEnum

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from marketplace.orders.models import Order, OrderState, PaymentMethod
from marketplace.payments.bank_matching import find_numbers
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.models import EventSource, InboundEvent, Payment
from marketplace.payments.services import payment_of, record_capture
from marketplace.settlement.booking import book_remittance
from ocop_badges.errors import DomainError

log = logging.getLogger(__name__)
KIND = "transfer"
_LONGEST_CONTENT = 500


class Outcome(StrEnum):
    """What a transfer came to."""

    PAID = "paid"
    PARTIAL = "partial"
    OVERPAID = "overpaid"
    DUE_BACK = "due-back"
    UNMATCHED = "unmatched"
    RETURNED = "returned"
    IGNORED = "ignored"


@transaction.atomic
def record_transfer(transfer: Transfer, *, at: datetime) -> InboundEvent:
    """Store a transfer and count it for its order. One told again, by its id, changes nothing.

    One that names no order of ours to be paid by transfer, or several, waits for a person (``assign_transfer``).
    Money that left the account is stored and ignored. When the bank had it (``received_at``) decides nothing: a
    transfer told late counts like any other, and an old one cannot be told twice.
    """
    event = _store(transfer, at=at)
    if event is None:
        return InboundEvent.objects.get(source=EventSource.BANK, event_id=transfer.transaction_id)
    if transfer.amount > 0:
        order = _order_of(transfer.content)
        if order is not None:
            _count(event, order, at=at)
        else:
            event.outcome = Outcome.UNMATCHED
            log.warning("A transfer names no order, or several: a person has to look at event %s", event.pk)
        event.save()
    return event


@transaction.atomic
def assign_transfer(*, event_id: int, number: str, at: datetime) -> InboundEvent:
    """A person says which order an unmatched transfer is for.

    Raises ``DomainError``: ``not-unmatched`` (409) for one that was assigned or returned, ``unknown-order`` (404) for
    a number that is no order's, or one's that is not paid by transfer.
    """
    event = _unmatched(event_id)
    _count(event, find_assignable(number), at=at)
    event.save()
    return event


def find_assignable(number: str) -> Order:
    """The order to be paid by transfer that a person means by its number. Raises ``DomainError`` ``unknown-order``."""
    order = _order_of(number)
    if order is None:
        raise DomainError(_("No order with this number is paid by bank transfer."), code="unknown-order", status=404)
    return order


@transaction.atomic
def return_transfer(*, event_id: int) -> InboundEvent:
    """A person has sent an unmatched transfer back to where it came from. Raises ``DomainError`` ``not-unmatched``."""
    event = _unmatched(event_id)
    event.outcome = Outcome.RETURNED
    event.save(update_fields=["outcome"])
    return event


def _store(transfer: Transfer, *, at: datetime) -> InboundEvent | None:
    """The event, unless there is one with its id: whoever comes second waits for the first to end."""
    printable = "".join(sign if sign.isprintable() else " " for sign in transfer.content)
    try:
        with transaction.atomic():
            return InboundEvent.objects.create(
                source=EventSource.BANK,
                event_id=transfer.transaction_id,
                kind=KIND,
                amount=transfer.amount,
                content=printable[:_LONGEST_CONTENT],
                outcome=Outcome.IGNORED,
                received_at=at,
            )
    except IntegrityError:
        return None


def _order_of(content: str) -> Order | None:
    numbers = find_numbers(content)
    if not numbers:
        return None
    orders = list(Order.objects.filter(number__in=numbers, payment_method=PaymentMethod.VIETQR).order_by("pk")[:2])
    return orders[0] if len(orders) == 1 else None


def _count(event: InboundEvent, order: Order, *, at: datetime) -> None:
    payment = record_capture(
        payment_id=payment_of(order, at=at).pk, source_id=f"bank:{event.event_id}", amount=event.amount or 0, at=at
    )
    # It is on our own account already: nobody has to hand it over.
    book_remittance(key=f"transfer:{event.pk}", method=PaymentMethod.VIETQR, amount=event.amount or 0, fee=0, at=at)
    event.payment, event.object_id = payment, order.number
    event.outcome = _outcome(payment)


def _outcome(payment: Payment) -> Outcome:
    state = Order.objects.values_list("state", flat=True).get(pk=payment.order_id)
    if state == OrderState.CANCELLED:
        return Outcome.DUE_BACK
    if payment.captured > payment.amount:
        return Outcome.OVERPAID
    return Outcome.PARTIAL if payment.captured < payment.amount else Outcome.PAID


def _unmatched(event_id: int) -> InboundEvent:
    event = InboundEvent.objects.select_for_update().filter(pk=event_id, source=EventSource.BANK).first()
    if event is None or event.outcome != Outcome.UNMATCHED:
        raise DomainError(_("This transfer is not one that waits to be assigned."), code="not-unmatched")
    return event
