"""Pure rules of orders: states, splits of money, days. No database and no clock."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from enum import StrEnum

MAX_LINE_QUANTITY = 999
MAX_LINES = 100  # of a cart
MAX_RECIPIENTS = 200
MAX_PARTS = 5_000  # parcels, gift boxes and what goes into them, of one order
HOLD_FOR = timedelta(minutes=15)
KEEP_ATTEMPTS = timedelta(days=30)  # for so long a checkout that is asked for again gets the answer it got
KEEP_GUEST_CARTS = timedelta(days=90)  # since it was last touched
KEEP_ENDED_HOLDS = timedelta(days=7)  # of orders that were not paid, since the holds ended
EXPIRED = "expired"  # what an unpaid order is called once its goods are held no longer; never stored


class State(StrEnum):
    AWAITING_PAYMENT = "awaiting_payment"
    CONFIRMED = "confirmed"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


STATES: Mapping[State, frozenset[State]] = {
    State.AWAITING_PAYMENT: frozenset({State.CONFIRMED, State.CANCELLED}),
    State.CONFIRMED: frozenset({State.COMPLETED, State.CANCELLED}),
    State.COMPLETED: frozenset(),
    State.CANCELLED: frozenset(),
}


class Step(StrEnum):
    """Where a fulfilment stands."""

    WAITING = "waiting"
    PLACED = "placed"
    ACCEPTED = "accepted"
    PACKED = "packed"
    SHIPPED = "shipped"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


STEPS: Mapping[Step, frozenset[Step]] = {
    Step.WAITING: frozenset({Step.PLACED, Step.CANCELLED}),
    Step.PLACED: frozenset({Step.ACCEPTED, Step.CANCELLED}),
    Step.ACCEPTED: frozenset({Step.PACKED, Step.CANCELLED}),
    Step.PACKED: frozenset({Step.SHIPPED}),
    Step.SHIPPED: frozenset({Step.DELIVERED, Step.FAILED}),
    Step.DELIVERED: frozenset(),
    Step.FAILED: frozenset(),
    Step.CANCELLED: frozenset(),
}
# What only an operator may do: a parcel that was packed and never left would lock the shopper's money for good.
OPERATORS_STEPS: Mapping[Step, frozenset[Step]] = {**STEPS, Step.PACKED: STEPS[Step.PACKED] | {Step.CANCELLED}}
ENDS = frozenset(step for step, after in STEPS.items() if not after)


def split(amount: int, weights: Sequence[int]) -> list[int]:
    """``amount`` (đồng, not negative) in parts proportional to ``weights``, by largest remainder: they always sum.

    Of equal remainders the earlier part gets the đồng. Without any weight above zero the parts are as equal as can be.
    Raises ``ValueError`` for no parts, a negative weight or a negative amount.
    """
    if not weights or amount < 0 or min(weights) < 0:
        raise ValueError("a split needs parts, and neither amount nor weights below zero")
    if not any(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    parts = [amount * weight // whole for weight in weights]
    remainders = [amount * weight % whole for weight in weights]
    left = amount - sum(parts)
    for index in sorted(range(len(weights)), key=lambda index: (-remainders[index], index))[:left]:
        parts[index] += 1
    return parts
