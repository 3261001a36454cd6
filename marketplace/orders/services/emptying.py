"""Gift boxes into which nothing goes any more: whatever befell their parts, what counts is which pieces are left."""

from collections.abc import Iterable

from marketplace.orders.models import Fulfilment, OrderItem
from marketplace.orders.money import remaining


def emptied_boxes(parts: Iterable[Fulfilment]) -> list[int]:
    """The ids of the boxes into which these parts went, and nothing goes once the items are saved. One query."""
    boxes = {part.box_id for part in parts if part.box_id is not None}
    items = OrderItem.objects.filter(fulfilment__box__in=boxes).select_related("fulfilment")
    return sorted(boxes - {item.fulfilment.box_id for item in items if remaining(item)})
