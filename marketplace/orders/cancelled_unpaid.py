"""What upper apps do once an order that was still to be paid is cancelled, without being known here.

An upper app registers a function in ``AppConfig.ready()``. It runs after the commit, outside any transaction: what it
raises is logged and undoes nothing.
"""

from collections.abc import Callable

from marketplace.orders.models import Order

Act = Callable[[Order], None]

_acts: dict[str, Act] = {}


def register(name: str, act: Act) -> None:
    """``name`` says whose act it is; a second registration under it replaces the first."""
    _acts[name] = act


def tell(order: Order) -> None:
    """It is cancelled, and that is committed."""
    for act in _acts.values():
        act(order)
