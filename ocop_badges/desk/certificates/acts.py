"""Whose power an act asks."""

from ocop_badges.errors import DomainError
from ocop_badges.lifecycle import Action
from ocop_badges.officers import Mandate, check_power


def check_power_between(mandate: Mandate, action: Action, *, before: int | None, after: int) -> None:
    """Raise unless an officer may lead a product from so many stars to so many: the higher count decides.

    What a first certificate is issued after has ended: its stars ask for no power any more.
    """
    held = before if before is not None and action is not Action.ISSUE else 0
    check_power(mandate, action, stars=max(held, after))


def within_power(mandate: Mandate, action: Action, *, before: int, after: int) -> bool:
    try:
        check_power_between(mandate, action, before=before, after=after)
    except DomainError:
        return False
    return True
