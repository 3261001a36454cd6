"""What the apps above add: checks of the ledger against their own books, and the names of orders.

Filled in ``AppConfig.ready()``: ``register_check("what customers paid", check_captures)``,
``register_order_names(numbers_of)``.
"""

from collections.abc import Callable, Iterable, Mapping

Check = Callable[[], Iterable[str]]  # says in a sentence each what is wrong
OrderNames = Callable[[Iterable[int]], Mapping[int, str]]

_checks: dict[str, Check] = {}
_order_names: list[OrderNames] = []


def register_check(name: str, check: Check) -> None:
    """``ledger_verify`` runs this check too; the same name replaces."""
    _checks[name] = check


def registered_checks() -> Mapping[str, Check]:
    return dict(_checks)


def register_order_names(load: OrderNames) -> None:
    """How orders are called on statements: by id. The last one registered counts."""
    _order_names[:] = [load]


def order_names(order_ids: Iterable[int]) -> dict[int, str]:
    """What each order is called; one of which nobody knows the name is ``#`` and its id."""
    wanted = set(order_ids)
    known = dict(_order_names[0](wanted)) if _order_names and wanted else {}
    return {order_id: known.get(order_id, f"#{order_id}") for order_id in wanted}
