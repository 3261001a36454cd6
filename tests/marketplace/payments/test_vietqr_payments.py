"""Bank transfers keep the contract of payment methods; their code asks for what is still to be paid."""

from datetime import datetime
from typing import Any

import pytest

from catalog.wording import money
from marketplace.notices.models import Message
from marketplace.orders.models import Order, OrderState, PaymentMethod, Voucher
from marketplace.payments.bank_feed import record_transfer
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.bank_refunds import confirm_sent
from marketplace.payments.leftovers import PARTIAL_WAITS, settle_leftovers
from marketplace.payments.methods import MethodUnavailable, Sent, method_of
from marketplace.payments.models import RefundTransfer, TransferState
from marketplace.payments.services import begin_payment, send_refunds
from marketplace.payments.vietqr_payload import read
from marketplace.shipping.models import ShippingStep
from tests.factories import AT, DAY, make_pack, make_product
from tests.trade import make_order, open_shop

from .contract import SOON, PrepaidContract


class TestBankTransfer(PrepaidContract):
    method = PaymentMethod.VIETQR

    def pay(self, order: Order, amount: int, *, told_as: str, at: datetime) -> None:
        record_transfer(Transfer(told_as, amount, f"CK {order.number} cam on", at), at=at)

    def carry_out(self, transfer: RefundTransfer, *, at: datetime) -> None:
        send_refunds(at=at)
        assert method_of(self.method).refund(transfer, at=at) == Sent(reference=transfer.reference, is_done=False)
        if transfer.refund.done_at is None and not confirm_sent(transfer_id=transfer.pk, at=at):
            transfer.refresh_from_db()
            assert transfer.state == TransferState.DONE


@pytest.fixture
def order(db: None) -> Order:
    open_shop()
    return make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)


def test_its_code_asks_for_the_orders_total_with_its_number(order: Order) -> None:
    qr = begin_payment(order, at=AT).qr
    assert qr is not None
    fields = read(qr.payload)
    assert fields["54"] == str(order.total)
    assert read(fields["62"])["08"] == order.number
    assert order.number in qr.svg


def test_its_code_asks_for_the_rest_once_a_part_was_paid(order: Order) -> None:
    record_transfer(Transfer("1", 18_000, order.number, AT), at=SOON)
    qr = begin_payment(order, at=SOON).qr
    assert qr is not None
    assert read(qr.payload)["54"] == "200000"


def test_a_paid_order_shows_no_code(order: Order) -> None:
    record_transfer(Transfer("1", order.total, order.number, AT), at=SOON)
    order.refresh_from_db()
    assert begin_payment(order, at=SOON).qr is None


def test_without_an_account_nothing_begins(order: Order, settings: Any) -> None:
    settings.BANK_ACCOUNT = ""
    with pytest.raises(MethodUnavailable):
        begin_payment(order, at=AT)


def test_an_order_that_costs_nothing_waits_for_no_payment(db: None) -> None:
    open_shop()
    ShippingStep.objects.update(price=0)
    Voucher.objects.create(code="ALL", kind="percent", value=100, valid_from=DAY)
    pack = make_pack(make_product(), on_hand=5)
    order = make_order((pack, 1), method=PaymentMethod.VIETQR, voucher_codes=["ALL"])
    assert (order.total, order.state) == (0, OrderState.CONFIRMED)
    start = begin_payment(order, at=AT)
    assert (start.status, start.qr) == ("paid", None)


def test_what_was_paid_twice_is_told_as_due_back(order: Order) -> None:
    for name in "12":
        record_transfer(Transfer(name, order.total, order.number, AT), at=SOON)
    refund = order.refunds.get()
    letter = Message.objects.get(key=f"order.{order.number}.refund.{refund.pk}")
    assert money(refund.amount) in letter.body


def test_a_part_that_is_given_up_is_told(order: Order) -> None:
    record_transfer(Transfer("1", 18_000, order.number, AT), at=SOON)
    for _time in range(2):
        settle_leftovers(at=order.hold_until + PARTIAL_WAITS)
    keys = {f"order.{order.number}.given-up", f"order.{order.number}.refund.{order.refunds.get().pk}"}
    assert keys <= set(Message.objects.values_list("key", flat=True))
