"""What operators see and do about payments: nothing is written by hand, acts go through the services."""

from io import BytesIO
from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from marketplace.accounts.models import User
from marketplace.orders.models import Order, OrderState, PaymentMethod
from marketplace.orders.services.fulfilling import deliver_fulfilment
from marketplace.payments.bank_feed import record_transfer
from marketplace.payments.bank_messages import Transfer
from marketplace.payments.bank_refunds import give_account
from marketplace.payments.models import InboundEvent, RefundTransfer, RemittanceBatch, SetOff, TransferState
from marketplace.payments.services import plan_transfers
from tests.factories import AT, make_pack, make_product
from tests.trade import make_order, open_shop

from .test_cod import LATER, ship

BASE = "/django-admin/payments"


def sign_in(*permissions: str) -> Client:
    """Somebody of the staff who may do so much about payments; everything, if nothing is named."""
    user = User.objects.create_user("operator@example.vn", "secret", is_staff=True)
    user.is_superuser = not permissions
    user.save()
    for name in permissions:
        user.user_permissions.add(Permission.objects.get(content_type__app_label="payments", codename=name))
    client = Client()
    client.force_login(user)
    return client


def act(client: Client, model: str, action: str, *rows: Any) -> Any:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(f"{BASE}/{model}/", chosen, follow=True)


@pytest.fixture
def order(db: None) -> Order:
    open_shop()
    return make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)


@pytest.fixture
def unmatched(order: Order) -> InboundEvent:
    return record_transfer(Transfer("FT1", order.total + 5_000, "tien hang", AT), at=AT)


@pytest.fixture
def transfer(order: Order) -> RefundTransfer:
    record_transfer(Transfer("FT2", order.total + 5_000, order.number, AT), at=AT)
    plan_transfers(at=AT)
    give_account(order_id=order.pk, bank_bin="970436", number="0011001932418", holder="HOA", at=AT)
    return RefundTransfer.objects.get()


def test_a_person_assigns_a_transfer_to_its_order(order: Order, unmatched: InboundEvent) -> None:
    client = sign_in("view_inboundevent", "change_inboundevent")
    page = f"{BASE}/inboundevent/{unmatched.pk}/change/"
    assert 'name="number"' in client.get(page).content.decode()
    assert "errorlist" in client.post(page, {"number": "OC23456BCDFG"}).content.decode()
    assert client.post(page, {"number": order.number}).status_code == 302
    unmatched.refresh_from_db()
    assert unmatched.outcome == "overpaid"
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    assert 'name="number"' not in client.get(page).content.decode()
    assert client.post(page, {"number": order.number}).status_code == 403


def test_who_may_only_look_assigns_nothing(order: Order, unmatched: InboundEvent) -> None:
    client = sign_in("view_inboundevent")
    page = f"{BASE}/inboundevent/{unmatched.pk}/change/"
    assert 'name="number"' not in client.get(page).content.decode()
    assert client.post(page, {"number": order.number}).status_code == 403
    act(client, "inboundevent", "mark_returned", unmatched)
    unmatched.refresh_from_db()
    assert unmatched.outcome == "unmatched"


def test_a_transfer_that_was_sent_back_leaves_the_inbox(unmatched: InboundEvent) -> None:
    act(sign_in(), "inboundevent", "mark_returned", unmatched)
    unmatched.refresh_from_db()
    assert unmatched.outcome == "returned"


def test_refunds_go_by_the_banks_file_and_are_marked_as_done(transfer: RefundTransfer) -> None:
    client = sign_in("view_refundtransfer", "change_refundtransfer")
    file = act(client, "refundtransfer", "bank_file", transfer)
    assert file.headers["Content-Type"].startswith("text/csv")
    assert "0011001932418" in file.content.decode("utf-8-sig")
    again = act(client, "refundtransfer", "bank_file", transfer)
    assert again.headers["Content-Type"].startswith("text/html")
    act(client, "refundtransfer", "send_again", transfer)
    act(client, "refundtransfer", "bank_file", transfer)
    act(client, "refundtransfer", "mark_done", transfer)
    transfer.refresh_from_db()
    assert transfer.state == TransferState.DONE


def test_who_may_only_look_sends_nothing(transfer: RefundTransfer) -> None:
    client = sign_in("view_refundtransfer")
    for action in ("bank_file", "mark_done"):
        assert "0011001932418" not in act(client, "refundtransfer", action, transfer).content.decode()
    transfer.refresh_from_db()
    assert transfer.state == TransferState.WAITING


def test_a_carriers_list_is_uploaded_compared_and_booked(order: Order) -> None:
    parcel = make_order((make_pack(make_product(), price=100_000, on_hand=5), 1)).fulfilments.get()
    ship(parcel, tracking="T1")
    client = sign_in()

    def upload(text: str) -> Any:
        file = BytesIO(text.encode())
        file.name = "list.csv"
        told = {"carrier": "GHN", "reference": "1", "paid_on": "2026-11-24", "file": file}
        return client.post(f"{BASE}/remittancebatch/add/", told)

    refused = upload("tracking_number,collected,fee\nT1,x,0\n").content.decode()
    assert "lines/2" in refused
    assert not RemittanceBatch.objects.exists()
    assert upload("tracking_number,collected,fee\nT1,118000,2000\n").status_code == 302
    batch = RemittanceBatch.objects.get()
    assert batch.created_by is not None
    shown = client.get(f"{BASE}/remittancebatch/{batch.pk}/change/").content.decode()
    assert "118,000 ≠ 0" in shown
    act(client, "remittancebatch", "book", batch)
    batch.refresh_from_db()
    assert batch.booked_at is None
    deliver_fulfilment(fulfilment_id=parcel.pk, at=LATER)
    act(client, "remittancebatch", "book", batch)
    batch.refresh_from_db()
    assert batch.booked_at is not None


def test_a_list_taken_by_mistake_is_withdrawn_until_it_is_booked(order: Order) -> None:
    parcel = make_order((make_pack(make_product(), price=100_000, on_hand=5), 1)).fulfilments.get()
    client = sign_in()
    for booked_at, left in ((None, 0), (AT, 1)):
        batch = RemittanceBatch.objects.create(
            carrier="GHN", reference="1", paid_on=AT.date(), created_at=AT, booked_at=booked_at
        )
        batch.lines.create(fulfilment=parcel, collected=5)
        client.post(f"{BASE}/remittancebatch/{batch.pk}/delete/", {"post": "yes"})
        chosen = {"action": "delete_selected", "_selected_action": [batch.pk], "post": "yes"}
        client.post(f"{BASE}/remittancebatch/", chosen)
        assert RemittanceBatch.objects.count() == left


def test_differences_are_booked_when_a_person_says_so(order: Order) -> None:
    parcel = make_order((make_pack(make_product(), price=100_000, on_hand=5), 1)).fulfilments.get()
    batch = RemittanceBatch.objects.create(carrier="GHN", reference="1", paid_on=AT.date(), created_at=AT)
    batch.lines.create(fulfilment=parcel, collected=5)
    act(sign_in(), "remittancebatch", "book_anyway", batch)
    batch.refresh_from_db()
    assert batch.booked_at is not None


def test_nothing_is_written_by_hand(order: Order, transfer: RefundTransfer) -> None:
    client = sign_in()
    less = SetOff.objects.create(refund=transfer.refund, amount=1, created_at=AT)
    for model, row in (("payment", transfer.payment), ("refundtransfer", transfer), ("setoff", less)):
        assert client.get(f"{BASE}/{model}/").status_code == 200
        assert client.get(f"{BASE}/{model}/{row.pk}/change/").status_code == 200
        assert client.post(f"{BASE}/{model}/{row.pk}/change/", {"amount": 1}).status_code == 403
        assert client.get(f"{BASE}/{model}/add/").status_code == 403
        assert client.post(f"{BASE}/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403


def test_lists_ask_as_much_for_many_rows_as_for_one(order: Order, django_assert_max_num_queries: Any) -> None:
    pack = make_pack(make_product(), on_hand=50)
    for number in range(6):
        other = make_order((pack, 1), method=PaymentMethod.VIETQR)
        record_transfer(Transfer(f"M{number}", other.total + 1, other.number, AT), at=AT)
    plan_transfers(at=AT)
    client = sign_in()
    for model in ("payment", "inboundevent", "refundtransfer"):
        with django_assert_max_num_queries(9):
            client.get(f"{BASE}/{model}/")
