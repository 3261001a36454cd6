"""What a gift bundle costs: integer đồng in, integer đồng out, no database and no clock."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

MAX_DISCOUNT_PERCENT = 90


@dataclass(frozen=True, slots=True)
class Component:
    """So many of one pack. ``price`` of one, in đồng; None where the pack is not for sale."""

    pack_id: int
    quantity: int
    price: int | None


def sum_of(components: Iterable[Component]) -> int | None:
    """What the components cost one by one, in đồng; None where one is not for sale or there are none."""
    total = 0
    for component in components:
        if component.price is None:
            return None
        total += component.price * component.quantity
    return total or None


def discounted(total: int, *, percent: int) -> int:
    """``total`` less a percentage, rounded down to a whole đồng: the shopper keeps the fraction.

    Never above ``total`` and never negative. Raises ValueError for a percentage outside 0–90 or a negative total.
    """
    if not 0 <= percent <= MAX_DISCOUNT_PERCENT:
        raise ValueError(f"A discount is 0 to {MAX_DISCOUNT_PERCENT} percent, not {percent}.")
    if total < 0:
        raise ValueError(f"A total is not negative: {total}.")
    return total * (100 - percent) // 100


def bundle_price(
    components: Sequence[Component], *, fixed_price: int | None = None, discount_percent: int = 0
) -> int | None:
    """The price of one bundle in đồng: the fixed one if there is one, else the sum less the discount.

    None where a component is not for sale, whatever the fixed price says: a bundle is sold whole or not at all.
    """
    total = sum_of(components)
    if total is None:
        return None
    return fixed_price if fixed_price is not None else discounted(total, percent=discount_percent)


def quantities(components: Iterable[Component]) -> dict[int, int]:
    """How many of each pack one bundle takes, the same pack on several lines added up."""
    wanted: dict[int, int] = {}
    for component in components:
        wanted[component.pack_id] = wanted.get(component.pack_id, 0) + component.quantity
    return wanted
