"""What messages lost is found again: Stripe is asked what came in and went back, and what is due back is sent.

Every step may be repeated; one that fails leaves the others to be done.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Sum

from marketplace.orders.models import OrderState, PaymentMethod, Refund
from marketplace.payments import stripe_client, stripe_objects
from marketplace.payments.bank_feed import Outcome
from marketplace.payments.cod_remittances import unremitted
from marketplace.payments.leftovers import settle_leftovers
from marketplace.payments.methods import MethodUnavailable
from marketplace.payments.models import EventSource, InboundEvent, Payment, RefundTransfer, SetOff, TransferState
from marketplace.payments.services import close_page, plan_transfers, send_refunds
from marketplace.payments.stripe_effects import CAPTURED, DISPUTED, UNKNOWN, WRONG_CURRENCY, record
from marketplace.payments.stripe_objects import Checkout, Dispute, Fact, SentBack

DISPUTES_LAST = timedelta(days=120)
NEWS = ("paid-back", "paid-back-elsewhere", "failed", "dispute-lost", "over", WRONG_CURRENCY)
_BATCH = 200
_MOST_BATCHES = 50


@dataclass(slots=True)
class Reconciled:
    """What a run did. ``news`` counts what no message had told, by outcome; ``problems`` wait for somebody."""

    asked: int = 0
    news: Counter[str] = field(default_factory=Counter)
    owed: int = 0
    planned: int = 0
    sent: int = 0
    captured: set[str] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def reconcile(
    *,
    since: datetime,
    at: datetime,
    dry_run: bool = False,
    watch: Callable[[Iterable[Fact]], Iterable[Fact]] = lambda facts: facts,
) -> Reconciled:
    """Record what Stripe has since then and no message told; owe, plan and send what is due back.

    Outside any transaction. ``dry_run`` asks Stripe and writes nothing. ``watch`` sees the facts go by.
    """
    run = Reconciled()
    if stripe_client.is_configured():
        try:
            for fact in watch(stripe_objects.list_since(since, disputes_since=min(since, at - DISPUTES_LAST))):
                _take_in(fact, run, at=at, dry_run=dry_run)
        except (MethodUnavailable, stripe_client.Refused) as error:
            run.problems.append(f"Not everything could be asked: {error}")
        if run.captured:
            run.news[CAPTURED] = len(run.captured)
        if not dry_run:
            run.problems += _close_pages()
    with transaction.atomic() if dry_run else nullcontext():
        run.owed = settle_leftovers(at=at)
        run.planned = plan_transfers(at=at)
        if dry_run:
            transaction.set_rollback(True)
    if not dry_run:
        run.sent = _send(at=at)
    run.problems += _problems(at=at)
    run.notes += _notes(at=at)
    return run


def _take_in(fact: Fact, run: Reconciled, *, at: datetime, dry_run: bool) -> None:
    """One fact, in a transaction of its own; before what was done with a payment, the payment itself."""
    run.asked += 1
    outcome = _record(fact, at=at, dry_run=dry_run)
    if outcome == UNKNOWN and isinstance(fact, SentBack | Dispute) and fact.intent_id:
        intent = stripe_objects.fetch_intent(fact.intent_id)
        if _record(intent, at=at, dry_run=dry_run) == CAPTURED:
            run.captured.add(intent.id)
            outcome = _record(fact, at=at, dry_run=dry_run)
    if outcome == CAPTURED:  # a page and its payment are one
        run.captured.add(fact.intent.id if isinstance(fact, Checkout) and fact.intent else fact.id)
    elif outcome in NEWS:
        run.news[outcome] += 1
    if outcome == WRONG_CURRENCY:
        run.problems.append(f"{fact.id} is not in đồng.")
    if outcome == DISPUTED:
        run.problems.append(f"{fact.id}: a dispute waits for an answer in Stripe's dashboard.")


def _record(fact: Fact, *, at: datetime, dry_run: bool) -> str:
    with transaction.atomic():
        outcome, _payment = record(fact, at=at)
        if dry_run:
            transaction.set_rollback(True)
    return outcome


def _close_pages() -> Iterable[str]:
    """Of orders that were cancelled before anybody paid."""
    open_pages = Payment.objects.filter(order__state=OrderState.CANCELLED, captured=0).exclude(redirect_url="")
    for payment in open_pages.select_related("order").order_by("pk")[:_BATCH]:
        try:
            close_page(payment.order)
        except MethodUnavailable as error:
            yield f"{payment.order.number}: its page at Stripe could not be closed. {error}"
            return


def _send(*, at: datetime) -> int:
    """How many refunds went out; each try pushes the next away, so that this ends."""
    sent = 0
    for _batch in range(_MOST_BATCHES):
        done, left = send_refunds(at=at, limit=_BATCH)
        sent += done
        if done + left < _BATCH:
            break
    return sent


def _problems(*, at: datetime) -> Iterable[str]:
    for transfer in RefundTransfer.objects.filter(state=TransferState.FAILED).select_related("refund__order"):
        number = transfer.refund.order.number
        yield f"{number}: {transfer.amount:,} đ could not be paid back. {transfer.last_error}"
    resting = RefundTransfer.objects.by_provider().filter(state=TransferState.WAITING, attempts__gt=0)
    for transfer in resting.select_related("refund__order"):
        number = transfer.refund.order.number
        yield f"{number}: {transfer.amount:,} đ have not gone back yet, tried {transfer.attempts} times."
    uncovered = Refund.objects.due().filter(transfer=None, created_at__lt=at - timedelta(hours=1))
    for refund in uncovered.exclude(order__payment_method=PaymentMethod.COD).select_related("order"):
        yield f"{refund.order.number}: {refund.amount:,} đ are due back of which nothing came in."
    partly = Payment.objects.filter(order__hold_until__lte=at).partly_paid().select_related("order")
    for payment in partly.order_by("pk"):
        yield (
            f"{payment.order.number}: only {payment.captured:,} of {payment.amount:,} đ came in: "
            "ask for the rest, or cancel the order."
        )
    waits = timedelta(days=settings.COD_REMITTED_WITHIN_DAYS)
    for capture, parcel in unremitted(before=at - waits):
        carrier = " ".join(filter(None, [parcel.carrier, parcel.tracking_number]))
        yield (
            f"{capture.payment.order.number}: {capture.amount:,} đ that {carrier or 'somebody'} collected on delivery "
            f"were not handed over in {waits.days} days."
        )
    unmatched = InboundEvent.objects.filter(source=EventSource.BANK, outcome=Outcome.UNMATCHED).count()
    if unmatched:
        yield f"{unmatched} bank transfers name no order, or several: assign or return them."


def _notes(*, at: datetime) -> Iterable[str]:
    for less in SetOff.objects.filter(created_at=at).select_related("refund__order").order_by("pk"):
        yield f"{less.refund.order.number}: {less.amount:,} đ were taken back before they were due: they are not sent."
    waiting = RefundTransfer.objects.unsettled().by_hand()
    told = waiting.aggregate(count=Count("pk"), total=Sum("amount"))
    if told["count"]:
        yield f"{told['count']} refunds of {told['total']:,} đ in all are to be transferred by hand."
