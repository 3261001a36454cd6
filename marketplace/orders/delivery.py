"""What upper apps do when a part of an order has been delivered, without being known here.

An upper app registers a function in ``AppConfig.ready()``. It runs in the transaction of the delivery, under the
order's lock, and what it raises undoes the delivery.
"""

from collections.abc import Callable
from datetime import datetime

from marketplace.orders.models import Fulfilment, Order

Act = Callable[[Order, Fulfilment, datetime], None]

_acts: dict[str, Act] = {}


def register(name: str, act: Act) -> None:
    """``name`` says whose act it is; a second registration under it replaces the first."""
    _acts[name] = act


def tell(order: Order, fulfilment: Fulfilment, *, at: datetime) -> None:
    """A fulfilment whose row is locked has been delivered."""
    for act in _acts.values():
        act(order, fulfilment, at)
