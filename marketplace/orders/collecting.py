"""What is paid at the door, in đồng, of an order that is paid on delivery."""

from collections import Counter

from marketplace.orders.models import Fulfilment, FulfilmentState, Order, Packing, PaymentMethod
from marketplace.orders.money import portion_of, remaining

_GONE = frozenset({FulfilmentState.CANCELLED, FulfilmentState.FAILED})


def amount_to_collect(fulfilment: Fulfilment) -> int:
    """What is asked for one parcel or gift box at the door.

    0 where the order is paid otherwise, for what goes into a box, and for what will not come.
    """
    if fulfilment.order.payment_method != PaymentMethod.COD:
        return 0
    return amounts_to_collect(fulfilment.order).get(fulfilment.pk, 0)


def amounts_to_collect(order: Order) -> dict[int, int]:
    """What each parcel or gift box costs that is or may still be delivered, by its id. Two queries.

    What goes into a box is paid with it. All together it is the order's total less what was cancelled or failed.
    """
    parts = {part.pk: part for part in order.fulfilments.order_by("pk") if part.state not in _GONE}
    amounts: Counter[int] = Counter()
    left: set[int] = set()
    for item in order.items.filter(fulfilment__in=list(parts)).order_by("pk"):
        part = parts[item.fulfilment_id]
        amounts[part.box_id or part.pk] += portion_of(item, remaining(item)).goods
        if remaining(item):
            left.add(part.pk)
    for part in parts.values():
        if part.packing == Packing.BOX:
            amounts[part.pk] += part.shipping + part.assembly
        elif part.packing == Packing.DIRECT or part.pk in left:  # what was lost whole at the hub costs nothing
            amounts[part.box_id or part.pk] += part.shipping
    return {pk: amount for pk, amount in amounts.items() if pk in parts}
