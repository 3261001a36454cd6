"""The shop's account at Stripe, for payments and payouts alike: which API it speaks, and how it is asked."""

import stripe

# What Stripe answers is shaped by this version, whatever the account's own; changed together with the library.
API_VERSION = "2026-10-28.endive"


def new_client(key: str, *, base: str, timeout: float | tuple[float, float], retries: int) -> stripe.StripeClient:
    """``base`` is another address than Stripe's own, if any; ``timeout`` in seconds: until it answers, or two of them,
    until it is reached and until it answers. The library tries ``retries`` times more, under the same idempotency key.
    """
    return stripe.StripeClient(
        key,
        stripe_version=API_VERSION,
        base_addresses={"api": base} if base else {},
        http_client=stripe.RequestsClient(timeout=timeout),
        max_network_retries=retries,
    )
