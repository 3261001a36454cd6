"""Which payment methods the shop offers, without knowing how they work: the app that does registers a condition.

Filled in ``AppConfig.ready()``. A method without a condition is always offered.
"""

from collections.abc import Callable

from marketplace.orders.models import PaymentMethod

Condition = Callable[[int], bool]
Reason = Callable[[int], str]

_conditions: dict[PaymentMethod, Condition] = {}
_reasons: dict[PaymentMethod, Reason] = {}


def register(method: PaymentMethod, is_offered: Condition, why_not: Reason | None = None) -> None:
    """``is_offered`` says of a total in đồng whether it can be paid so; a second registration replaces the first.

    ``why_not`` tells the shopper why a total that is not taken is not, or nothing.
    """
    _conditions[method] = is_offered
    if why_not is not None:
        _reasons[method] = why_not


def offered_methods(total: int) -> set[str]:
    """The codes of the methods by which so much can be paid."""
    return {method.value for method in PaymentMethod if method not in _conditions or _conditions[method](total)}


def refusals(total: int) -> dict[str, str]:
    """What to tell the shopper, by the code of the method, of those by which so much cannot be paid."""
    offered = offered_methods(total)
    told = {method.value: tell(total) for method, tell in _reasons.items() if method.value not in offered}
    return {code: text for code, text in told.items() if text}
