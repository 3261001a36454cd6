"""Money that moved otherwise than we meant: taken back by a bank or by hand, or paid back and not arrived."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from marketplace.orders import letters
from marketplace.orders.models import Order, Refund
from marketplace.payments import services
from marketplace.payments.models import Payment, RefundTransfer, TransferState
from marketplace.payments.setting_off import set_off
from marketplace.settlement.accounts import Account, Kind, clearing_of
from marketplace.settlement.booking import book_refund
from marketplace.settlement.ledger import Entry, post

log = logging.getLogger(__name__)


@transaction.atomic
def record_taken_back(*, payment_id: int, amount: int, reference: str, reason: str, at: datetime) -> bool:
    """So much of a payment went back without our doing: a dispute was lost, or somebody paid it back by hand.

    What was not due back yet is a refund of its own: out of the deposit where nobody will earn it, else the shop bears
    it. The rest settles what was due and not sent, or makes it less. Told again it changes nothing; says whether it
    was new.
    """
    order, payment = _lock(payment_id)
    key = f"taken:{reference}"
    if payment.transfers.filter(reference=reference).exists():
        return False
    services.plan_due(order, payment, at=at)
    fresh = max(0, min(amount, services.unowed(order, payment)))
    left = amount - fresh
    smaller = []
    for waiting in payment.transfers.exclude(state=TransferState.DONE).order_by("pk"):
        if waiting.amount <= left:
            services.finish_refund(transfer_id=waiting.pk, reference=reference, at=at)
            left -= waiting.amount
        elif waiting.state != TransferState.SENT:
            smaller.append(waiting)
    is_unearned = order.confirmed_at is None
    taken = _Taken(order, payment, reference, reason, at)
    if fresh:
        _write_taken(taken, fresh, key=key, from_deposits=fresh if is_unearned else 0)
    if left and smaller:  # less than what is to be sent: of that, the rest is
        transfer = smaller[0]
        transfer.amount -= left
        transfer.save(update_fields=["amount"])
        _write_taken(taken, left, key=f"{key}:part", from_deposits=0)
        set_off(transfer.refund, order, amount=left, at=at)
        left = 0
    if left:
        log.error("Of order %s %s đ more went back than is on record: look at %s", order.number, left, reference)
    return True


@dataclass(frozen=True, slots=True)
class _Taken:
    order: Order
    payment: Payment
    reference: str
    reason: str
    at: datetime


def _write_taken(taken: _Taken, amount: int, *, key: str, from_deposits: int) -> None:
    """A refund that is done already: out of the deposits, the rest of it borne by the shop."""
    order, at = taken.order, taken.at
    refund = Refund.objects.create(order=order, key=key, reason=taken.reason, amount=amount, created_at=at)
    book_refund(
        key=f"refund:{refund.pk}",
        order_id=order.pk,
        method=taken.payment.method,
        from_deposits=from_deposits,
        losses=amount - from_deposits,
        reversed_parts=[],
        assembly=0,
        at=at,
    )
    transfer = RefundTransfer.objects.create(
        refund=refund, payment=taken.payment, amount=amount, due_at=at, created_at=at
    )
    services.finish_refund(transfer_id=transfer.pk, reference=taken.reference, at=at)


@transaction.atomic
def fail_refund(*, transfer_id: int, reference: str, error: str, at: datetime) -> bool:
    """What was sent back did not arrive, even if it had been told that it did: it is due again, a person looks at it,
    and the shopper is asked for an account.

    Told again it changes nothing; says whether it was new.
    """
    payment_id = RefundTransfer.objects.values_list("payment_id", flat=True).get(pk=transfer_id)
    order, payment = _lock(payment_id)
    transfer = RefundTransfer.objects.locked().get(pk=transfer_id)
    if reference in transfer.failed_references:
        return False
    transfer.failed_references = [*transfer.failed_references, reference]
    if transfer.state == TransferState.FAILED or transfer.is_left_to_a_person:
        transfer.save(update_fields=["failed_references"])
        return False
    if transfer.state == TransferState.DONE:
        payment.refunded -= transfer.amount
        payment.save(update_fields=["refunded"])
        Refund.objects.filter(pk=transfer.refund_id).update(done_at=None)
        post(
            key=f"refund-returned:{transfer.refund_id}:{reference}",
            at=at,
            kind=Kind.REFUND_PAID,
            entries=[
                Entry(clearing_of(payment.method), transfer.amount),
                Entry(Account.REFUNDS_DUE, -transfer.amount, order_id=order.pk),
            ],
        )
    transfer.state, transfer.reference, transfer.last_error, transfer.done_at = (
        TransferState.FAILED,
        reference,
        error[:500],
        None,
    )
    transfer.save(update_fields=["state", "reference", "failed_references", "last_error", "done_at"])
    letters.tell_refund_failed(order, transfer.refund, amount=transfer.amount, at=at)
    log.error("A refund of order %s did not arrive: a person has to look at it", order.number)
    return True


def _lock(payment_id: int) -> tuple[Order, Payment]:
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = Order.objects.locked().get(pk=order_id)
    return order, Payment.objects.locked().get(pk=payment_id)
