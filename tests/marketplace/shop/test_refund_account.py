"""On an order's page the shopper says where money goes back that a person transfers."""

from typing import Any

import pytest
from django.test import Client

from marketplace.orders.models import Order, PaymentMethod
from marketplace.payments.bank_feed import record_transfer
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.bank_refunds import confirm_sent, export_refunds
from marketplace.payments.models import RefundAccount, RefundTransfer
from marketplace.payments.services import plan_transfers
from tests.conftest import SetClock
from tests.factories import AT, make_pack, make_product
from tests.trade import make_order

from .test_order_pages import let_in, page_at, text_of

pytestmark = pytest.mark.django_db
ACCOUNT = {"bank_bin": "970436", "number": "0011 0019 32418", "holder": "NGUYEN THI HOA"}


@pytest.fixture(autouse=True)
def morning(clock: SetClock) -> None:
    clock(AT)


@pytest.fixture
def order() -> Order:
    """Paid with 5,000 đ too much."""
    order = make_order((make_pack(make_product(), price=100_000, on_hand=5), 1), method=PaymentMethod.VIETQR)
    record_transfer(Transfer("1", order.total + 5_000, order.number, AT), at=AT)
    plan_transfers(at=AT)
    return order


def give(client: Client, order: Order, **other: str) -> Any:
    return client.post(f"/orders/{order.number}/refund-account/", {**ACCOUNT, **other})


def test_it_is_asked_for_once_something_is_due_back(client: Client, order: Order) -> None:
    path = let_in(client, order)
    assert "Where your money goes back" in text_of(page_at(client, f"/en{path}"))
    assert give(client, order).headers["Location"] == path
    assert RefundAccount.objects.get().number == "0011001932418"
    shown = client.get(f"/en{path}").content.decode()
    assert "…2418" in shown
    assert "0011001932418" not in shown
    assert 'name="number"' not in shown


def test_what_is_wrong_with_it_is_said_at_the_field(client: Client, order: Order) -> None:
    let_in(client, order)
    answer = give(client, order, number="12", bank_bin="000000")
    assert answer.status_code == 400
    text = answer.content.decode()
    assert 'value="NGUYEN THI HOA"' in text
    assert text.count('aria-invalid="true"') == 2
    assert not RefundAccount.objects.exists()


def test_nobody_else_says_where(client: Client, order: Order) -> None:
    assert give(client, order).status_code == 404
    assert not RefundAccount.objects.exists()


def test_once_the_money_is_on_its_way_it_stays(client: Client, order: Order) -> None:
    path = let_in(client, order)
    give(client, order)
    transfer = RefundTransfer.objects.get()
    export_refunds(transfer_ids=[transfer.pk])
    assert give(client, order, number="99999999").status_code == 302
    assert RefundAccount.objects.get().number == "0011001932418"
    confirm_sent(transfer_id=transfer.pk, at=AT)
    assert "Where your money goes back" not in text_of(page_at(client, f"/en{path}"))


def test_it_is_not_asked_for_where_nothing_is_due_back(client: Client) -> None:
    order = make_order((make_pack(make_product(), on_hand=5), 1))
    path = let_in(client, order)
    assert 'name="holder"' not in client.get(path).content.decode()
    give(client, order)
    assert not RefundAccount.objects.exists()
