from .append_only import AppendOnly, AppendOnlyQuerySet
from .earnings import Earning, EarningQuerySet
from .ledger import LedgerEntry, LedgerEntryQuerySet, Transaction
from .payouts import (
    Payout,
    PayoutAccount,
    PayoutAccountQuerySet,
    PayoutQuerySet,
    PayoutRun,
    PayoutState,
    PayoutWay,
)
from .rates import CommissionRate, CommissionRateQuerySet, WithholdingRate, WithholdingRateQuerySet

__all__ = [
    "AppendOnly",
    "AppendOnlyQuerySet",
    "CommissionRate",
    "CommissionRateQuerySet",
    "Earning",
    "EarningQuerySet",
    "LedgerEntry",
    "LedgerEntryQuerySet",
    "Payout",
    "PayoutAccount",
    "PayoutAccountQuerySet",
    "PayoutQuerySet",
    "PayoutRun",
    "PayoutState",
    "PayoutWay",
    "Transaction",
    "WithholdingRate",
    "WithholdingRateQuerySet",
]
