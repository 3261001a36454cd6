"""An order that is paid after its goods were no longer held: it is judged by the day of the payment, not by its own."""

from datetime import date, timedelta

from catalog.goods import load_goods_rules
from marketplace.orders.models import Fulfilment, Order
from marketplace.orders.parcels import HANDLING_DAYS
from marketplace.orders.services.refunding import arrives_by
from marketplace.orders.stars import load_stars


def may_be_sold(order: Order, *, on: date) -> bool:
    """Whether the sellers of all its goods hold on that day what the law asks of them."""
    goods = load_goods_rules(order.items.order_by().values_list("pack__product_id", flat=True), on=on)
    return all(rule.may_be_sold for rule in goods.values())


def move_days(order: Order, *, on: date) -> None:
    """Let the parts of a locked order leave and arrive so many days later as their producers get to work later.

    A part whose day was asked for, and can still be kept, keeps it. A gift box moves with all that goes into it.
    """
    shipments: dict[int, list[Fulfilment]] = {}
    for part in Fulfilment.objects.locked().filter(order=order):
        shipments.setdefault(part.box_id or part.pk, []).append(part)
    moved = []
    for parts in shipments.values():
        late = on + timedelta(days=HANDLING_DAYS) - min(part.ship_by for part in parts)
        if late > timedelta(0):
            for part in parts:
                part.ship_by += late
                part.expected_on += late
            moved += parts
    Fulfilment.objects.bulk_update(moved, ["ship_by", "expected_on"])
    _judge_stars(order, moved, on=on)


def _judge_stars(order: Order, moved: list[Fulfilment], *, on: date) -> None:
    """Say anew which stars the goods have when they arrive."""
    items = order.items.filter(fulfilment__in=moved).exclude(stars=None).order_by("pk")
    found = list(items.select_related("pack", "fulfilment__box"))
    stars = load_stars({item.pack.product_id for item in found}, since=on)
    for item in found:
        badge = stars.of(item.pack.product_id, arrives_by(item.fulfilment).expected_on)
        item.stars_at_delivery = badge.stars if badge else None
    order.items.bulk_update(found, ["stars_at_delivery"])
