"""A producer's part of an order on its way: accepted, packed, shipped, delivered, or failed at the door.

Each act is one transaction: the order and its fulfilments are locked, the table of steps is asked, and who did it and
when is kept. What goes into a gift box is delivered at the packing hub; the sale is that of the box.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.orders import delivery, letters
from marketplace.orders.models import Fulfilment, FulfilmentState, Order, OrderItem, Packing, RefundReason, StockHold
from marketplace.orders.money import add_up, portion_of, remaining, shipping_part
from marketplace.orders.return_rules import CARRIERS_FAULT, COMES_BACK, Failure
from marketplace.orders.rules import Step
from marketplace.orders.services.compensating import compensate
from marketplace.orders.services.confirming import lock_vouchers_of
from marketplace.orders.services.emptying import emptied_boxes
from marketplace.orders.services.holding import take_packed
from marketplace.orders.services.pieces import choose_lots, put_back_pieces
from marketplace.orders.services.refunding import Share, is_paid, owe
from marketplace.orders.services.steps import end_order, lock_fulfilment, take_step
from marketplace.settlement.booking import SalePart, book_sale
from ocop_badges.errors import DomainError, InvalidFact

# What is delivered or fails as one: a parcel with its own goods, a gift box with what its parts brought to the hub.
_SENT = frozenset({FulfilmentState.DELIVERED})
_GONE = frozenset({FulfilmentState.CANCELLED, FulfilmentState.FAILED})


@transaction.atomic
def accept_fulfilment(*, fulfilment_id: int, at: datetime, by: Any = None) -> Fulfilment:
    """The producer takes the job on. Raises ``DomainError``: ``wrong-state`` (409), ``unknown-fulfilment`` (404)."""
    _order, fulfilment, _all = lock_fulfilment(fulfilment_id)
    take_step(fulfilment, Step.ACCEPTED, at=at, by=by)
    return fulfilment


@transaction.atomic
def pack_fulfilment(
    *,
    fulfilment_id: int,
    at: datetime,
    on: date,
    by: Any = None,
    lots: Mapping[int, Mapping[int, int]] | None = None,
) -> Fulfilment:
    """The goods are in the parcel and leave the stock: of the lots that are held, or of those that ``lots`` names.

    ``lots``: for an item's id how many were taken of each stock row's id. A gift box is packed once everything that
    goes into it has come to the hub. Raises as ``accept_fulfilment``, ``InvalidFact`` for lots that cannot be
    (``choose_lots``), ``lot-too-old`` and ``box-incomplete`` (409).
    """
    _order, fulfilment, all_of_it = lock_fulfilment(fulfilment_id)
    note = ""
    if fulfilment.packing == Packing.BOX:
        inside = {each.state for each in all_of_it.values() if each.box_id == fulfilment.pk}
        if not inside & _SENT or inside - _SENT - _GONE:
            raise DomainError(_("Not everything that goes into the box is at the hub yet."), code="box-incomplete")
    else:
        items = [item for item in _items_of([fulfilment]) if remaining(item)]
        choose_lots(items, lots or {}, arrives_on=arrival_of(fulfilment, all_of_it, on=on), at=at)
        take_packed(items, at=at)
        note = ", ".join(_packed_lots(items))
    take_step(fulfilment, Step.PACKED, at=at, by=by, note=note)
    return fulfilment


@transaction.atomic
def ship_fulfilment(
    *, fulfilment_id: int, carrier: str, tracking_number: str = "", at: datetime, by: Any = None
) -> Fulfilment:
    """A carrier has it. Raises as ``accept_fulfilment``; ``InvalidFact`` without a carrier."""
    order, fulfilment, _all = lock_fulfilment(fulfilment_id)
    carrier, tracking_number = carrier.strip(), tracking_number.strip()
    if not carrier:
        raise InvalidFact(_("Say who carries it."), field="carrier", code="required")
    for field, value, longest in (("carrier", carrier, 40), ("tracking_number", tracking_number, 60)):
        if len(value) > longest:
            raise InvalidFact(_("At most {count} signs.").format(count=longest), field=field, code="too-long")
    fulfilment.carrier, fulfilment.tracking_number = carrier, tracking_number
    take_step(fulfilment, Step.SHIPPED, at=at, by=by, note=" ".join((carrier, tracking_number)).strip())
    if fulfilment.packing != Packing.INBOUND:
        letters.tell_shipped(order, fulfilment, at=at)
    return fulfilment


@transaction.atomic
def deliver_fulfilment(
    *, fulfilment_id: int, at: datetime, by: Any = None, at_hub: bool = False, note: str = ""
) -> Fulfilment:
    """The recipient has it, or the hub has what goes into a box: the sale of a parcel or box is booked.

    What is paid on delivery is worth ``amount_to_collect``; payments record that it was collected (``delivery``).
    Raises as ``accept_fulfilment``, and ``hub-says`` (409) where it goes into a box and it is not the hub who says so
    (``at_hub``).
    """
    order, fulfilment, all_of_it = lock_fulfilment(fulfilment_id)
    _check_who_says(fulfilment, at_hub=at_hub)
    take_step(fulfilment, Step.DELIVERED, at=at, by=by, note=note)
    if fulfilment.packing != Packing.INBOUND:
        book_sale(
            key=f"sale:{fulfilment.pk}",
            order_id=order.pk,
            parts=_sale_parts(fulfilment, all_of_it),
            assembly=_own_fees(fulfilment),
            at=at,
        )
        delivery.tell(order, fulfilment, at=at)
        letters.tell_delivered(order, fulfilment, at=at)
    end_order(order, reason="", at=at)
    return fulfilment


@transaction.atomic
def fail_fulfilment(
    *,
    fulfilment_id: int,
    failure: Failure,
    at: datetime,
    by: Any = None,
    note: str = "",
    came_back: bool | None = None,
    at_hub: bool = False,
) -> Fulfilment:
    """It did not reach the recipient, or the hub. Goods that came back go into the stock again.

    Where it was paid, the goods are due back, and the shipping too if the carrier was at fault; else the shipping is
    earned. Unless told otherwise by ``came_back``, goods come back but where they were lost or damaged; what was in a
    gift box is at the hub then, and not in its producers' stock.
    Raises as ``deliver_fulfilment``.
    """
    order, fulfilment, all_of_it = lock_fulfilment(fulfilment_id)
    _check_who_says(fulfilment, at_hub=at_hub)
    lock_vouchers_of(order)
    was_paid = is_paid(order, fulfilment)
    fulfilment.failure = failure.value if not note else f"{failure.value}: {note}"[:255]
    take_step(fulfilment, Step.FAILED, at=at, by=by, note=fulfilment.failure)
    parcels = _parcels_of(fulfilment, all_of_it)
    items = [item for item in _items_of(parcels) if remaining(item)]
    shares = [Share(item.fulfilment, portion_of(item, remaining(item)).goods, item, remaining(item)) for item in items]
    carriage = [(parcel, parcel.shipping) for parcel in parcels]
    if fulfilment.packing == Packing.BOX:
        carriage.append((fulfilment, _own_fees(fulfilment)))
    if failure in CARRIERS_FAULT:
        shares += [Share(parcel, fee) for parcel, fee in carriage]
    elif was_paid:
        _keep_shipping(order, fulfilment, parcels, at=at)
    if fulfilment.packing == Packing.BOX and failure in CARRIERS_FAULT:
        lost = [portion_of(item, remaining(item)) for item in items]
        carried = [part for parcel in parcels for part in _shipping_of(parcel, items)]
        compensate(order, [*lost, *carried], key=f"failed:{fulfilment.pk}", at=at)
    if came_back is None:
        came_back = failure in COMES_BACK and fulfilment.packing != Packing.BOX
    if came_back:
        put_back_pieces({item: remaining(item) for item in items}, at=at)
    for item in items:
        item.returned += remaining(item)
        item.save(update_fields=["returned"])
    for box_id in emptied_boxes([fulfilment]):
        box = all_of_it[box_id]
        take_step(box, Step.CANCELLED, at=at, by=by, note=fulfilment.failure)
        shares.append(Share(box, _own_fees(box)))
    if was_paid:
        refund = owe(
            order,
            shares,
            key=f"failed:{fulfilment.pk}",
            reason=RefundReason.FAILED_DELIVERY,
            at=at,
            by=by,
            note=fulfilment.failure,
        )
        if refund is not None:
            letters.tell_refund_due(order, refund, at=at)
    end_order(order, reason="delivery-failed", at=at)
    brings = all_of_it[fulfilment.box_id] if fulfilment.box_id else fulfilment
    if brings.state in _GONE:
        letters.tell_failed(order, brings, at=at)
    return fulfilment


def arrival_of(fulfilment: Fulfilment, all_of_it: Mapping[int, Fulfilment], *, on: date) -> date:
    """The day the goods reach the recipient: as promised, or later by as many days as they leave late."""
    brings = all_of_it[fulfilment.box_id] if fulfilment.box_id else fulfilment
    return brings.expected_on + max(timedelta(0), on - fulfilment.ship_by)


def _packed_lots(items: Iterable[OrderItem]) -> list[str]:
    """The lots of items that are packed, as ``SKU lot × quantity``. One query."""
    holds = StockHold.objects.unreleased().filter(item__in=[item.pk for item in items], packed_at__isnull=False)
    found = holds.select_related("item", "stock").order_by("item_id", "stock_id")
    return [f"{hold.item.sku} {hold.stock.lot or '–'} × {hold.quantity}" for hold in found]


def _check_who_says(fulfilment: Fulfilment, *, at_hub: bool) -> None:
    """A producer sends what goes into a gift box to the hub; what became of it there, only the hub knows."""
    if fulfilment.packing == Packing.INBOUND and not at_hub:
        raise DomainError(_("This goes to the packing hub, which says what has come in."), code="hub-says")


def _parcels_of(fulfilment: Fulfilment, all_of_it: Mapping[int, Fulfilment]) -> list[Fulfilment]:
    """The fulfilments whose goods it brings: its own, or those that came to the hub to go into the box.

    What was lost whole at the hub does not go into it: its shipping is due back already.
    """
    if fulfilment.packing != Packing.BOX:
        return [fulfilment]
    inside = {each.pk: each for each in all_of_it.values() if each.box_id == fulfilment.pk and each.state not in _GONE}
    left = {item.fulfilment_id for item in OrderItem.objects.filter(fulfilment__in=list(inside)) if remaining(item)}
    return sorted((inside[pk] for pk in left), key=lambda each: each.position)


def _items_of(fulfilments: Iterable[Fulfilment]) -> list[OrderItem]:
    found = OrderItem.objects.filter(fulfilment__in=[each.pk for each in fulfilments])
    return list(found.select_related("pack", "fulfilment").order_by("pk"))


def _own_fees(fulfilment: Fulfilment) -> int:
    """What the shopper pays for the shop's own work on a box: filling it, and its way from the hub."""
    return fulfilment.assembly + fulfilment.shipping if fulfilment.packing == Packing.BOX else 0


def _sale_parts(fulfilment: Fulfilment, all_of_it: Mapping[int, Fulfilment]) -> list[SalePart]:
    parts = []
    for parcel in _parcels_of(fulfilment, all_of_it):
        items = _items_of([parcel])
        parts += [portion_of(item, remaining(item)) for item in items]
        parts += _shipping_of(parcel, items)
    return add_up(parts)


def _shipping_of(parcel: Fulfilment, items: list[OrderItem]) -> list[SalePart]:
    if parcel.producer_id is None or not items:
        return []
    return [shipping_part(parcel.producer_id, parcel.shipping, legal_form=items[0].legal_form)]


def _keep_shipping(order: Order, fulfilment: Fulfilment, parcels: list[Fulfilment], *, at: datetime) -> None:
    """It was carried to the door: whoever sent it has earned the shipping."""
    book_sale(
        key=f"sale:{fulfilment.pk}",
        order_id=order.pk,
        parts=add_up(part for parcel in parcels for part in _shipping_of(parcel, _items_of([parcel]))),
        assembly=_own_fees(fulfilment),
        at=at,
    )
