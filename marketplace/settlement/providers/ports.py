from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from marketplace.settlement.models import Payout, PayoutRun, PayoutWay


@dataclass(frozen=True, slots=True)
class Handed:
    """What became of one payout: paid, waiting for the bank, or ``failure`` says why it could not be handed over."""

    payout_id: int
    reference: str = ""
    is_paid: bool = False
    failure: str = ""


class PayoutProvider(ABC):
    """One way in which payouts leave. Handing over the same payouts again pays nobody twice."""

    way: PayoutWay

    @abstractmethod
    def hand_over(self, run: PayoutRun, payouts: Sequence[Payout]) -> Iterator[Handed]:
        """Carry out these payouts of a run, with account and producer loaded; one result for each."""
