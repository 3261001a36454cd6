"""``manage.py reconcile_payments`` finds what messages lost, and pays back what is due."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from catalog.search.one_at_a_time import one_at_a_time
from marketplace.orders.models import Order, OrderState, PaymentMethod, Refund, RefundReason
from marketplace.orders.services import Actor, cancel_order
from marketplace.orders.services.fulfilling import deliver_fulfilment
from marketplace.payments.cod_remittances import book_batch, import_remittance
from marketplace.payments.leftovers import PARTIAL_WAITS
from marketplace.payments.management.commands.reconcile_payments import RECONCILING
from marketplace.payments.models import Capture, Payment, RefundTransfer, TransferState
from marketplace.payments.services import begin_payment, owe_back, payment_of, plan_transfers, record_capture
from tests.factories import AT, DAY, make_pack, make_product
from tests.trade import make_order, open_shop

from .fake_stripe import FakeStripe
from .stripe_fixtures import fake, quick_retries, tell, tell_all
from .test_cod import LATER, ship

__all__ = ["fake", "quick_retries", "tell", "tell_all"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def shop(db: None) -> None:
    open_shop()


@pytest.fixture
def order(fake: FakeStripe) -> Order:
    """Its page is open at Stripe; whatever Stripe tells is lost."""
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.STRIPE)
    begin_payment(order, at=AT, return_url="https://shop.example.vn/")
    return order


def run(*arguments: str, ends_with: int = 0) -> str:
    out, err = StringIO(), StringIO()
    code = 0
    try:
        call_command("reconcile_payments", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        code = end.code
    assert code == ends_with, out.getvalue() + err.getvalue()
    return out.getvalue() + err.getvalue()


def pay(fake: FakeStripe) -> str:
    return fake.pay(fake.of_kind("checkout.session")[-1]["id"])


def test_a_payment_that_no_message_told_confirms_the_order_once(order: Order, fake: FakeStripe) -> None:
    pay(fake)
    assert "1 captured" in run()
    assert "recorded: nothing" in run()
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    assert Capture.objects.get().amount == order.total


def test_a_dry_run_tells_and_writes_nothing(order: Order, fake: FakeStripe) -> None:
    pay(fake)
    assert "would be recorded: 1 captured" in run("--dry-run")
    assert not Capture.objects.exists()
    order.refresh_from_db()
    assert order.state == OrderState.AWAITING_PAYMENT


def test_what_was_begun_before_since_is_not_asked_for(order: Order, fake: FakeStripe, clock: Any) -> None:
    pay(fake)
    clock(AT + timedelta(days=9))
    assert "recorded: nothing" in run()
    assert "1 captured" in run("--since", f"{AT:%Y-%m-%d}")


@pytest.mark.parametrize("since", ["yesterday", "2099-01-01"])
def test_a_since_that_is_no_past_day_is_refused(since: str) -> None:
    with pytest.raises(CommandError):
        call_command("reconcile_payments", "--since", since)


def test_refunds_that_are_due_are_sent(order: Order, fake: FakeStripe) -> None:
    pay(fake)
    run()
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    assert "planned: 1, sent: 1" in run()
    assert Payment.objects.get().refunded == order.total
    assert [each["amount"] for each in fake.of_kind("refund")] == [order.total]
    assert "planned: 0, sent: 0" in run()


def test_a_refund_that_no_message_told_failed_is_found_and_told(order: Order, fake: FakeStripe) -> None:
    pay(fake)
    run()
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    run()
    fake.of_kind("refund")[0]["status"] = "failed"
    assert f"{order.number}: 218,000 đ could not be paid back" in run(ends_with=1)
    assert RefundTransfer.objects.get().state == TransferState.FAILED
    assert Payment.objects.get().refunded == 0


def test_what_went_back_of_a_payment_begun_long_before_brings_that_payment_too(
    order: Order, fake: FakeStripe, clock: Any
) -> None:
    intent = pay(fake)
    clock(AT + timedelta(days=9))
    fake.refund_by_hand(intent, 30_000)
    assert "1 captured, 1 paid-back-elsewhere" in run()
    payment = Payment.objects.get()
    assert (payment.captured, payment.refunded) == (order.total, 30_000)


def test_a_dispute_that_is_lost_after_months_is_found(order: Order, fake: FakeStripe, clock: Any) -> None:
    intent = pay(fake)
    run()
    dispute = fake.dispute(intent, amount=order.total)
    clock(AT + timedelta(days=60))
    assert "waits for an answer" in run(ends_with=1)
    fake.close_dispute(dispute, "lost")
    assert "1 dispute-lost" in run()
    assert "recorded: nothing" in run()
    assert Refund.objects.get().reason == RefundReason.DISPUTE


@pytest.mark.parametrize("how", ["lost", "429", "500"])
def test_where_stripe_is_away_it_says_so_and_does_the_rest(order: Order, fake: FakeStripe, how: str) -> None:
    other = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.VIETQR)
    cancel_order(order_id=other.pk, actor=Actor.SHOPPER, at=AT)
    record_capture(payment_id=payment_of(other, at=AT).pk, source_id="bank:1", amount=5_000, at=AT)
    fake.fail(*[how] * (1 if how == "429" else 2))
    assert "Not everything could be asked" in run(ends_with=1)
    assert RefundTransfer.objects.get().amount == 5_000


def test_what_was_paid_in_part_is_told_and_goes_back_in_the_end(clock: Any) -> None:
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)
    record_capture(payment_id=payment_of(order, at=AT).pk, source_id="bank:1", amount=50_000, at=AT)
    clock(AT)
    assert order.number not in run()  # there is time yet
    clock(AT + timedelta(hours=2))
    assert f"{order.number}: only 50,000 of 218,000 đ came in" in run(ends_with=1)
    order.refresh_from_db()
    assert order.state == OrderState.AWAITING_PAYMENT
    clock(order.hold_until + PARTIAL_WAITS)
    assert "Due back for 1 orders" in run()
    order.refresh_from_db()
    assert order.state == OrderState.CANCELLED
    assert "1 refunds of 50,000 đ in all are to be transferred by hand." in run()


def test_it_expires_nothing_by_itself(order: Order, clock: Any) -> None:
    clock(AT + timedelta(days=30))
    run()
    order.refresh_from_db()
    assert order.state == OrderState.AWAITING_PAYMENT


def test_a_refund_that_cannot_be_sent_now_is_told_until_it_went_out(order: Order, fake: FakeStripe, clock: Any) -> None:
    pay(fake)
    run()
    owe_back(order, Payment.objects.get(), amount=9_000, reason=RefundReason.GOODWILL, key="x", at=AT)
    plan_transfers(at=AT)
    real = FakeStripe._refund
    FakeStripe._refund = lambda *_: 1 / 0  # Stripe itself breaks
    try:
        assert "9,000 đ have not gone back yet, tried 1 times" in run(ends_with=1)
    finally:
        FakeStripe._refund = real
    clock(AT + timedelta(hours=1))
    assert "sent: 1" in run()


def test_many_pages_of_stripes_answers_are_read_to_the_end(order: Order, fake: FakeStripe) -> None:
    for number in range(230):
        fake.add_intent(1_000, order=f"OC{number:010}")
    pay(fake)
    assert "Stripe told of 232; recorded: 1 captured" in run()


def test_a_shop_without_cards_reconciles_the_rest() -> None:
    assert "Stripe told of 0" in run()


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_two_runs_do_not_meet(db: None) -> None:
    with one_at_a_time(RECONCILING), pytest.raises(CommandError, match="Another process"):
        call_command("reconcile_payments", stdout=StringIO())
    with one_at_a_time():  # an index may well be rebuilt meanwhile
        call_command("reconcile_payments", stdout=StringIO())


def test_the_page_of_a_cancelled_order_is_closed_if_that_was_missed(order: Order, fake: FakeStripe) -> None:
    cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=AT)
    fake.fail("429")
    run(ends_with=1)
    run()
    assert fake.of_kind("checkout.session")[0]["status"] == "expired"
    asked = len(fake.requests)
    run()
    assert len(fake.requests) == asked + 4  # the lists; of the page nothing more


@pytest.mark.parametrize("status", ["warning_closed", "prevented", "under_review", "warning_under_review", "won"])
def test_only_a_dispute_that_wants_an_answer_waits_for_somebody(order: Order, fake: FakeStripe, status: str) -> None:
    intent = pay(fake)
    dispute = fake.dispute(intent, amount=order.total)
    fake.objects[dispute]["status"] = "warning_needs_response"
    assert "waits for an answer" in run(ends_with=1)
    fake.close_dispute(dispute, status)
    assert "recorded: nothing" in run()
    assert not Refund.objects.exists()


def test_cash_that_nobody_handed_over_is_asked_for(clock: Any, settings: Any) -> None:
    settings.COD_REMITTED_WITHIN_DAYS = 10
    packs = [make_pack(make_product(), price=price, on_hand=5) for price in (100_000, 50_000)]
    order = make_order(*((pack, 1) for pack in packs))
    for number, parcel in enumerate(order.fulfilments.order_by("pk")):
        ship(parcel, tracking=f"T{number}")
        deliver_fulfilment(fulfilment_id=parcel.pk, at=LATER)
    clock(LATER + timedelta(days=10))
    run()
    clock(LATER + timedelta(days=11))
    list_of_one = b"tracking_number,collected,fee\nT0,118000,0\n"
    batch = import_remittance(carrier="GHN", reference="1", paid_on=DAY, file=list_of_one, at=LATER)
    assert "118,000 đ that GHN T0 collected" in run(ends_with=1)  # it is not booked yet
    book_batch(batch_id=batch.pk, at=LATER)
    told = run(ends_with=1)
    assert f"{order.number}: 68,000 đ that GHN T1 collected on delivery were not handed over in 10 days." in told
    assert "T0" not in told
