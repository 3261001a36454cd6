"""Money told of, sent or handed over by many at once, with real threads on a real PostgreSQL: it counts once."""

from contextlib import suppress
from functools import partial
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest

from marketplace.orders.models import OrderState, PaymentMethod, Refund
from marketplace.orders.services.fulfilling import deliver_fulfilment
from marketplace.payments import bank_feed
from marketplace.payments.bank_feed import record_transfer
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.bank_refunds import confirm_sent, export_refunds, give_account
from marketplace.payments.cod_collecting import collect
from marketplace.payments.cod_remittances import book_batch, import_remittance
from marketplace.payments.models import Capture, InboundEvent, Payment, RefundTransfer, RemittanceBatch
from marketplace.payments.services import plan_transfers, record_capture
from tests.factories import AT, DAY, make_pack, make_product
from tests.racing import outcomes_of
from tests.trade import make_order, open_shop

from .contract import balance
from .test_cod import ship

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def order() -> Any:
    open_shop()
    return make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)


def test_one_transfer_told_ten_times_at_once_counts_once(order: Any) -> None:
    transfer = Transfer("FT1", order.total, order.number, AT)
    outcomes = outcomes_of([partial(record_transfer, transfer, at=AT)] * 10)
    assert outcomes == {"done": 10}
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    assert Payment.objects.get().captured == order.total
    assert (InboundEvent.objects.count(), Capture.objects.count(), Refund.objects.count()) == (1, 1, 0)


def test_without_the_guard_it_counts_more_than_once(order: Any) -> None:
    """Where a transfer is looked up before it is stored, ten tellers find that it is not there yet."""
    meeting = Barrier(10)

    numbered = iter(range(10))

    def without_guard(transfer: Transfer) -> None:
        is_known = InboundEvent.objects.filter(event_id=transfer.transaction_id).exists()
        with suppress(BrokenBarrierError):
            meeting.wait(20)
        if not is_known:
            payment = bank_feed.payment_of(order, at=AT)
            source = f"bank:{transfer.transaction_id}:{next(numbered)}"
            record_capture(payment_id=payment.pk, source_id=source, amount=order.total, at=AT)

    outcomes_of([partial(without_guard, Transfer("FT1", order.total, order.number, AT))] * 10)
    assert Payment.objects.get().captured > order.total


def test_ten_parts_told_at_once_sum_to_the_total_and_confirm_once(order: Any) -> None:
    part, rest = divmod(order.total, 10)
    acts = [
        partial(record_transfer, Transfer(f"FT{n}", part + (rest if n == 0 else 0), order.number, AT), at=AT)
        for n in range(10)
    ]
    assert outcomes_of(acts) == {"done": 10}
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    assert Payment.objects.get().captured == order.total
    assert not Refund.objects.exists()


def test_two_that_each_pay_the_total_at_once_make_one_of_them_due_back(order: Any) -> None:
    acts = [partial(record_transfer, Transfer(f"FT{n}", order.total, order.number, AT), at=AT) for n in range(2)]
    assert outcomes_of(acts) == {"done": 2}
    assert Refund.objects.get().amount == order.total


def test_two_people_with_one_refund_send_it_once(order: Any) -> None:
    record_transfer(Transfer("FT1", order.total + 5_000, order.number, AT), at=AT)
    plan_transfers(at=AT)
    give_account(order_id=order.pk, bank_bin="970436", number="0011001932418", holder="HOA", at=AT)
    pk = RefundTransfer.objects.get().pk
    sent: list[int] = []
    assert outcomes_of([lambda: sent.append(export_refunds(transfer_ids=[pk])[1])] * 5) == {"done": 5}
    assert sorted(sent) == [0, 0, 0, 0, 1]
    assert outcomes_of([partial(confirm_sent, transfer_id=pk, at=AT)] * 5) == {"done": 5}
    assert Payment.objects.get().refunded == 5_000
    assert (balance("refunds-due"), balance("bank")) == (0, order.total)


def test_a_parcel_delivered_and_told_of_at_once_is_collected_once() -> None:
    open_shop()
    parcel = make_order((make_pack(make_product(), price=100_000, on_hand=5), 1)).fulfilments.get()
    ship(parcel, tracking="T1")
    acts = [
        partial(deliver_fulfilment, fulfilment_id=parcel.pk, at=AT),
        *[partial(collect, fulfilment_id=parcel.pk, at=AT)] * 4,
    ]
    assert outcomes_of(acts) == {"done": 5}
    assert Capture.objects.get().amount == 118_000
    assert not Refund.objects.exists()


def test_a_carriers_list_handed_in_by_five_at_once_is_taken_once() -> None:
    open_shop()
    parcel = make_order((make_pack(make_product(), price=100_000, on_hand=5), 1)).fulfilments.get()
    ship(parcel, tracking="T1")
    deliver_fulfilment(fulfilment_id=parcel.pk, at=AT)
    file = b"tracking_number,collected,fee\nT1,118000,1000\n"
    take = partial(import_remittance, carrier="GHN", paid_on=DAY, file=file, at=AT)
    outcomes = outcomes_of([partial(take, reference=str(number)) for number in range(5)])
    assert outcomes["done"] == 1
    batch = RemittanceBatch.objects.get()
    assert outcomes_of([partial(book_batch, batch_id=batch.pk, at=AT)] * 5) == {"done": 5}
    assert (balance("clearing:cod"), balance("bank"), balance("fees")) == (0, 117_000, 1_000)
