"""Payouts: what each producer is owed at the end of a period is paid once, whoever runs it and however often."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from catalog.models import Producer
from marketplace.settlement.accounts import PAYOUT_KINDS, Account
from marketplace.settlement.booking import book_payout, book_payout_returned
from marketplace.settlement.models import LedgerEntry, Payout, PayoutAccount, PayoutRun, PayoutState
from marketplace.settlement.periods import Period
from marketplace.settlement.rules import PAYOUT_STEPS, PayoutStep
from ocop_badges.errors import DomainError


@dataclass(frozen=True, slots=True)
class Due:
    """What a producer is owed, in đồng: ``amount`` is payable, below zero where more came back than was earned.

    ``amount`` is what was earned before the cut-off less every payout, and never more than ``balance``, what is owed
    now: goods may have come back since.
    """

    producer_id: int
    amount: int
    balance: int


def dues(*, cutoff_at: datetime, producer_id: int | None = None) -> list[Due]:
    """Of every producer that is not even, in the order of their ids. One query."""
    entries = LedgerEntry.objects.of_account(Account.PAYABLE)
    if producer_id is not None:
        entries = entries.of_producer(producer_id)
    counted = Q(transaction__at__lt=cutoff_at) | Q(transaction__kind__in=PAYOUT_KINDS)
    sums = (
        entries.order_by("producer_id")
        .values_list("producer_id")
        .annotate(balance=Sum("amount"), counted=Sum("amount", filter=counted))
    )
    found = [Due(pk, -int(max(balance, earned or 0)), -int(balance)) for pk, balance, earned in sums]
    return [due for due in found if due.amount or due.balance]


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run would pay, and whom it cannot. Amounts by producer."""

    payable: list[Due]
    too_little: list[Due]  # carried on, debts too
    without_account: list[Due]


def plan_run(*, period: Period, minimum: int, ways: Iterable[str]) -> Plan:
    """What is left to be paid for a period. Nothing is no payout, without a minimum too. Reads only; three queries."""
    minimum = max(minimum, 1)
    listed = dues(cutoff_at=period.ends_at)
    paid = set(Payout.objects.filter(run__period=period.name).values_list("producer_id", flat=True))
    enough = [due for due in listed if due.amount >= minimum and due.producer_id not in paid]
    accounts = PayoutAccount.objects.current(due.producer_id for due in enough)
    reachable = {pk for pk, account in accounts.items() if account.way in set(ways)}
    return Plan(
        payable=[due for due in enough if due.producer_id in reachable],
        too_little=[due for due in listed if due.amount < minimum and due.producer_id not in paid],
        without_account=[due for due in enough if due.producer_id not in reachable],
    )


def open_run(*, period: Period, at: datetime) -> PayoutRun:
    """The run of a period, begun where there is none. Raises ``DomainError`` ``period-not-over``."""
    if at < period.ends_at:
        raise DomainError(_("The period {period} is not over yet.").format(period=period), code="period-not-over")
    run, _made = PayoutRun.objects.get_or_create(
        period=period.name, defaults={"cutoff_at": period.ends_at, "started_at": at}
    )
    return run


def pay_out(
    *,
    run: PayoutRun,
    period: Period,
    at: datetime,
    minimum: int,
    ways: Iterable[str],
    done: Callable[[Due], object] = lambda due: None,
) -> None:
    """Pay everybody whom the run's period owes at least ``minimum``, each in a transaction of its own.

    Begun again after a crash, or once somebody has an account, it goes on with those who are left. It is finished
    when nobody is left who is owed enough: then it pays nobody any more. ``done`` is told of each.
    """
    ways = frozenset(ways)
    if run.finished_at is not None:
        return
    for due in plan_run(period=period, minimum=minimum, ways=ways).payable:
        pay_producer(run=run, producer_id=due.producer_id, at=at, minimum=minimum, ways=ways)
        done(due)
    left = plan_run(period=period, minimum=minimum, ways=ways)
    if not left.payable and not left.without_account:
        PayoutRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=at)
        run.refresh_from_db()


@transaction.atomic
def pay_producer(*, run: PayoutRun, producer_id: int, at: datetime, minimum: int, ways: Iterable[str]) -> Payout | None:
    """Book what one producer is owed, under its lock: runs at the same time, of whatever period, pay it once.

    None where this run has paid it, or it is owed too little by now, or there is nowhere to pay to.
    """
    lock_producer(producer_id)
    if Payout.objects.filter(run=run, producer_id=producer_id).exists():
        return None
    owed = next(iter(dues(cutoff_at=run.cutoff_at, producer_id=producer_id)), None)
    account = PayoutAccount.objects.current([producer_id]).get(producer_id)
    if owed is None or owed.amount < max(minimum, 1) or account is None or account.way not in set(ways):
        return None
    payout = Payout.objects.create(run=run, producer_id=producer_id, account=account, amount=owed.amount, booked_at=at)
    book_payout(
        key=payout_key(payout.pk),
        producer_id=producer_id,
        amount=owed.amount,
        way=account.way,
        at=at,
        note=payout.code,
    )
    return payout


def lock_producer(producer_id: int) -> None:
    """Hold a producer's money to the end of the transaction: whoever pays out waits here."""
    Producer.objects.select_for_update(no_key=True).get(pk=producer_id)


def payout_key(payout_id: int) -> str:
    return f"payout:{payout_id}"


def return_key(payout_id: int) -> str:
    return f"payout-returned:{payout_id}"


@transaction.atomic
def confirm_payout(*, payout_id: int, reference: str, at: datetime) -> Payout:
    """The bank says that it is paid. Told again it changes nothing. Raises ``DomainError`` ``wrong-state``."""
    payout = Payout.objects.locked().get(pk=payout_id)
    if payout.state == PayoutState.CONFIRMED:
        return payout
    _step(payout, PayoutStep.CONFIRMED)
    payout.reference, payout.confirmed_at = reference, at
    payout.save(update_fields=["state", "reference", "confirmed_at"])
    return payout


@transaction.atomic
def return_payout(*, payout_id: int, reason: str, at: datetime) -> Payout:
    """The bank sent it back: the producer is owed it again, and gets it with the next run. Counts once."""
    payout = Payout.objects.locked().select_related("account").get(pk=payout_id)
    if payout.state == PayoutState.RETURNED:
        return payout
    _step(payout, PayoutStep.RETURNED)
    payout.failure, payout.returned_at = reason[:255], at
    payout.save(update_fields=["state", "failure", "returned_at"])
    book_payout_returned(
        key=return_key(payout.pk),
        producer_id=payout.producer_id,
        amount=payout.amount,
        way=payout.account.way,
        at=at,
        note=payout.code,
    )
    return payout


def _step(payout: Payout, step: PayoutStep) -> None:
    if step not in PAYOUT_STEPS[PayoutStep(payout.state)]:
        raise DomainError(_("This payout was returned by the bank."), code="wrong-state")
    payout.state = PayoutState(step.value)
