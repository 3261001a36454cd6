"""A producer's parts of orders, as its pages show them: never who pays, only who receives."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count

from catalog.models import Producer
from marketplace.accounts.models import Membership
from marketplace.orders.collecting import amount_to_collect
from marketplace.orders.models import (
    Fulfilment,
    FulfilmentEvent,
    FulfilmentQuerySet,
    FulfilmentState,
    OrderItem,
    Packing,
    Return,
)
from marketplace.orders.money import portion_of, remaining
from marketplace.orders.papers import Packed
from marketplace.orders.recipients import recipient_of
from marketplace.orders.sellers import address_of
from marketplace.orders.services.fulfilling import arrival_of
from marketplace.orders.services.pieces import LotHeld, lots_of_items

# What the list is narrowed to, and which states that is. Unpaid parts are not the producer's business yet.
SHOWN: Mapping[str, tuple[FulfilmentState, ...]] = {
    "new": (FulfilmentState.PLACED,),
    "packing": (FulfilmentState.ACCEPTED, FulfilmentState.PACKED),
    "sent": (FulfilmentState.SHIPPED,),
    "ended": (FulfilmentState.DELIVERED, FulfilmentState.FAILED, FulfilmentState.CANCELLED),
}
_SEES_LOTS = (FulfilmentState.PLACED, FulfilmentState.ACCEPTED)


@dataclass(frozen=True, slots=True)
class Row:
    """An item with what is left of it, what the shopper pays for that, and the lots to pack it from."""

    item: OrderItem
    count: int
    amount: int
    lots: list[LotHeld]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of an order. ``receiver``: name, address, phone of whom it is sent to. Amounts in đồng."""

    fulfilment: Fulfilment
    rows: list[Row]
    receiver: tuple[str, str, str]
    collect: int
    events: list[FulfilmentEvent]
    returns: list[Return]


@dataclass(frozen=True, slots=True)
class Act:
    """A step of a part. ``colleague``: who took it, where that is one of its producer; nobody else is named."""

    event: FulfilmentEvent
    colleague: str


def parts_of(producer: Producer) -> FulfilmentQuerySet:
    """The parts that a producer may see: those of orders that stand, or did."""
    return (
        Fulfilment.objects.of_producer(producer)
        .exclude(state=FulfilmentState.WAITING)
        .exclude(order__confirmed_at=None)
        .select_related("order", "recipient", "box__hub__province")
    )


def count_parts(producer: Producer) -> dict[str, int]:
    """How many parts stand under each heading of the list. One query."""
    rows = parts_of(producer).order_by().values_list("state").annotate(Count("pk"))
    counts = dict(rows)
    return {name: sum(counts.get(state, 0) for state in states) for name, states in SHOWN.items()}


def load_part(fulfilment: Fulfilment, *, on: date, at: datetime) -> Part:
    """About ten queries, whatever is in it."""
    items = list(fulfilment.items.select_related("pack").order_by("pk"))
    lots: dict[int, list[LotHeld]] = {}
    if fulfilment.state in _SEES_LOTS:
        known = {each.pk: each for each in (fulfilment, fulfilment.box) if each is not None}
        lots = lots_of_items(items, arrives_on=arrival_of(fulfilment, known, on=on), at=at)
    rows = [
        Row(item, remaining(item), portion_of(item, remaining(item)).goods, lots.get(item.pk, [])) for item in items
    ]
    return Part(
        fulfilment=fulfilment,
        rows=rows,
        receiver=receiver_of(fulfilment, on=on),
        collect=amount_to_collect(fulfilment),
        events=list(fulfilment.events.order_by("id").select_related("by")),
        returns=list(Return.objects.filter(fulfilment=fulfilment).order_by("-id")),
    )


def last_act(fulfilment: Fulfilment) -> Act | None:
    """What was done last to a part, so that whoever comes second sees why it cannot be done again. Two queries."""
    event = fulfilment.events.order_by("id").select_related("by").last()
    if event is None:
        return None
    is_colleague = (
        event.by_id is not None
        and Membership.objects.filter(user=event.by_id, producer=fulfilment.producer_id).exists()
    )
    return Act(event, str(event.by) if is_colleague else "")


def receiver_of(fulfilment: Fulfilment, *, on: date) -> tuple[str, str, str]:
    """Name, address and phone of whom the producer sends it to: the recipient, or the packing hub.

    Nobody for what was cancelled; of a recipient, no more than may be known (``recipient_of``).
    """
    if fulfilment.packing != Packing.INBOUND or fulfilment.state == FulfilmentState.CANCELLED:
        return recipient_of(fulfilment, on=on)
    hub = fulfilment.box.hub if fulfilment.box is not None else None
    return (hub.name, f"{hub.address}, {hub.province.name}", hub.phone) if hub is not None else ("", "", "")


def addresses_of(fulfilment: Fulfilment, producer: Producer, *, on: date) -> Packed:
    """What stands on the parcel: who sends it, and who gets it."""
    return Packed(sender=(producer.name, address_of(producer), producer.phone), receiver=receiver_of(fulfilment, on=on))
