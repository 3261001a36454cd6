"""A shop that takes cards by the fake Stripe, and the way of its messages to the shop."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
import stripe
from django.test import Client

from marketplace.payments import stripe_api, stripe_client
from ocop_badges import days
from tests.factories import AT

from .fake_stripe import KEY, WEBHOOK_SECRET, FakeStripe, Json, serving

WEBHOOK = "/webhooks/stripe/"
Tell = Callable[..., Any]


@pytest.fixture
def quick_retries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stripe.HTTPClient, "INITIAL_DELAY", 0)
    monkeypatch.setattr(stripe.HTTPClient, "MAX_DELAY", 0)


@pytest.fixture
def fake(settings: Any, quick_retries: None, clock: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeStripe]:
    """Stripe as the shop sees it; its clock is the shop's, which stands at ``AT``.

    It answers or breaks off, and is never too slow: on a busy machine many at once are still answered. After it broke
    off it is asked again at once.
    """
    clock(AT)
    monkeypatch.setattr(stripe_client, "TIMEOUT_SECONDS", (60.0, 60.0))
    monkeypatch.setattr(stripe_client, "MESSAGE_SECONDS", (60.0, 60.0))
    monkeypatch.setattr(stripe_client, "LOOK_SECONDS", (60.0, 60.0))
    monkeypatch.setattr(stripe_api, "RESTS_FOR", 0)
    with serving(FakeStripe(now=lambda: days.now().at.timestamp())) as served:
        settings.STRIPE_SECRET_KEY = KEY
        settings.STRIPE_WEBHOOK_SECRET = [WEBHOOK_SECRET]
        settings.STRIPE_API_BASE = served.base
        yield served


@pytest.fixture
def tell(fake: FakeStripe, clock: Any) -> Tell:
    """Deliver one event to the shop; the answer."""

    def deliver(event: Json, *, at: datetime | None = None, secret: str = "") -> Any:
        if at is not None:
            clock(at)
        return post(*fake.sent(event, secret=secret))

    return deliver


@pytest.fixture
def tell_all(fake: FakeStripe, tell: Tell) -> Callable[..., None]:
    """Deliver everything that Stripe has to tell, in the order in which it happened."""

    def deliver(*, at: datetime | None = None) -> None:
        while fake.events:
            answer = tell(fake.events.pop(0), at=at)
            assert answer.status_code == 200, answer.content

    return deliver


def post(body: bytes, signature: str) -> Any:
    return Client(headers={"Stripe-Signature": signature}).post(WEBHOOK, data=body, content_type="application/json")
