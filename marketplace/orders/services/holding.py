"""Goods of an order: held while it is unpaid, reserved once it is confirmed, given back where it comes to nothing.

Every function here runs inside a transaction and locks stock rows in id order before it looks at them.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from itertools import chain

from django.db import connection
from django.db.models import F

from catalog.models import Stock
from catalog.search.indexing import refresh_listings
from marketplace.orders.allocation import Allocation, Demand, allocate
from marketplace.orders.models import Order, OrderItem, StockHold
from marketplace.orders.services.refunding import arrives_by
from marketplace.orders.stock import free_lots
from ocop_badges.rows import insert_rows


def allocate_locked(demands: list[Demand], *, at: datetime, ignoring_order: int | None = None) -> Allocation:
    """Allocate what is free once every stock row concerned is locked."""
    lots = free_lots({demand.pack_id for demand in demands}, at=at, lock=True, ignoring_order=ignoring_order)
    return allocate(demands, lots)


def write_holds(allocation: Allocation, items: dict[int, OrderItem], *, expires_at: datetime) -> None:
    """Hold what was allocated; ``items`` are the order's by the demands' keys."""
    insert_rows(
        StockHold(item=items[take.key], stock_id=take.stock_id, quantity=take.quantity, expires_at=expires_at)
        for take in allocation.takes
    )


def reserve_allocated(allocation: Allocation, items: dict[int, OrderItem]) -> None:
    """Reserve what was allocated under the lock, for an order that is confirmed from the start."""
    holds = insert_rows(
        StockHold(item=items[take.key], stock_id=take.stock_id, quantity=take.quantity) for take in allocation.takes
    )
    move_stock(holds, reserved=1)


def reserve_holds(order: Order, *, at: datetime) -> bool:
    """Turn the holds of an order into reservations; False where they had ended and the goods are gone since.

    An order paid after its holds ended gets the goods if they are still there, of lots that keep long enough on the
    days on which its parts are expected now.
    """
    holds = [] if order.is_expired_at(at) else list(_holds_of(order))
    if not _stand(order, holds, at=at):
        if not _hold_anew(order, at=at):
            return False
        holds = list(_holds_of(order))
    move_stock(holds, reserved=1)
    StockHold.objects.filter(pk__in=[hold.pk for hold in holds]).update(expires_at=None)
    return True


def release_holds(items: Iterable[OrderItem], *, at: datetime) -> None:
    """Give the goods of these items back, held or reserved; what was packed stays gone."""
    ids = [item.pk for item in items]
    holds = list(
        StockHold.objects.unreleased().filter(item__in=ids, packed_at=None).select_related("stock").order_by("stock_id")
    )
    lock_stock_of(holds)
    move_stock([hold for hold in holds if hold.expires_at is None], reserved=-1)
    StockHold.objects.filter(pk__in=[hold.pk for hold in holds]).update(released_at=at, expires_at=None)


def take_packed(items: Iterable[OrderItem], *, at: datetime) -> None:
    """Goods that are in the parcel leave the stock."""
    ids = [item.pk for item in items]
    holds = list(StockHold.objects.reserved().filter(item__in=ids).select_related("stock").order_by("stock_id"))
    lock_stock_of(holds)
    move_stock(holds, reserved=-1, on_hand=-1)
    StockHold.objects.filter(pk__in=[hold.pk for hold in holds]).update(packed_at=at)


def put_back(holds: Iterable[StockHold], *, at: datetime) -> None:
    """Packed goods that came back and are fit for sale: into the lots they were from."""
    found = list(holds)
    lock_stock_of(found)
    move_stock(found, on_hand=1)
    StockHold.objects.filter(pk__in=[hold.pk for hold in found]).update(released_at=at)


def _holds_of(order: Order) -> Iterable[StockHold]:
    return StockHold.objects.unreleased().filter(item__order=order).select_related("stock").order_by("stock_id", "id")


def _stand(order: Order, holds: Sequence[StockHold], *, at: datetime) -> bool:
    """Whether these are all that the order wants, and no other took what they hold. Then their stock is locked."""
    held: dict[int, int] = {}
    wanted: dict[int, int] = {}
    for hold in holds:
        held[hold.item_id] = held.get(hold.item_id, 0) + hold.quantity
        wanted[hold.stock_id] = wanted.get(hold.stock_id, 0) + hold.quantity
    items = order.items.filter(quantity__gt=F("cancelled")).order_by()
    if held != dict(items.values_list("pk", F("quantity") - F("cancelled"))):
        return False
    packs = {hold.stock.pack_id for hold in holds}
    free = {lot.stock_id: lot.free for lot in free_lots(packs, at=at, lock=True, ignoring_order=order.pk)}
    # Whether a hold still stands is judged by what is free under the lock, not by its end alone: whoever took the
    # goods after it had ended may have read another clock.
    return all(free.get(stock_id, 0) >= quantity for stock_id, quantity in wanted.items())


def _hold_anew(order: Order, *, at: datetime) -> bool:
    items = {
        item.pk: item
        for item in order.items.select_related("pack", "fulfilment__box").order_by("pk")
        if item.quantity > item.cancelled
    }
    demands = [
        Demand(
            key=item.pk,
            pack_id=item.pack_id,
            quantity=item.quantity - item.cancelled,
            arrives_on=arrives_by(item.fulfilment).expected_on,
            life_days=item.pack.min_remaining_life_days,
        )
        for item in items.values()
    ]
    allocation = allocate_locked(demands, at=at, ignoring_order=order.pk)
    if allocation.missing:
        return False
    StockHold.objects.unreleased().filter(item__order=order).update(released_at=at, expires_at=None)
    write_holds(allocation, items, expires_at=at)
    return True


def lock_stock_of(holds: Iterable[StockHold]) -> None:
    """Hold the stock rows of these to the end of the transaction, in id order."""
    ids = sorted({hold.stock_id for hold in holds})
    list(Stock.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))


def move_stock(holds: Iterable[StockHold], *, reserved: int = 0, on_hand: int = 0) -> None:
    """Add so many times each hold's quantity to its stock row; listings follow where a lot ran out or came back."""
    show_stock(change_stock(holds, reserved=reserved, on_hand=on_hand))


def change_stock(holds: Iterable[StockHold], *, reserved: int = 0, on_hand: int = 0) -> list[int]:
    """The same without the listings: the ids of rows that ran out or came back, for ``show_stock``.

    For a transaction that moves stock more than once: products are locked in id order within one ``show_stock`` only.
    One statement: what there was before follows from what there is.
    """
    moved: dict[int, int] = {}
    for hold in holds:
        moved[hold.stock_id] = moved.get(hold.stock_id, 0) + hold.quantity
    if not moved:
        return []
    # In SQL, as Django can neither update from a list of values nor return what an update left.
    with connection.cursor() as cursor:
        places = ", ".join(["(%s, %s)"] * len(moved))
        cursor.execute(
            f"UPDATE {Stock._meta.db_table}"  # noqa: S608 - our own table, and places for values
            " SET reserved = reserved + %s * column2, on_hand = on_hand + %s * column2"
            f" FROM (VALUES {places}) AS moved WHERE id = column1 RETURNING id, on_hand, reserved",
            [reserved, on_hand, *chain.from_iterable(moved.items())],
        )
        left = cursor.fetchall()
    return [pk for pk, has, kept in left if (has == kept) != (has - on_hand * moved[pk] == kept - reserved * moved[pk])]


def show_stock(changed: Iterable[int]) -> None:
    """Let the listings follow stock rows of these ids that ran out or came back."""
    if ids := list(changed):
        refresh_listings(
            Stock.objects.filter(pk__in=ids).values_list("pack__product_id", flat=True).distinct().order_by()
        )
