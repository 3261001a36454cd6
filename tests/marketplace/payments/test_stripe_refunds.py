"""What goes back to a card: once, whatever fails; and what a bank or a person takes back without us."""

from datetime import timedelta
from typing import Any

import pytest

from marketplace.notices.models import Message
from marketplace.orders.letters import order_address
from marketplace.orders.models import Order, PaymentMethod, Refund, RefundReason
from marketplace.orders.services import Actor, cancel_order
from marketplace.payments.bank_refunds import confirm_sent, export_refunds, give_account, put_back, wants_account
from marketplace.payments.ledger_checks import differing_captures, differing_refunds
from marketplace.payments.models import Payment, RefundAccount, RefundTransfer, TransferState
from marketplace.payments.services import begin_payment, owe_back, payment_of, plan_transfers, send_refunds
from marketplace.payments.setting_off import left_of
from marketplace.payments.stripe_api import Cards
from tests.factories import AT, make_pack, make_product
from tests.trade import make_order, open_shop

from .contract import balance
from .fake_stripe import FakeStripe
from .stripe_fixtures import Tell, fake, quick_retries, tell, tell_all

__all__ = ["fake", "quick_retries", "tell", "tell_all"]
pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def order(fake: FakeStripe, tell_all: Any, db: None) -> Order:
    """Paid by card, and confirmed."""
    open_shop()
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.STRIPE)
    begin_payment(order, at=AT, return_url="https://shop.example.vn/")
    fake.pay(fake.of_kind("checkout.session")[0]["id"])
    tell_all()
    order.refresh_from_db()
    return order


@pytest.fixture
def transfer(order: Order) -> RefundTransfer:
    """A refund of 50,000 that is to be sent."""
    owe(order, 50_000, key="half")
    plan_transfers(at=AT)
    return RefundTransfer.objects.get()


def owe(order: Order, amount: int, *, key: str) -> None:
    payment = Payment.objects.get(order=order)
    owe_back(order, payment, amount=amount, reason=RefundReason.GOODWILL, key=key, at=AT)


def check_sums(order: Order) -> Payment:
    payment = Payment.objects.get(order=order)
    done = Refund.objects.exclude(done_at=None)
    assert payment.refunded == sum(left_of(refund) for refund in done)
    assert balance("refunds-due", order) == -sum(left_of(refund) for refund in Refund.objects.due())
    assert balance("clearing:stripe") == payment.captured - payment.refunded
    assert sum(left_of(refund) for refund in Refund.objects.all()) <= payment.captured
    assert not [flaw for check in (differing_captures, differing_refunds) for flaw in check()]
    return payment


def test_a_refund_is_asked_for_under_its_own_number(order: Order, transfer: RefundTransfer, fake: FakeStripe) -> None:
    assert send_refunds(at=AT) == (1, 0)
    (_method, _path, asked, key) = fake.requests[-1]
    assert key == f"refund:{transfer.refund_id}:50000:{asked['payment_intent']}"
    assert asked["metadata"] == {"order": order.number, "refund": str(transfer.refund_id)}
    transfer.refresh_from_db()
    assert (transfer.state, transfer.reference) == (TransferState.DONE, fake.of_kind("refund")[0]["id"])
    assert check_sums(order).refunded == 50_000


@pytest.mark.parametrize("how", ["lost", "cut"])
def test_where_the_answer_is_lost_it_is_sent_once(transfer: RefundTransfer, fake: FakeStripe, how: str) -> None:
    fake.fail(how, how)
    assert send_refunds(at=AT) == (0, 1)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.attempts) == (TransferState.WAITING, 1)
    assert transfer.last_error == "Stripe does not answer."
    assert send_refunds(at=AT + HOUR) == (1, 0)
    assert len(fake.of_kind("refund")) == 1


def test_where_the_answer_to_the_refund_itself_is_lost_the_next_try_finds_it(
    transfer: RefundTransfer, fake: FakeStripe, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = FakeStripe.answer

    def lose_the_answer(self: FakeStripe, method: str, path: str, parameters: Any, key: str) -> Any:
        told = answer(self, method, path, parameters, key)
        return (500, {"error": {"type": "api_error"}}, {}) if method == "POST" else told

    with monkeypatch.context() as patch:
        patch.setattr(FakeStripe, "answer", lose_the_answer)
        send_refunds(at=AT)
    fake._answers.clear()  # a day later Stripe has forgotten the keys
    assert send_refunds(at=AT + HOUR) == (1, 0)
    assert len(fake.of_kind("refund")) == 1


def test_a_pending_refund_is_done_once_the_bank_says_so(
    order: Order, transfer: RefundTransfer, fake: FakeStripe, tell_all: Any
) -> None:
    fake.refunds_settle = False
    assert send_refunds(at=AT) == (0, 1)
    transfer.refresh_from_db()
    assert transfer.state == TransferState.SENT
    assert check_sums(order).refunded == 0
    tell_all()
    fake.settle_refund(transfer.reference, "succeeded")
    tell_all()
    transfer.refresh_from_db()
    assert transfer.state == TransferState.DONE
    assert check_sums(order).refunded == 50_000


def test_a_pending_refund_is_asked_about_again_where_no_message_comes(
    transfer: RefundTransfer, fake: FakeStripe
) -> None:
    fake.refunds_settle = False
    send_refunds(at=AT)
    fake.of_kind("refund")[0]["status"] = "succeeded"
    assert send_refunds(at=AT + HOUR) == (1, 0)
    assert len(fake.of_kind("refund")) == 1


def test_one_that_fails_is_due_again_and_left_to_a_person(
    order: Order, transfer: RefundTransfer, fake: FakeStripe, tell_all: Any
) -> None:
    fake.refunds_settle = False
    send_refunds(at=AT)
    fake.settle_refund(fake.of_kind("refund")[0]["id"], "failed")
    tell_all()
    transfer.refresh_from_db()
    assert transfer.state == TransferState.FAILED
    assert send_refunds(at=AT + HOUR) == (0, 0)
    assert check_sums(order).refunded == 0


def test_one_that_failed_after_it_was_called_done_is_due_again(
    order: Order, transfer: RefundTransfer, fake: FakeStripe, tell: Tell, tell_all: Any
) -> None:
    send_refunds(at=AT)
    tell_all()
    fake.settle_refund(fake.of_kind("refund")[0]["id"], "failed")
    (event,) = fake.events
    for number in range(3):
        tell({**event, "id": f"evt_{number}"})
    transfer.refresh_from_db()
    assert (transfer.state, transfer.done_at) == (TransferState.FAILED, None)
    assert check_sums(order).refunded == 0


def letters_about_the_account() -> list[Message]:
    return list(Message.objects.filter(key__contains=".refund-failed."))


@pytest.mark.parametrize("kind", ["refund.failed", "refund.updated", "charge.refund.updated"])
def test_the_shopper_of_one_that_failed_is_asked_once_for_an_account(
    order: Order, transfer: RefundTransfer, fake: FakeStripe, tell: Tell, tell_all: Any, kind: str
) -> None:
    send_refunds(at=AT)
    tell_all()
    assert not letters_about_the_account()
    fake.settle_refund(fake.of_kind("refund")[0]["id"], "failed")
    (event,) = fake.events
    for number in range(2):
        assert tell({**event, "id": f"evt_{number}", "type": kind}).status_code == 200
    (letter,) = letters_about_the_account()
    assert letter.address == order.email
    assert "50.000" in letter.body
    assert order_address(order) in letter.body
    assert wants_account(order)


def test_the_shopper_is_asked_too_where_the_answer_tells_that_it_failed(
    order: Order, transfer: RefundTransfer, fake: FakeStripe
) -> None:
    fake.refunds_settle = False
    send_refunds(at=AT)
    fake.objects[fake.of_kind("refund")[0]["id"]]["status"] = "failed"
    send_refunds(at=AT + HOUR)
    assert len(letters_about_the_account()) == 1


def test_a_person_who_pays_a_failed_one_back_by_hand_settles_it(
    order: Order, transfer: RefundTransfer, fake: FakeStripe, tell: Tell, tell_all: Any
) -> None:
    send_refunds(at=AT)
    failed = fake.of_kind("refund")[0]["id"]
    fake.settle_refund(failed, "failed")
    tell_all()
    by_hand = fake.refund_by_hand(order.payment.captures.get().source_id, 50_000)
    tell_all()
    fake.settle_refund(failed, "failed")  # told once more, late
    tell_all()
    transfer.refresh_from_db()
    assert (transfer.state, transfer.reference) == (TransferState.DONE, by_hand)
    assert check_sums(order).refunded == 50_000
    assert Refund.objects.count() == 1


def test_what_somebody_pays_back_by_hand_is_recorded_once(
    order: Order, fake: FakeStripe, tell: Tell, tell_all: Any
) -> None:
    fake.refund_by_hand(order.payment.captures.get().source_id, 30_000)
    (event,) = fake.events
    tell({**event, "id": "evt_twice"})
    tell_all()
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (30_000, RefundReason.GOODWILL)
    assert check_sums(order).refunded == 30_000
    assert balance("losses", order) == 30_000


def test_it_is_recorded_though_it_is_told_before_the_payment_itself(
    fake: FakeStripe, tell: Tell, tell_all: Any, db: None
) -> None:
    open_shop()
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.STRIPE)
    begin_payment(order, at=AT, return_url="https://shop.example.vn/")
    intent = fake.pay(fake.of_kind("checkout.session")[0]["id"])
    fake.refund_by_hand(intent, 30_000)
    assert tell(fake.events.pop()).json()["outcome"] == "paid-back-elsewhere"
    tell_all()
    payment = check_sums(order)
    assert (payment.captured, payment.refunded) == (order.total, 30_000)


def test_what_went_back_before_the_order_was_paid_is_not_due_back_again(
    fake: FakeStripe, tell_all: Any, db: None
) -> None:
    open_shop()
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.STRIPE)
    part = fake.add_intent(order.total - 5_000, order=order.number)
    tell_all()
    fake.refund_by_hand(part["id"], 90_000)
    tell_all()
    fake.add_intent(order.total, order=order.number)
    tell_all()
    order.refresh_from_db()
    assert order.confirmed_at is not None
    assert Refund.objects.due().get().amount == order.total - 5_000 - 90_000
    check_sums(order)
    assert balance("deposits", order) == -order.total


def test_a_dispute_that_is_lost_is_a_refund_that_the_shop_bears(order: Order, fake: FakeStripe, tell_all: Any) -> None:
    dispute = fake.dispute(order.payment.captures.get().source_id, amount=order.total)
    tell_all()
    assert not Refund.objects.exists()
    for _time in range(2):
        fake.close_dispute(dispute, "lost")
        tell_all()
    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (order.total, RefundReason.DISPUTE)
    assert check_sums(order).refunded == order.total
    assert balance("losses", order) == order.total


def test_a_dispute_that_is_won_changes_nothing(order: Order, fake: FakeStripe, tell_all: Any) -> None:
    fake.close_dispute(fake.dispute(order.payment.captures.get().source_id, amount=order.total), "won")
    tell_all()
    assert not Refund.objects.exists()


def test_a_dispute_over_what_was_due_back_anyway_settles_that(order: Order, fake: FakeStripe, tell_all: Any) -> None:
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    dispute = fake.dispute(order.payment.captures.get().source_id, amount=order.total)
    fake.close_dispute(dispute, "lost")
    tell_all()
    refund = Refund.objects.get()
    assert (refund.reason, refund.transfer.state) == (RefundReason.CANCELLED, TransferState.DONE)
    assert check_sums(order).refunded == order.total
    assert balance("losses", order) == 0
    assert send_refunds(at=AT + HOUR) == (0, 0)


def test_a_refund_of_a_disputed_payment_is_left_to_a_person(transfer: RefundTransfer, fake: FakeStripe) -> None:
    fake.dispute(transfer.payment.captures.get().source_id, amount=1)
    assert send_refunds(at=AT) == (0, 1)
    transfer.refresh_from_db()
    assert transfer.state == TransferState.FAILED
    assert "charge_disputed" in transfer.last_error
    assert not letters_about_the_account()  # what is disputed the bank may pay back


def test_of_two_payments_each_refund_goes_to_one_that_still_has_so_much(
    order: Order, fake: FakeStripe, tell_all: Any
) -> None:
    fake.add_intent(order.total, order=order.number)
    tell_all()
    owe(order, order.total - 10_000, key="most")
    plan_transfers(at=AT)
    assert send_refunds(at=AT) == (2, 0)
    paid_back = {each["payment_intent"]: each["amount"] for each in fake.of_kind("refund")}
    assert sorted(paid_back.values()) == [order.total - 10_000, order.total]
    assert check_sums(order).refunded == 2 * order.total - 10_000


def test_a_payment_told_twice_after_a_part_was_paid_back_is_due_back_whole(
    order: Order, fake: FakeStripe, tell_all: Any
) -> None:
    owe(order, 30_000, key="a part")
    fake.add_intent(order.total, order=order.number)
    tell_all()
    assert Refund.objects.get(reason=RefundReason.OVERPAID).amount == order.total


def fail_it(fake: FakeStripe, tell_all: Any) -> str:
    """The refund that was sent last fails; its id."""
    failed = fake.of_kind("refund")[-1]["id"]
    fake.settle_refund(failed, "failed")
    tell_all()
    return str(failed)


def test_one_that_failed_is_sent_again_and_what_failed_before_is_told_in_vain(
    order: Order, transfer: RefundTransfer, fake: FakeStripe, tell_all: Any
) -> None:
    fake.refunds_settle = False
    for number in range(1, 3):
        send_refunds(at=AT + number * HOUR)
        fail_it(fake, tell_all)
        assert put_back(transfer_id=transfer.pk, at=AT + number * HOUR)
        for failed in fake.of_kind("refund"):
            fake.settle_refund(failed["id"], "failed")
        tell_all()
        transfer.refresh_from_db()
        assert (transfer.state, len(transfer.failed_references)) == (TransferState.WAITING, number)
    fake.refunds_settle = True
    assert send_refunds(at=AT + 3 * HOUR) == (1, 0)
    assert [each["status"] for each in fake.of_kind("refund")] == ["failed", "failed", "succeeded"]
    assert check_sums(order).refunded == 50_000


def test_one_that_stripe_refused_is_asked_for_anew(transfer: RefundTransfer, fake: FakeStripe) -> None:
    dispute = fake.dispute(transfer.payment.captures.get().source_id, amount=1)
    assert send_refunds(at=AT) == (0, 1)
    fake.close_dispute(dispute, "won")
    assert put_back(transfer_id=transfer.pk, at=AT + HOUR)
    assert send_refunds(at=AT + HOUR) == (1, 0)  # under its first key Stripe would refuse it for a day


def test_one_that_failed_can_be_sent_from_the_bank_account(
    order: Order, transfer: RefundTransfer, fake: FakeStripe, tell_all: Any
) -> None:
    assert not wants_account(order)
    send_refunds(at=AT)
    fail_it(fake, tell_all)
    assert wants_account(order)
    give_account(order_id=order.pk, bank_bin="970436", number="0011001932418", holder="HOA", at=AT)
    assert export_refunds(transfer_ids=[transfer.pk])[1] == 1
    assert send_refunds(at=AT + HOUR) == (0, 0)  # not by card as well
    assert len(fake.of_kind("refund")) == 1
    assert confirm_sent(transfer_id=transfer.pk, at=AT + HOUR)
    payment = Payment.objects.get(order=order)
    assert payment.refunded == 50_000
    assert (balance("clearing:stripe"), balance("bank")) == (payment.captured, -50_000)
    assert not RefundAccount.objects.exists()


@pytest.mark.parametrize(("status", "ends_as"), [("succeeded", "done"), ("failed", "failed")])
def test_a_message_that_is_faster_than_the_answer_holds(
    order: Order,
    transfer: RefundTransfer,
    fake: FakeStripe,
    tell_all: Any,
    monkeypatch: pytest.MonkeyPatch,
    status: str,
    ends_as: str,
) -> None:
    refund = Cards.refund

    def refund_and_tell(*args: Any, **more: Any) -> Any:
        sent = refund(*args, **more)
        fake.settle_refund(fake.of_kind("refund")[0]["id"], status)
        tell_all()
        return sent

    fake.refunds_settle = False
    monkeypatch.setattr(Cards, "refund", refund_and_tell)
    send_refunds(at=AT)
    transfer.refresh_from_db()
    assert transfer.state == ends_as
    check_sums(order)


def test_a_sum_by_hand_that_settled_several_is_undone_whole(order: Order, fake: FakeStripe, tell_all: Any) -> None:
    owe(order, 30_000, key="one")
    owe(order, order.total - 30_000, key="two")
    plan_transfers(at=AT)
    by_hand = fake.refund_by_hand(order.payment.captures.get().source_id, order.total)
    tell_all()
    assert check_sums(order).refunded == order.total
    fake.settle_refund(by_hand, "failed")
    tell_all()
    assert list(RefundTransfer.objects.values_list("state", flat=True)) == [TransferState.FAILED] * 2
    assert check_sums(order).refunded == 0


def test_refunds_that_wait_for_money_keep_no_other_waiting(order: Order) -> None:
    waiting = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.STRIPE)
    payment = payment_of(waiting, at=AT)
    owe_back(waiting, payment, amount=1_000, reason=RefundReason.GOODWILL, key="nothing came", at=AT)
    owe(order, order.total + 1, key="too much")
    owe(order, 10_000, key="due")
    assert plan_transfers(at=AT, limit=1) == 1
    assert RefundTransfer.objects.get().amount == 10_000
