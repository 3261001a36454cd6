"""Pure rules of returns and of shipping that is given back: what may be asked, how long, and who is at fault."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from ocop_badges.days import ZONE

RETURN_DAYS = 7  # after the day on which the goods were delivered


def last_return_day(delivered_at: datetime) -> date:
    """The last day, in Viet Nam, on which what was delivered at that instant may be asked to be sent back."""
    return delivered_at.astimezone(ZONE).date() + timedelta(days=RETURN_DAYS)


def may_return(delivered_at: datetime | None, *, at: datetime) -> bool:
    """Whether it is asked for in time: up to the end of the last day."""
    return delivered_at is not None and at.astimezone(ZONE).date() <= last_return_day(delivered_at)


class ReturnStep(StrEnum):
    REQUESTED = "requested"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    RECEIVED = "received"


RETURN_STEPS: Mapping[ReturnStep, frozenset[ReturnStep]] = {
    ReturnStep.REQUESTED: frozenset({ReturnStep.ACCEPTED, ReturnStep.REFUSED, ReturnStep.WITHDRAWN}),
    ReturnStep.ACCEPTED: frozenset({ReturnStep.RECEIVED, ReturnStep.WITHDRAWN}),
    ReturnStep.REFUSED: frozenset(),
    ReturnStep.WITHDRAWN: frozenset(),
    ReturnStep.RECEIVED: frozenset(),
}
OPEN_RETURNS = frozenset(step for step, after in RETURN_STEPS.items() if after)


class Complaint(StrEnum):
    """Why a shopper sends goods back."""

    DAMAGED = "damaged"
    SPOILED = "spoiled"
    WRONG = "wrong"
    NOT_AS_DESCRIBED = "not-as-described"
    CHANGED_MIND = "changed-mind"


SELLERS_FAULT = frozenset(Complaint) - {Complaint.CHANGED_MIND}


class Failure(StrEnum):
    """Why goods did not reach the recipient."""

    ABSENT = "absent"
    REFUSED = "refused"
    WRONG_ADDRESS = "wrong-address"
    LOST = "lost"
    DAMAGED = "damaged"


# The shopper pays the shipping of what was carried to the door for nothing, but not of what the carrier ruined.
CARRIERS_FAULT = frozenset({Failure.LOST, Failure.DAMAGED})
COMES_BACK = frozenset(Failure) - CARRIERS_FAULT
