"""The way to Stripe: one client, its time limits, and its errors in our words. No secret is in any of them."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from typing import Any

import stripe
from django.conf import settings

from marketplace.payments.methods import MethodUnavailable
from marketplace.stripe_account import new_client

# Seconds until it is reached, and until it answers. A web worker that waits for longer than 30 in all is ended: a page
# is opened in two tries, and a message costs three questions.
TIMEOUT_SECONDS = (3.0, 8.0)
RETRIES = 1  # by the library, under the same idempotency key
MESSAGE_SECONDS = (2.0, 5.0)  # without another try
LOOK_SECONDS = (1.0, 2.0)  # nor here
LEAST_AMOUNT, MOST_AMOUNT = 15_000, 99_999_999  # đồng that Stripe takes in one payment (half a dollar; eight digits)
_hurry: ContextVar[tuple[float, float] | None] = ContextVar("seconds for Stripe", default=None)


class Refused(Exception):
    """Stripe says that this request can never be carried out; ``code`` is its word for why."""

    def __init__(self, text: str, *, code: str = "") -> None:
        super().__init__(text)
        self.code = code


class NotThere(Refused):
    """Stripe knows nothing of this id."""


def is_configured() -> bool:
    """Whether the shop takes cards at all."""
    return bool(settings.STRIPE_SECRET_KEY)


def takes(total: int) -> bool:
    """Whether so many đồng can be paid by card."""
    return is_configured() and LEAST_AMOUNT <= total <= MOST_AMOUNT


def client() -> stripe.StripeClient:
    """The client of the shop's account. Raises ``MethodUnavailable`` where no key is set."""
    if not is_configured():
        raise MethodUnavailable("STRIPE_SECRET_KEY is not set: cards are not taken.")
    hurry = _hurry.get()
    timeout, retries = (hurry, 0) if hurry else (TIMEOUT_SECONDS, RETRIES)
    return _client(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE, timeout, retries)


@contextmanager
def hurried(seconds: tuple[float, float]) -> Iterator[None]:
    """Every question within is asked once and given so many seconds until it is reached and until it answers."""
    token = _hurry.set(seconds)
    try:
        yield
    finally:
        _hurry.reset(token)


@lru_cache(maxsize=16)
def _client(key: str, base: str, timeout: tuple[float, float], retries: int) -> stripe.StripeClient:
    return new_client(key, base=base, timeout=timeout, retries=retries)


@contextmanager
def asking() -> Iterator[None]:
    """Around every request. Raises ``MethodUnavailable``, ``NotThere`` or ``Refused``.

    Stripe's own errors go no further: their text may repeat what was sent.
    """
    told: Exception
    try:
        yield
        return
    except stripe.IdempotencyError as error:
        told = MethodUnavailable(_say(error))
    except stripe.InvalidRequestError as error:
        kind = NotThere if error.http_status == 404 else Refused
        told = kind(_say(error), code=error.code or "")
    except stripe.StripeError as error:  # no connection, too many requests, its own fault, or a key it does not take
        told = MethodUnavailable(_say(error))
    raise told from None


def was_replayed(error: Any) -> bool:
    """Whether Stripe repeats, by the idempotency key, how an earlier request failed, or refuses what the key is for."""
    headers = getattr(error, "headers", None) or {}
    replayed = str(headers.get("Idempotent-Replayed", "")).lower() == "true"
    return replayed or isinstance(error, stripe.IdempotencyError)


def _say(error: stripe.StripeError) -> str:
    if error.http_status is None:
        return "Stripe does not answer."
    what = " ".join(filter(None, [type(error).__name__, error.code, getattr(error, "param", None)]))
    return f"Stripe answers {error.http_status}: {what} (request {error.request_id or 'unnamed'})."
