"""Payouts by Stripe Connect, where Stripe offers it. Đồng have no smaller unit: amounts go as they are."""

from collections.abc import Iterator, Sequence
from typing import Any

import stripe
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from marketplace.settlement.models import Payout, PayoutRun, PayoutWay
from marketplace.stripe_account import new_client

from .ports import Handed, PayoutProvider

TIMEOUT_SECONDS = 10.0
RETRIES = 1


class StripeTransfers(PayoutProvider):
    """Each payout is one transfer, named by its code: what Stripe has under that name is not sent again.

    Stripe forgets idempotency keys after a day or more, so a payout that is handed over again is looked for first.
    """

    way = PayoutWay.STRIPE

    def __init__(self, client: Any = None) -> None:
        self._client: Any = client or _client()

    def hand_over(self, run: PayoutRun, payouts: Sequence[Payout]) -> Iterator[Handed]:
        for payout in payouts:
            if Payout.objects.to_pay(run).filter(pk=payout.pk).exists():  # the list may be minutes old
                yield self._transfer(payout)

    def _transfer(self, payout: Payout) -> Handed:
        group = f"payout-{payout.pk}"
        try:
            listed = self._client.v1.transfers.list({"transfer_group": group, "limit": 1}).data
            known = [transfer for transfer in listed if transfer.transfer_group == group]
            if known:
                taken_back = "the transfer was reversed" if known[0].reversed else ""
                return Handed(payout.pk, known[0].id, is_paid=not taken_back, failure=taken_back)
            made = self._client.v1.transfers.create(
                {
                    "amount": payout.amount,
                    "currency": "vnd",
                    "destination": payout.account.number,
                    "transfer_group": group,
                    "description": payout.code,
                },
                {"idempotency_key": group},
            )
        except stripe.StripeError as error:
            # The error's own text may repeat what was sent.
            return Handed(payout.pk, failure=" ".join(filter(None, [type(error).__name__, error.code])))
        return Handed(payout.pk, made.id, is_paid=True)


def _client() -> stripe.StripeClient:
    if not settings.STRIPE_SECRET_KEY:
        raise ImproperlyConfigured("PAYOUT_PROVIDERS names stripe, and STRIPE_SECRET_KEY is not set")
    return new_client(
        settings.STRIPE_SECRET_KEY, base=settings.STRIPE_API_BASE, timeout=TIMEOUT_SECONDS, retries=RETRIES
    )
