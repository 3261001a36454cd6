"""Whose power an act asks, and which document it has to bring."""

from ocop_badges.errors import DomainError
from ocop_badges.lifecycle import CERTIFYING, Action
from ocop_badges.officers import Mandate, check_power

OF_LAW = CERTIFYING | {Action.REVOKE, Action.EXTEND}
"""Acts that an authority decided: the signed decision is kept with them."""


def check_power_between(mandate: Mandate, action: Action, *, before: int | None, after: int) -> None:
    """Raise unless an officer may lead a product from so many stars to so many: the higher count decides."""
    check_power(mandate, action, stars=max(before or 0, after))


def within_power(mandate: Mandate, action: Action, *, stars: int) -> bool:
    try:
        check_power(mandate, action, stars=stars)
    except DomainError:
        return False
    return True
