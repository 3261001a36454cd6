"""Payments: begun, received, paid back. Browser, webhook and reconciliation take the same path."""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, Q, Sum

from marketplace.orders import letters
from marketplace.orders.models import Order, OrderState, PaymentMethod, Refund, RefundReason
from marketplace.orders.services.confirming import confirm, lock_vouchers_of
from marketplace.payments.amounts import amount_due
from marketplace.payments.methods import MethodUnavailable, PaymentStart, RefundFailed, method_of
from marketplace.payments.models import Capture, Payment, RefundAccount, RefundTransfer, SetOff, TransferState
from marketplace.payments.rules import PaymentStatus, status_of
from marketplace.payments.setting_off import amount_to_set_off, left_of, set_off
from marketplace.settlement.booking import book_capture, book_refund, book_refund_paid
from ocop_badges.rows import insert_rows

log = logging.getLogger(__name__)
RETRY_AFTER = timedelta(minutes=5)  # doubled with every attempt, up to a day
_DOUBLINGS = 9
CHECK_AGAIN_AFTER = timedelta(seconds=10)


def payment_of(order: Order, *, at: datetime) -> Payment:
    """The payment of an order, made where there is none."""
    found = Payment.objects.filter(order=order).first()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            return open_payment(order, at=at)
    except IntegrityError:  # another request was faster
        return Payment.objects.get(order=order)


def open_payment(order: Order, *, at: datetime) -> Payment:
    """The payment of an order, in the transaction that places it: neither is ever there without the other."""
    payment = Payment(order=order, method=order.payment_method, amount=order.total, created_at=at)
    return insert_rows([payment])[0]


def begin_payment(order: Order, *, at: datetime, return_url: str = "") -> PaymentStart:
    """Lead the shopper to where the order is paid. Outside any transaction; to be repeated at will.

    ``return_url`` is the order's page, where a provider sends the shopper back. Raises ``MethodUnavailable``.
    """
    payment = payment_of(order, at=at)
    method = method_of(payment.method)
    if payment.begun_at is None and order.status_at(at) == OrderState.AWAITING_PAYMENT:
        begun = method.begin(payment, return_url=return_url, at=at)
        Payment.objects.filter(pk=payment.pk).update(
            reference=begun.reference, redirect_url=begun.redirect_url, begun_at=at
        )
        payment.refresh_from_db()
    return start_of(payment, order)


def forget_page(*, payment_id: int, reference: str) -> None:
    """The provider's page of this reference is over, unpaid: the next try opens another. Any other stays."""
    Payment.objects.filter(pk=payment_id, reference=reference, captured=0).update(begun_at=None, redirect_url="")


def close_page(order: Order) -> None:
    """After an unpaid order was cancelled, let nobody pay for it any more. Outside any transaction; to be repeated.

    What is paid nevertheless is due back. Raises ``MethodUnavailable``; reconciliation does it again then.
    """
    payment = Payment.objects.filter(order=order, order__state=OrderState.CANCELLED, captured=0).first()
    if payment is not None and payment.redirect_url:
        method_of(payment.method).close(payment)
        Payment.objects.filter(pk=payment.pk).update(redirect_url="")


def close_page_if_possible(order: Order) -> None:
    """``close_page`` right after the commit of whoever cancels; reconciliation does it where the provider is away."""
    with suppress(MethodUnavailable):
        close_page(order)


def check_payment(order: Order, *, at: datetime) -> Payment:
    """Ask the provider what came in, and record it: for the shopper's way back, which may be faster than a webhook.

    To be called whenever an unpaid order is shown: it asks only where there is somebody to ask, and of one payment
    once in ``CHECK_AGAIN_AFTER``. Outside any transaction. Raises ``MethodUnavailable``.
    """
    payment = payment_of(order, at=at)
    if not payment.reference or payment.captured >= payment.amount:
        return payment
    lately = Q(checked_at__gt=at - CHECK_AGAIN_AFTER, checked_at__lte=at)
    if not Payment.objects.filter(pk=payment.pk).exclude(lately).update(checked_at=at):
        return payment
    for source_id, amount in method_of(payment.method).fetch(payment):
        payment = record_capture(payment_id=payment.pk, source_id=source_id, amount=amount, at=at)
    return payment


def standing_of(payment: Payment, order: Order, *, due: int | None = None) -> PaymentStatus:
    """Where a payment stands. Asks nobody; ``due`` is ``amount_due``, if known."""
    on_delivery = payment.method == PaymentMethod.COD
    due = amount_due(payment, order) if due is None else due
    return status_of(
        amount=due,
        captured=payment.captured,
        refunded=payment.refunded,
        on_delivery=on_delivery,
        is_cancelled=order.state == OrderState.CANCELLED or (on_delivery and not due),
    )


def start_of(payment: Payment, order: Order, *, due: int | None = None) -> PaymentStart:
    """Where a payment stands (``standing_of``), and the way on while it is open."""
    status = standing_of(payment, order, due=due)
    if order.state != OrderState.AWAITING_PAYMENT:
        return PaymentStart(status=status)
    return PaymentStart(status=status, redirect_url=payment.redirect_url, qr=method_of(payment.method).show(payment))


@transaction.atomic
def record_capture(
    *, payment_id: int, source_id: str, amount: int, at: datetime, expected: int | None = None
) -> Payment:
    """Money came in for a payment. Told again (the same ``source_id``) it changes nothing.

    Once the order's total is there the order is confirmed. What came for an order that is or thereby gets cancelled,
    and what is more than the total, or than what was ``expected`` of this source, is due back.
    """
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = Order.objects.locked().get(pk=order_id)
    payment = Payment.objects.locked().get(pk=payment_id)
    capture, is_new = Capture.objects.get_or_create(
        payment=payment, source_id=source_id, defaults={"amount": amount, "received_at": at}
    )
    if not is_new:
        return payment
    payment.captured += amount
    payment.save(update_fields=["captured"])
    book_capture(key=f"capture:{capture.pk}", order_id=order.pk, method=payment.method, amount=amount, at=at)
    if order.state == OrderState.AWAITING_PAYMENT and (beyond := unowed(order, payment) - payment.amount) >= 0:
        expected = amount - beyond  # what was missing: of what came before, some may have been taken back
        lock_vouchers_of(order)
        confirm(order, at=at)
    if order.state == OrderState.CANCELLED:
        plan_due(order, payment, at=at)
        reason = RefundReason.OUT_OF_STOCK if order.cancel_reason == "out-of-stock" else RefundReason.CANCELLED
        # Of one that was confirmed, and came to nothing on its way, carriage may be earned: only this came too much.
        due = unowed(order, payment) if order.confirmed_at is None else min(unowed(order, payment), amount)
        owe_back(order, payment, amount=due, reason=reason, key=f"late:{capture.pk}", at=at)
    elif order.state != OrderState.AWAITING_PAYMENT:
        surplus = amount - expected if expected is not None else min(_paid_beyond(order, payment), amount)
        owe_back(order, payment, amount=surplus, reason=RefundReason.OVERPAID, key=f"overpaid:{capture.pk}", at=at)
    return payment


def owe_back(order: Order, payment: Payment, *, amount: int, reason: str, key: str, at: datetime) -> Refund | None:
    """Make so much of what was captured, and not yet earned by anybody, due back, and tell the shopper.

    None where there is nothing.
    """
    if amount <= 0:
        return None
    refund = Refund.objects.create(order=order, key=key, reason=reason, amount=amount, created_at=at)
    book_refund(
        key=f"refund:{refund.pk}",
        order_id=order.pk,
        method=payment.method,
        from_deposits=amount,
        reversed_parts=[],
        assembly=0,
        at=at,
    )
    letters.tell_refund_due(order, refund, at=at)
    return refund


def unowed(order: Order, payment: Payment) -> int:
    """What was captured and is not due back, in đồng, nor has gone back."""
    due = order.refunds.aggregate(total=Sum("amount"))["total"] or 0
    set_off = SetOff.objects.filter(refund__order=order).aggregate(total=Sum("amount"))["total"] or 0
    return int(payment.captured - due + set_off)


def _paid_beyond(order: Order, payment: Payment) -> int:
    """What was captured beyond the total and is not due back as such. Refunds of goods are no part of that."""
    overpaid = order.refunds.filter(reason=RefundReason.OVERPAID).aggregate(total=Sum("amount"))["total"] or 0
    return int(payment.captured - payment.amount - overpaid)


def plan_transfers(*, at: datetime, limit: int = 500) -> int:
    """Make a transfer for every refund that is due and has none, as far as money came in. Returns how many.

    At most ``limit`` of them. Each in a transaction of its own. A refund of what has yet to come in waits for it.
    """
    planned = 0
    due = Refund.objects.due().filter(transfer=None, order__payment__captured__gt=0).order_by("pk")
    for pk, order_id in list(due.values_list("pk", "order_id")):
        if planned == limit:  # of those that are made: the ones that wait for money keep no other from its turn
            break
        with transaction.atomic():
            Order.objects.locked().get(pk=order_id)
            payment = Payment.objects.locked().get(order_id=order_id)
            planned += plan_transfer(Refund.objects.locked().get(pk=pk), payment, at=at)
    return planned


def plan_due(order: Order, payment: Payment, *, at: datetime) -> None:
    """``plan_transfer`` for whatever is due back of a locked order."""
    for refund in order.refunds.due().select_related("order").order_by("pk"):
        plan_transfer(refund, payment, at=at)


def plan_transfer(refund: Refund, payment: Payment, *, at: datetime) -> bool:
    """Make the transfer of a refund whose order and payment this transaction has locked; False where none is to be.

    What was taken back before it was due is set off first, and only the rest is sent.
    """
    if refund.done_at is not None or RefundTransfer.objects.filter(refund=refund).exists():
        return False
    planned = payment.transfers.aggregate(total=Sum("amount"))["total"] or 0
    free = payment.captured - planned
    if less := amount_to_set_off(refund, refund.order, free=free):
        set_off(refund, refund.order, amount=less, at=at)
    left = left_of(refund)
    if not 0 < left <= free:
        return False
    RefundTransfer.objects.create(refund=refund, payment=payment, amount=left, due_at=at, created_at=at)
    return True


def send_refunds(*, at: datetime, limit: int = 200) -> tuple[int, int]:
    """Carry out the transfers that are due, but those that a person carries out.

    Returns how many are done, and how many have to be tried again or looked at.
    """
    done = left = 0
    due = RefundTransfer.objects.unsettled().by_provider().filter(due_at__lte=at).order_by("due_at", "pk")
    for pk in list(due.values_list("pk", flat=True)[:limit]):
        if _claim(pk, at=at) and _send(pk, at=at):
            done += 1
        else:
            left += 1
    return done, left


def _claim(transfer_id: int, *, at: datetime) -> bool:
    """Push the next attempt away before this one: of two senders one goes on, and a killed one is followed later."""
    transfer = RefundTransfer.objects.get(pk=transfer_id)
    rest = min(RETRY_AFTER * 2 ** min(transfer.attempts, _DOUBLINGS), timedelta(days=1))
    claimed = (
        RefundTransfer.objects.unsettled()
        .filter(pk=transfer_id, due_at=transfer.due_at)
        .update(due_at=at + rest, attempts=F("attempts") + 1)
    )
    return claimed == 1


def _send(transfer_id: int, *, at: datetime) -> bool:
    transfer = RefundTransfer.objects.select_related("payment__order", "refund").get(pk=transfer_id)
    # A message, which may be faster than the answer, may have settled it meanwhile: then that holds.
    unsettled = RefundTransfer.objects.unsettled().filter(pk=transfer_id)
    try:
        sent = method_of(transfer.payment.method).refund(transfer, at=at)
    except MethodUnavailable as error:
        unsettled.update(last_error=str(error)[:500])
        return False
    except RefundFailed as error:
        _give_up(transfer, error, at=at)
        return False
    if sent.is_done:
        finish_refund(transfer_id=transfer_id, reference=sent.reference, at=at)
        return True
    unsettled.update(state=TransferState.SENT, reference=sent.reference)
    return False


@transaction.atomic
def _give_up(transfer: RefundTransfer, error: RefundFailed, *, at: datetime) -> None:
    """A person looks at it. Where a payment back was begun and failed, the shopper is asked for an account; what was
    refused outright, as of a card payment that is disputed, may be the bank's to pay back."""
    order = transfer.payment.order
    failed = [*transfer.failed_references, error.reference or f"refused-{transfer.attempts}"]
    unsettled = RefundTransfer.objects.unsettled().filter(pk=transfer.pk)
    if not unsettled.update(state=TransferState.FAILED, last_error=str(error)[:500], failed_references=failed):
        return
    if error.reference:
        letters.tell_refund_failed(order, transfer.refund, amount=transfer.amount, at=at)
    log.error("A refund of order %s failed: a person has to look at it", order.number)


@transaction.atomic
def finish_refund(*, transfer_id: int, reference: str, at: datetime) -> None:
    """The money went back. Told again it changes nothing, nor where it was told to have failed.

    The shopper's account is forgotten once nothing more is due back.
    """
    order_id = RefundTransfer.objects.values_list("payment__order_id", flat=True).get(pk=transfer_id)
    order = Order.objects.locked().get(pk=order_id)
    payment = Payment.objects.locked().get(order=order)
    transfer = RefundTransfer.objects.locked().get(pk=transfer_id)
    if transfer.state == TransferState.DONE or reference in transfer.failed_references:
        return
    transfer.state, transfer.reference, transfer.done_at = TransferState.DONE, reference, at
    transfer.save(update_fields=["state", "reference", "done_at"])
    payment.refunded += transfer.amount
    payment.save(update_fields=["refunded"])
    Refund.objects.filter(pk=transfer.refund_id).update(done_at=at)
    if not order.refunds.due().exists():
        RefundAccount.objects.filter(order=order).delete()
    book_refund_paid(
        key=f"refund-paid:{transfer.refund_id}:{reference}"[:120],
        order_id=order.pk,
        method=payment.method,
        amount=transfer.amount,
        at=at,
    )
