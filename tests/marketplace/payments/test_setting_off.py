"""What a card's bank or a person gave back before it was due is not sent a second time."""

from typing import Any

import pytest

from marketplace.orders.models import Order, OrderState, Refund, RefundReason
from marketplace.orders.services import Actor, cancel_order
from marketplace.payments.models import Payment, RefundTransfer, SetOff, TransferState
from marketplace.payments.reconciling import Reconciled, reconcile
from marketplace.payments.services import plan_transfers, send_refunds
from tests.factories import AT

from .contract import balance
from .fake_stripe import FakeStripe
from .stripe_fixtures import fake, quick_retries, tell, tell_all
from .test_stripe_refunds import HOUR, check_sums, order, owe

__all__ = ["fake", "order", "quick_retries", "tell", "tell_all"]
pytestmark = pytest.mark.django_db


def lose(fake: FakeStripe, order: Order, *, amount: int) -> None:
    intent_id = order.payment.captures.order_by("pk").values_list("source_id", flat=True)[0]
    fake.close_dispute(fake.dispute(intent_id, amount=amount), "lost")


def run() -> Reconciled:
    return reconcile(since=AT, at=AT + HOUR)


def sent(fake: FakeStripe) -> list[int]:
    return [each["amount"] for each in fake.of_kind("refund")]


def test_an_order_cancelled_after_its_dispute_was_lost_costs_nothing_more(
    order: Order, fake: FakeStripe, tell_all: Any
) -> None:
    lose(fake, order, amount=order.total)
    tell_all()
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    told = run()
    assert not told.problems
    assert told.notes == [f"{order.number}: 218,000 đ were taken back before they were due: they are not sent."]
    assert sent(fake) == []
    assert not Refund.objects.due().exists()
    assert check_sums(order).refunded == order.total
    assert (balance("losses", order), balance("deposits", order)) == (0, 0)
    assert not run().problems
    assert SetOff.objects.count() == 1


def test_of_an_order_cancelled_after_a_part_was_paid_back_by_hand_the_rest_goes_back(
    order: Order, fake: FakeStripe, tell_all: Any
) -> None:
    fake.refund_by_hand(order.payment.captures.get().source_id, 30_000)
    tell_all()
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    run()
    assert sent(fake) == [30_000, order.total - 30_000]
    assert check_sums(order).refunded == order.total
    assert (balance("losses", order), balance("deposits", order)) == (0, 0)


def test_a_courtesy_lessens_no_refund_that_is_still_there_to_be_sent(
    order: Order, fake: FakeStripe, tell_all: Any
) -> None:
    fake.refund_by_hand(order.payment.captures.get().source_id, 30_000)
    tell_all()
    owe(order, 50_000, key="one came broken")
    plan_transfers(at=AT)
    assert RefundTransfer.objects.get(state=TransferState.WAITING).amount == 50_000
    assert balance("losses", order) == 30_000


def test_a_dispute_over_less_than_is_due_lessens_what_is_sent(order: Order, fake: FakeStripe, tell_all: Any) -> None:
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    plan_transfers(at=AT)
    lose(fake, order, amount=60_000)
    for _time in range(2):
        tell_all()
        run()
    transfer = RefundTransfer.objects.get(refund__reason=RefundReason.CANCELLED)
    assert transfer.amount == order.total - 60_000
    assert Refund.objects.get(reason=RefundReason.DISPUTE).amount == 60_000
    assert check_sums(order).refunded == 60_000
    assert (balance("losses", order), balance("deposits", order)) == (0, 0)


def test_what_is_due_after_a_dispute_over_a_part_is_lessened_by_it(
    order: Order, fake: FakeStripe, tell_all: Any
) -> None:
    lose(fake, order, amount=60_000)
    tell_all()
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    plan_transfers(at=AT)
    transfer = RefundTransfer.objects.get(refund__reason=RefundReason.CANCELLED)
    fake.of_kind("dispute")[0]["status"] = "won"  # as if of another payment: this one takes refunds
    assert send_refunds(at=AT) == (1, 0)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.amount) == (TransferState.DONE, order.total - 60_000)
    assert check_sums(order).refunded == order.total
    assert (balance("losses", order), balance("deposits", order)) == (0, 0)


@pytest.mark.parametrize("is_planned", [True, False])
def test_what_is_paid_once_more_after_all_that_is_due_back(
    order: Order, fake: FakeStripe, tell_all: Any, is_planned: bool
) -> None:
    lose(fake, order, amount=order.total)
    tell_all()
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    if is_planned:
        plan_transfers(at=AT)
    fake.add_intent(order.total, order=order.number)
    tell_all()
    run()
    assert sent(fake) == [order.total]
    payment = check_sums(order)
    assert payment.captured == payment.refunded == 2 * order.total
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert balance("deposits", order) == 0
    assert Payment.objects.count() == 1
