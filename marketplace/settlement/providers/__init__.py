"""How payouts leave: the bank's file first, others where the settings name them."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from marketplace.settlement.models import Payout, PayoutRun
from marketplace.settlement.payouts import confirm_payout
from ocop_badges.errors import DomainError

from .bank_file import BankFile
from .ports import Handed, PayoutProvider
from .stripe_transfers import StripeTransfers

__all__ = ["BankFile", "Handed", "PayoutProvider", "StripeTransfers", "hand_over", "providers"]

_KNOWN: dict[str, type[PayoutProvider]] = {"bank": BankFile, "stripe": StripeTransfers}


def providers() -> list[PayoutProvider]:
    """Those that ``PAYOUT_PROVIDERS`` names. Raises ``ImproperlyConfigured`` for an unknown name or a missing key."""
    unknown = sorted(set(settings.PAYOUT_PROVIDERS) - _KNOWN.keys())
    if unknown:
        raise ImproperlyConfigured(f"PAYOUT_PROVIDERS: {', '.join(unknown)} is none of {', '.join(_KNOWN)}")
    return [_KNOWN[name]() for name in settings.PAYOUT_PROVIDERS]


def hand_over(*, run: PayoutRun, to: Iterable[PayoutProvider], at: datetime) -> list[Handed]:
    """Give every payout of a run that is still to be paid to its provider. Outside any transaction; to be repeated.

    What a provider has carried out is confirmed at once; the bank's file waits for somebody who says so.
    """
    results: list[Handed] = []
    for provider in to:
        open_ones = Payout.objects.to_pay(run).filter(account__way=provider.way)
        results.extend(
            _confirmed(handed, at=at) if handed.is_paid else handed
            for handed in provider.hand_over(run, list(open_ones))
        )
    return results


def _confirmed(handed: Handed, *, at: datetime) -> Handed:
    """Somebody may have marked it as returned while it was sent: that is told, and keeps nobody from being paid."""
    try:
        confirm_payout(payout_id=handed.payout_id, reference=handed.reference, at=at)
    except DomainError:
        failure = f"marked as returned while it was sent: take {handed.reference} back, or it is paid twice"
        return Handed(handed.payout_id, handed.reference, failure=failure)
    return handed
