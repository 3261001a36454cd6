"""What the bank tells: believed only if signed, stored before it is answered, counted once, never lost."""

import json
from typing import Any

import pytest
from django.test import Client

from marketplace.orders.models import Order, OrderState, PaymentMethod, Refund
from marketplace.payments import bank_feed
from marketplace.payments.bank_messages import LARGEST, sign
from marketplace.payments.models import Capture, InboundEvent, Payment
from marketplace.settlement.models import LedgerEntry
from tests.factories import make_pack, make_product
from tests.trade import make_order, open_shop

SECRET = "bank-secret"
WHEN = "2026-11-22T09:30:00+07:00"


def tell(raw: bytes | None = None, *, signature: str | None = None, **message: Any) -> Any:
    """Send a message as the bank would; ``raw`` and ``signature`` replace what it would be."""
    told = {"transaction_id": "FT1", "amount": 1, "content": "", "received_at": WHEN, **message}
    body = json.dumps(told).encode() if raw is None else raw
    headers = {"X-Signature": sign(body, secret=SECRET) if signature is None else signature}
    client = Client(enforce_csrf_checks=True, raise_request_exception=False)
    return client.post("/webhooks/bank/", body, content_type="application/json", headers=headers)


def nothing_written() -> bool:
    return not (InboundEvent.objects.exists() or Capture.objects.exists() or LedgerEntry.objects.exists())


@pytest.fixture
def order(db: None) -> Order:
    open_shop()
    return make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.VIETQR)


def test_a_transfer_of_the_total_confirms_the_order(order: Order) -> None:
    answer = tell(amount=order.total, content=f"MBVCB.1.{order.number.lower()} ck")
    assert (answer.status_code, answer.json()) == (200, {"transaction_id": "FT1", "outcome": "paid"})
    order.refresh_from_db()
    assert order.state == OrderState.CONFIRMED
    event = InboundEvent.objects.get()
    assert (event.event_id, event.amount, event.object_id, event.payment) == (
        "FT1",
        order.total,
        order.number,
        Payment.objects.get(),
    )


def test_told_again_it_is_answered_as_before_and_changes_nothing(order: Order) -> None:
    first = tell(amount=order.total, content=order.number)
    for _time in range(3):
        again = tell(amount=order.total, content=order.number)
        assert (again.status_code, again.json()) == (200, first.json())
    assert InboundEvent.objects.count() == Capture.objects.count() == 1
    assert not Refund.objects.exists()


def test_told_again_under_the_same_id_with_more_money_it_changes_nothing(order: Order) -> None:
    tell(amount=order.total, content=order.number)
    assert tell(amount=order.total * 2, content=order.number).status_code == 200
    assert Payment.objects.get().captured == order.total


@pytest.mark.parametrize(
    ("amount", "outcome"), [(-1, "partial"), (0, "paid"), (1, "overpaid")], ids=["less", "exact", "more"]
)
def test_it_says_what_came_of_it(order: Order, amount: int, outcome: str) -> None:
    assert tell(amount=order.total + amount, content=order.number).json()["outcome"] == outcome


def test_a_transfer_told_a_year_late_still_counts(order: Order) -> None:
    answer = tell(amount=order.total, content=order.number, received_at="2025-11-22T09:30:00Z")
    assert answer.json()["outcome"] == "paid"


@pytest.mark.parametrize(
    "signature",
    ["", "sha256=", "sha256=" + "0" * 64, "md5=1", "sha256=ÿ", sign(b"{}", secret=SECRET)],
)
def test_without_the_right_signature_nothing_is_written(order: Order, signature: str) -> None:
    answer = tell(amount=order.total, content=order.number, signature=signature)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:cho-ocop:problem:bad-signature"
    assert nothing_written()


def test_a_message_changed_on_its_way_is_refused(order: Order) -> None:
    told = json.dumps({"transaction_id": "FT1", "amount": 1, "content": "", "received_at": WHEN}).encode()
    changed = told.replace(b'"amount": 1', b'"amount": 9')
    assert tell(changed, signature=sign(told, secret=SECRET)).status_code == 400
    assert nothing_written()


def test_nothing_is_believed_under_an_empty_secret(order: Order, settings: Any) -> None:
    settings.BANK_WEBHOOK_SECRET = ""
    body = b"{}"
    assert tell(body, signature=sign(body, secret="")).status_code == 503
    assert nothing_written()


@pytest.mark.parametrize("size", [LARGEST + 1, 2 * 1024 * 1024, 3 * 1024 * 1024])
@pytest.mark.django_db
def test_rubbish_is_turned_away_unread(size: int) -> None:
    answer = tell(b"x" * size)
    assert answer.status_code == 413
    assert nothing_written()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"no json",
        b"[]",
        b"null",
        b'"FT1"',
        b"\xff\xfe",
        b"[" * 20_000,
        b'{"amount": ' + b"9" * 5_000 + b"}",
        b"{}",
    ],
)
@pytest.mark.django_db
def test_what_tells_of_no_transfer_is_refused(raw: bytes) -> None:
    answer = tell(raw)
    assert answer.status_code == 400
    assert answer.json()["type"] == "urn:cho-ocop:problem:invalid"
    assert nothing_written()


@pytest.mark.django_db
def test_what_is_wrong_as_a_whole_is_told_of_the_whole() -> None:
    assert [fault["pointer"] for fault in tell(b"[]").json()["errors"]] == [""]


@pytest.mark.parametrize(
    "wrong",
    [
        {"transaction_id": ""},
        {"transaction_id": 7},
        {"transaction_id": "x" * 201},
        {"transaction_id": "a\x00b"},
        {"transaction_id": "\ud800"},
        {"amount": "1"},
        {"amount": 1.0},
        {"amount": True},
        {"amount": None},
        {"amount": 10**15},
        {"content": None},
        {"received_at": "yesterday"},
        {"received_at": "2026-11-22T09:30:00"},
        {"received_at": 1_700_000_000},
    ],
)
@pytest.mark.django_db
def test_each_field_has_its_form(wrong: dict[str, Any]) -> None:
    answer = tell(**wrong)
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["pointer"] == f"/{next(iter(wrong))}"
    assert nothing_written()


def test_signs_that_no_database_takes_are_left_out_of_the_content(order: Order) -> None:
    answer = tell(amount=order.total, content=f"\x00\ud800{order.number}\U0001f381")
    assert answer.json()["outcome"] == "paid"


def test_a_number_far_behind_in_a_long_message_is_found(order: Order) -> None:
    assert tell(amount=order.total, content="chuyen tien " * 200 + order.number).json()["outcome"] == "paid"
    assert len(InboundEvent.objects.get().content) == 500


@pytest.mark.parametrize("amount", [0, -218_000])
def test_money_that_left_is_stored_and_ignored(order: Order, amount: int) -> None:
    assert tell(amount=amount, content=order.number).json()["outcome"] == "ignored"
    assert InboundEvent.objects.get().amount == amount
    assert not Capture.objects.exists()


def test_one_that_names_no_order_waits_for_a_person(order: Order) -> None:
    for number, content in enumerate(("tien hang", "OC23456BCDFG", "")):
        answer = tell(transaction_id=f"FT{number}", amount=5, content=content)
        assert (answer.status_code, answer.json()["outcome"]) == (200, "unmatched")
    assert InboundEvent.objects.filter(outcome="unmatched", payment=None).count() == 3
    assert not Capture.objects.exists()


def test_one_that_names_two_orders_waits_for_a_person(order: Order) -> None:
    other = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.VIETQR)
    assert tell(amount=9, content=f"{order.number} {other.number}").json()["outcome"] == "unmatched"
    assert not Capture.objects.exists()


def test_one_for_an_order_that_is_paid_otherwise_waits_for_a_person(order: Order) -> None:
    other = make_order((make_pack(make_product(), on_hand=5), 1), method=PaymentMethod.COD)
    assert tell(amount=9, content=other.number).json()["outcome"] == "unmatched"


def test_an_event_is_not_stored_without_its_effect(order: Order, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_down(**_arguments: Any) -> None:
        raise RuntimeError("the lights went out")

    with monkeypatch.context() as patch:
        patch.setattr(bank_feed, "record_capture", break_down)
        assert tell(amount=order.total, content=order.number).status_code == 500
    assert nothing_written()
    assert tell(amount=order.total, content=order.number).json()["outcome"] == "paid"


@pytest.mark.django_db
def test_only_telling_is_possible() -> None:
    assert Client().get("/webhooks/bank/").status_code == 405
