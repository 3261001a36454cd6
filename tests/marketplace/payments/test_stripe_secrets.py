"""No secret is in a log, an answer, an error or the database, whatever Stripe says and however it fails."""

import logging
import traceback
from collections.abc import Iterator
from io import StringIO
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command

from marketplace.orders.models import PaymentMethod, RefundReason
from marketplace.payments.methods import MethodUnavailable
from marketplace.payments.models import InboundEvent, Payment, RefundTransfer
from marketplace.payments.services import begin_payment, owe_back, payment_of, plan_transfers, send_refunds
from tests.factories import AT, make_pack, make_product
from tests.trade import make_order, open_shop

from .fake_stripe import KEY, WEBHOOK_SECRET, FakeStripe
from .stripe_fixtures import fake, post, quick_retries, tell, tell_all

__all__ = ["fake", "quick_retries", "tell", "tell_all"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def said() -> Iterator[StringIO]:
    """Everything that is logged where an operator asks for everything: LOG_LEVEL=DEBUG."""
    text = StringIO()
    handler = logging.StreamHandler(text)
    loggers = [logging.getLogger(), logging.getLogger("marketplace")]
    before = [(logger, logger.level) for logger in loggers]
    logging.getLogger().addHandler(handler)
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield text
    logging.getLogger().removeHandler(handler)
    for logger, level in before:
        logger.setLevel(level)


def test_no_secret_is_told(fake: FakeStripe, said: StringIO, settings: Any, tell: Any, tell_all: Any, db: None) -> None:
    told: list[str] = []

    def attempt(act: Any) -> None:
        try:
            act()
        except MethodUnavailable as error:
            told.append("".join(traceback.format_exception(error)))

    open_shop()
    pack = make_pack(make_product(), price=100_000, on_hand=50)
    order = make_order((pack, 2), method=PaymentMethod.STRIPE)
    for how in ("429", "lost", "cut", "500"):
        fake.fail(how, how)
        attempt(lambda: begin_payment(order, at=AT, return_url="https://shop.example.vn/"))
        fake.failures.clear()
    settings.STRIPE_SECRET_KEY = f"{KEY}wrong"
    attempt(lambda: begin_payment(make_order((pack, 1), method=PaymentMethod.STRIPE), at=AT, return_url="https://x.vn"))
    settings.STRIPE_SECRET_KEY = KEY
    begin_payment(order, at=AT, return_url="https://shop.example.vn/")
    fake.pay(fake.of_kind("checkout.session")[0]["id"])
    answers = [post(*fake.sent(fake.events[0], secret="whsec_other")), post(b"{}", f"t=1,v1={WEBHOOK_SECRET}")]
    answers.append(tell({**fake.events[0], "id": "evt_x", "data": {"object": {"id": "pi_invented"}}}))
    tell_all()
    payment = payment_of(order, at=AT)
    owe_back(order, payment, amount=1_000, reason=RefundReason.GOODWILL, key="x", at=AT)
    plan_transfers(at=AT)
    fake.objects.clear()
    send_refunds(at=AT)  # of a payment that Stripe says, with our key in its words, it does not know
    settings.STRIPE_SECRET_KEY = f"{KEY}wrong"
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("reconcile_payments", stdout=out, stderr=out)
    assert len(told) >= 4
    assert any("401" in text for text in [*told, out.getvalue()])
    assert "POST /v1/refunds" in said.getvalue()
    rows = serializers.serialize(
        "json", [*Payment.objects.all(), *InboundEvent.objects.all(), *RefundTransfer.objects.all()]
    )
    everything = "\n".join(
        [said.getvalue(), *told, out.getvalue(), rows, *(answer.content.decode() for answer in answers)]
    )
    for secret in (KEY, WEBHOOK_SECRET, KEY[-12:]):
        assert secret not in everything
    assert "b@example.vn" not in said.getvalue()
