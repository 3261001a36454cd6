"""Stripe's own mock knows every request: it takes each that we send, and refuses a wrong one."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import stripe

from marketplace.orders.models import Order, PaymentMethod, RefundReason
from marketplace.payments import stripe_objects
from marketplace.payments.models import Capture, RefundTransfer
from marketplace.payments.services import begin_payment, owe_back, payment_of, plan_transfers
from marketplace.payments.stripe_api import Cards
from marketplace.payments.stripe_client import Refused, asking, client
from marketplace.stripe_account import API_VERSION
from tests.factories import AT, make_pack, make_product
from tests.services import stripe_mock
from tests.services.needed import missing
from tests.trade import make_order, open_shop

_CALL = re.compile(
    r"\b((?:checkout\.sessions|payment_intents|charges|refunds|disputes|transfers|sessions)"
    r"\.(?:create|retrieve|list|expire|update|cancel))\("
)
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    try:
        with stripe_mock.running() as base:
            yield base
    except stripe_mock.Unavailable as error:
        missing(str(error))


@pytest.fixture
def mock(address: str, settings: Any) -> str:
    settings.STRIPE_SECRET_KEY = "sk_test_123"
    settings.STRIPE_API_BASE = address
    return address


@pytest.fixture
def order(db: None) -> Order:
    open_shop()
    return make_order((make_pack(make_product(), price=100_000, on_hand=5), 2), method=PaymentMethod.STRIPE)


def test_it_takes_the_page_we_ask_for(mock: str, order: Order) -> None:
    assert begin_payment(order, at=AT, return_url="https://shop.example.vn/orders/x/").redirect_url
    assert payment_of(order, at=AT).reference.startswith("cs_")


def test_it_takes_the_refund_we_ask_for(mock: str, order: Order) -> None:
    payment = payment_of(order, at=AT)
    payment.captured = order.total
    payment.save()
    Capture.objects.create(payment=payment, source_id="pi_123", amount=order.total, received_at=AT)
    owe_back(order, payment, amount=50_000, reason=RefundReason.GOODWILL, key="half", at=AT)
    plan_transfers(at=AT)
    assert Cards().refund(RefundTransfer.objects.get(), at=AT).reference.startswith("re_")


def test_it_closes_a_page(mock: str) -> None:
    with asking():
        assert client().v1.checkout.sessions.expire("cs_test_123").id


def test_it_takes_every_question_we_ask(mock: str) -> None:
    assert stripe_objects.fetch_checkout("cs_test_123")
    assert stripe_objects.fetch_intent("pi_123").id
    assert stripe_objects.fetch_charge("ch_123") is not None
    assert stripe_objects.fetch_refund("re_123") is not None
    assert stripe_objects.fetch_dispute("dp_123") is not None
    assert stripe_objects.refunds_of("pi_123")
    assert list(stripe_objects.list_since(AT - timedelta(days=3), disputes_since=AT - timedelta(days=120)))


def test_it_refuses_what_stripe_does_not_know(mock: str) -> None:
    with pytest.raises(Refused), asking():
        client().v1.checkout.sessions.create({"mode": "payment", "transfer_grupp": "x"})


def test_the_version_is_the_one_that_the_library_speaks() -> None:
    assert stripe.api_version == API_VERSION


def test_every_call_in_the_code_is_one_that_is_sent_here_or_in_settlement() -> None:
    """Who adds a call adds it here, and to a test that Stripe's mock answers."""
    called: set[str] = set()
    for path in (Path(__file__).resolve().parents[3] / "marketplace").rglob("*.py"):
        if "stripe" in (text := path.read_text(encoding="utf-8")):
            called |= set(_CALL.findall(text))
    assert called == {
        "sessions.create",
        "checkout.sessions.retrieve",
        "checkout.sessions.list",
        "checkout.sessions.expire",
        "payment_intents.retrieve",
        "payment_intents.list",
        "charges.retrieve",
        "refunds.create",
        "refunds.retrieve",
        "refunds.list",
        "disputes.retrieve",
        "disputes.list",
        "transfers.create",
        "transfers.list",
    }
