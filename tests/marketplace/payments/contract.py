"""What every payment method has to do. A method's test class inherits from this and says how it is paid by it."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Sum

from catalog.models import Pack, Stock
from marketplace.orders.models import Order, OrderState, PaymentMethod, Refund, RefundReason
from marketplace.orders.services import Actor, cancel_order
from marketplace.payments.leftovers import PARTIAL_WAITS, settle_leftovers
from marketplace.payments.methods import method_of
from marketplace.payments.models import Capture, Payment, RefundTransfer, TransferState
from marketplace.payments.services import begin_payment, close_page, payment_of, plan_transfers
from marketplace.settlement.models import LedgerEntry
from tests.factories import AT, make_pack, make_product
from tests.trade import make_order, open_shop

SOON = AT + timedelta(minutes=5)
LATER = AT + timedelta(minutes=20)  # after the hold has ended
URL = "https://shop.example.vn/orders/x/"


def balance(account: str, order: Order | None = None) -> int:
    """What stands on an account of the ledger, of one order or of all."""
    entries = LedgerEntry.objects.filter(account=account)
    entries = entries if order is None else entries.filter(order_id=order.pk)
    return entries.aggregate(total=Sum("amount"))["total"] or 0


def payment(order: Order) -> Payment:
    return Payment.objects.get(order=order)


@pytest.mark.django_db
class PaymentContract:
    """Money that comes in counts once, and what is not earned goes back once."""

    method: PaymentMethod

    def pay(self, order: Order, amount: int, *, told_as: str, at: datetime) -> None:
        """Let the method tell the shop that so much came in; ``told_as`` names the money at its source."""
        raise NotImplementedError

    def carry_out(self, transfer: RefundTransfer, *, at: datetime) -> None:
        """Let a refund go back to the shopper by the method, as far as it goes. To be repeated at will."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def shop(self, db: None, settings: Any) -> Any:
        open_shop()
        yield
        assert LedgerEntry.objects.aggregate(total=Sum("amount"))["total"] in (None, 0), "the ledger is out of balance"
        for each in Payment.objects.all():
            assert each.captured == sum(each.captures.values_list("amount", flat=True))
            assert each.refunded <= each.captured
            assert each.refunded == sum(
                each.transfers.filter(state=TransferState.DONE).values_list("amount", flat=True)
            )
            assert sum(each.order.refunds.values_list("amount", flat=True)) <= each.captured

    @pytest.fixture
    def pack(self) -> Pack:
        return make_pack(make_product(), price=100_000, on_hand=5)

    @pytest.fixture
    def order(self, pack: Pack) -> Order:
        return make_order((pack, 2), method=self.method)

    def test_it_is_found_by_its_code(self) -> None:
        assert method_of(self.method).code == self.method

    def test_beginning_again_leads_to_the_same_place(self, order: Order) -> None:
        first = begin_payment(order, at=AT, return_url=URL)
        assert begin_payment(order, at=AT + timedelta(seconds=30), return_url=URL) == first
        assert Payment.objects.filter(order=order).count() == 1
        assert not Capture.objects.exists()

    def test_money_counts_once_however_often_it_is_told(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        for minute in (1, 2, 30):
            self.pay(order, order.total, told_as="one", at=AT + timedelta(minutes=minute))
        assert payment(order).captured == order.total
        assert Capture.objects.count() == 1
        assert not Refund.objects.exists()
        assert balance(f"clearing:{self.method}") + balance("bank") == order.total
        assert balance("deposits", order) == -order.total

    def test_what_is_more_than_the_total_is_due_back_once(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        for _time in range(2):
            self.pay(order, order.total + 7_000, told_as="one", at=SOON)
        refund = Refund.objects.get()
        assert (refund.amount, refund.reason) == (7_000, RefundReason.OVERPAID)
        order.refresh_from_db()
        assert order.state == OrderState.CONFIRMED
        assert balance("refunds-due", order) == -7_000

    def test_money_for_a_cancelled_order_is_due_back_whole(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=SOON)
        self.pay(order, order.total, told_as="one", at=LATER)
        assert Refund.objects.get().amount == order.total
        order.refresh_from_db()
        assert order.state == OrderState.CANCELLED
        assert Stock.objects.get().reserved == 0

    def test_closing_where_it_was_to_be_paid_may_be_repeated_and_loses_no_money(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=SOON)
        order.refresh_from_db()
        for _time in range(2):
            close_page(order)
        assert begin_payment(order, at=SOON).redirect_url == ""
        assert not Refund.objects.exists()

    def test_a_refund_goes_back_once(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        self.pay(order, order.total + 9_000, told_as="one", at=SOON)
        assert plan_transfers(at=SOON) == 1
        assert plan_transfers(at=SOON) == 0
        transfer = RefundTransfer.objects.get()
        for minutes in (6, 7, 90):
            self.carry_out(transfer, at=AT + timedelta(minutes=minutes))
        transfer.refresh_from_db()
        assert transfer.state == TransferState.DONE
        assert payment(order).refunded == 9_000
        assert Refund.objects.get().done_at is not None
        assert balance("refunds-due", order) == 0
        assert balance(f"clearing:{self.method}") + balance("bank") == order.total

    def test_no_more_goes_back_than_came_in(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        payment_of(order, at=AT)
        Refund.objects.create(order=order, key="by mistake", reason=RefundReason.GOODWILL, amount=1, created_at=AT)
        assert plan_transfers(at=SOON) == 0
        assert not RefundTransfer.objects.exists()
        Refund.objects.all().delete()


class PrepaidContract(PaymentContract):
    """A method by which an order is paid before anything is sent."""

    def test_the_exact_total_confirms_the_order(self, order: Order) -> None:
        assert begin_payment(order, at=AT, return_url=URL).status == "pending"
        self.pay(order, order.total, told_as="one", at=SOON)
        order.refresh_from_db()
        assert (order.state, order.confirmed_at) == (OrderState.CONFIRMED, SOON)
        assert Stock.objects.get().reserved == 2
        assert begin_payment(order, at=SOON).status == "paid"

    def test_a_part_of_the_total_waits_for_the_rest_and_says_so(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        self.pay(order, order.total - 1_000, told_as="one", at=SOON)
        order.refresh_from_db()
        assert order.state == OrderState.AWAITING_PAYMENT
        assert begin_payment(order, at=SOON, return_url=URL).status == "partly_paid"
        self.pay(order, 1_000, told_as="two", at=SOON)
        order.refresh_from_db()
        assert order.state == OrderState.CONFIRMED
        assert not Refund.objects.exists()

    def test_the_same_order_paid_twice_is_due_back_once_even_after_a_part_of_it_was(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        self.pay(order, order.total, told_as="one", at=SOON)
        cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=SOON)
        self.pay(order, order.total, told_as="two", at=LATER)
        assert sorted(Refund.objects.values_list("amount", flat=True)) == [order.total, order.total]

    def test_one_paid_late_gets_the_goods_that_are_still_there(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        self.pay(order, order.total, told_as="one", at=LATER)
        order.refresh_from_db()
        assert order.state == OrderState.CONFIRMED
        assert not Refund.objects.exists()

    def test_one_paid_late_whose_goods_are_gone_is_cancelled_and_all_of_it_due_back(
        self, order: Order, pack: Pack
    ) -> None:
        begin_payment(order, at=AT, return_url=URL)
        self.pay(order, 50_000, told_as="one", at=SOON)
        make_order((pack, 4), at=LATER)
        self.pay(order, order.total - 50_000, told_as="two", at=LATER)
        order.refresh_from_db()
        assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, "out-of-stock")
        assert sum(Refund.objects.values_list("amount", flat=True)) == order.total
        assert set(Refund.objects.values_list("reason", flat=True)) == {RefundReason.OUT_OF_STOCK}

    def test_what_was_paid_in_part_is_due_back_once_the_order_is_given_up(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        self.pay(order, 50_000, told_as="one", at=SOON)
        assert settle_leftovers(at=LATER) == 0
        for _time in range(2):
            settle_leftovers(at=order.hold_until + PARTIAL_WAITS)
            plan_transfers(at=order.hold_until + PARTIAL_WAITS)
        order.refresh_from_db()
        assert (order.state, order.cancel_reason) == (OrderState.CANCELLED, "paid-in-part")
        assert Refund.objects.get().amount == RefundTransfer.objects.get().amount == 50_000

    def test_what_was_paid_in_part_is_due_back_where_the_order_is_cancelled(self, order: Order) -> None:
        begin_payment(order, at=AT, return_url=URL)
        self.pay(order, 50_000, told_as="one", at=SOON)
        cancel_order(order_id=order.pk, actor=Actor.SHOPPER, at=SOON)
        assert settle_leftovers(at=SOON) == 1
        assert settle_leftovers(at=SOON) == 0
        plan_transfers(at=SOON)
        assert Refund.objects.get().amount == RefundTransfer.objects.get().amount == 50_000
