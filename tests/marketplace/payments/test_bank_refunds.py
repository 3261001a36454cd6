"""Refunds that a person transfers: to an account the shopper gave, in the bank's file once, forgotten when done."""

import csv
from io import StringIO
from typing import Any

import pytest

from marketplace.orders.models import Order, PaymentMethod
from marketplace.payments.bank_feed import record_transfer
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.bank_refunds import confirm_sent, export_refunds, give_account, put_back, wants_account
from marketplace.payments.models import RefundAccount, RefundTransfer, TransferState
from marketplace.payments.services import plan_transfers, send_refunds
from ocop_badges.errors import DomainError
from tests.factories import AT, make_pack, make_product
from tests.trade import make_order, open_shop

from .contract import LATER, SOON, balance, payment

ACCOUNT = {"bank_bin": "970436", "number": "0011 0019 32418", "holder": " NGUYEN  THI HOA "}


@pytest.fixture
def order(db: None) -> Order:
    """Paid with 5,000 đ too much."""
    open_shop()
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)
    record_transfer(Transfer("1", order.total + 5_000, order.number, AT), at=SOON)
    return order


@pytest.fixture
def transfer(order: Order) -> RefundTransfer:
    plan_transfers(at=SOON)
    return RefundTransfer.objects.get()


def give(order: Order, **other: str) -> RefundAccount:
    return give_account(order_id=order.pk, at=SOON, **{**ACCOUNT, **other})


def rows_of(file: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(file)))


def test_the_shopper_is_asked_where_to_until_it_is_known(order: Order) -> None:
    assert wants_account(order)
    account = give(order)
    assert (account.number, account.holder) == ("0011001932418", "NGUYEN THI HOA")
    assert not wants_account(order)
    assert str(account) == "…2418"


def test_nobody_is_asked_where_nothing_is_due_or_the_card_gets_it_back(order: Order) -> None:
    pack = make_pack(make_product(), on_hand=5)
    for method in (PaymentMethod.VIETQR, PaymentMethod.COD):
        other = make_order((pack, 1), method=method)
        assert not wants_account(other)
        with pytest.raises(DomainError) as refusal:
            give(other)
        assert refusal.value.code == "refund-not-due"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("bank_bin", ""),
        ("bank_bin", "97043"),
        ("number", ""),
        ("number", "12=3"),
        ("number", "1" * 20),
        ("holder", " "),
        ("holder", "x" * 121),
        ("holder", "a\x00b"),
    ],
)
def test_an_account_that_is_none_is_refused(order: Order, field: str, value: str) -> None:
    with pytest.raises(DomainError) as refusal:
        give(order, **{field: value})
    assert [fault.field for fault in refusal.value.faults] == [field]
    assert not RefundAccount.objects.exists()


def test_it_is_in_the_banks_file_once(order: Order, transfer: RefundTransfer) -> None:
    assert export_refunds(transfer_ids=[transfer.pk]) == (
        "reference,order,bank_bin,account,holder,amount,message\r\n",
        0,
    )
    give(order)
    file, count = export_refunds(transfer_ids=[transfer.pk])
    assert count == 1
    assert rows_of(file) == [
        {
            "reference": f"HT{transfer.pk}",
            "order": order.number,
            "bank_bin": "970436",
            "account": "0011001932418",
            "holder": "NGUYEN THI HOA",
            "amount": "5000",
            "message": f"Hoan tien {order.number} HT{transfer.pk}",
        }
    ]
    assert export_refunds(transfer_ids=[transfer.pk])[1] == 0
    with pytest.raises(DomainError) as refusal:
        give(order, number="99999999")
    assert refusal.value.code == "refund-sent"


def test_a_name_is_no_formula_in_the_banks_file(order: Order, transfer: RefundTransfer) -> None:
    give(order, holder='=HYPERLINK("http://x";"y")')
    assert rows_of(export_refunds(transfer_ids=[transfer.pk])[0])[0]["holder"].startswith("'=HYPERLINK")


def test_once_done_it_is_booked_and_the_account_forgotten(order: Order, transfer: RefundTransfer) -> None:
    give(order)
    export_refunds(transfer_ids=[transfer.pk])
    assert confirm_sent(transfer_id=transfer.pk, at=LATER)
    assert not confirm_sent(transfer_id=transfer.pk, at=LATER)
    assert payment(order).refunded == 5_000
    assert (balance("clearing:vietqr"), balance("bank"), balance("refunds-due")) == (0, order.total, 0)
    assert not RefundAccount.objects.exists()
    assert not put_back(transfer_id=transfer.pk, at=LATER)


def test_the_account_is_kept_while_more_is_due(order: Order, transfer: RefundTransfer) -> None:
    give(order)
    record_transfer(Transfer("2", 1_000, order.number, AT), at=SOON)
    confirm_sent(transfer_id=transfer.pk, at=LATER)
    assert RefundAccount.objects.exists()


def test_what_the_bank_did_not_carry_out_is_sent_again(order: Order, transfer: RefundTransfer) -> None:
    give(order)
    export_refunds(transfer_ids=[transfer.pk])
    assert put_back(transfer_id=transfer.pk, at=LATER)
    assert not put_back(transfer_id=transfer.pk, at=LATER)
    give(order, number="99999999")
    assert rows_of(export_refunds(transfer_ids=[transfer.pk])[0])[0]["account"] == "99999999"


def test_no_machine_sends_what_a_person_has_to(order: Order, transfer: RefundTransfer) -> None:
    give(order)
    assert send_refunds(at=LATER) == (0, 0)
    transfer.refresh_from_db()
    assert (transfer.state, transfer.attempts) == (TransferState.WAITING, 0)


def test_an_account_is_in_no_log(order: Order, transfer: RefundTransfer, caplog: Any) -> None:
    with caplog.at_level("DEBUG"):
        give(order)
        export_refunds(transfer_ids=[transfer.pk])
        confirm_sent(transfer_id=transfer.pk, at=LATER)
    said = "\n".join(record.getMessage() for record in caplog.records if not record.name.startswith("django.db"))
    assert "0011001932418" not in said
    assert "HOA" not in said
