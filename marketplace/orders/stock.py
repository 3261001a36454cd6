"""How much of each lot is free, and whether it is enough for a quote."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from catalog.models import Stock
from marketplace.orders.allocation import Allocation, Demand, Lot, allocate
from marketplace.orders.models import StockHold
from marketplace.orders.quotes import Notice, Quote, QuotedLine
from ocop_badges.rows import as_day, fetch_rows, places_for


def free_lots(
    pack_ids: Iterable[int], *, at: datetime, lock: bool = False, ignoring_order: int | None = None
) -> list[Lot]:
    """The lots of packs with what nobody has reserved or holds at that instant. Two queries.

    With ``lock`` the rows are held to the end of the transaction, in id order: parents of every hold, so that two
    orders that want the same goods go one after the other, and no two wait for each other.
    """
    found = _rows(list(pack_ids), lock=lock)
    held = StockHold.objects.held_at(at, stock_ids=[pk for pk, *_lot in found], ignoring_order=ignoring_order)
    return [
        Lot(pk, pack_id, best_before and as_day(best_before), on_hand - reserved - held.get(pk, 0))
        for pk, pack_id, best_before, on_hand, reserved in found
    ]


def _rows(pack_ids: Sequence[int], *, lock: bool) -> list[tuple[Any, ...]]:
    """Locked, also rows that are all reserved: what is read after the lock is what the last one left."""
    if not pack_ids:
        return []
    which = "" if lock else "AND on_hand > reserved"
    locking = "FOR UPDATE" if lock and connection.features.has_select_for_update else ""
    return fetch_rows(
        f"SELECT id, pack_id, best_before, on_hand, reserved FROM {Stock._meta.db_table}"  # noqa: S608 - our own table
        f" WHERE pack_id IN ({places_for(pack_ids)}) {which} ORDER BY id {locking}",
        pack_ids,
    )


def demands_of(quote: Quote, *, on: date) -> list[Demand]:
    """What a quote wants, keyed by the item's place in ``quote.items``; goods to go nowhere yet arrive today."""
    arrives = {id(item): (parcel.box or parcel).expected_on for parcel in quote.parcels for item in parcel.items}
    return [
        Demand(
            key=key,
            pack_id=item.pack.pk,
            quantity=item.quantity,
            arrives_on=arrives.get(id(item), on),
            life_days=item.pack.min_remaining_life_days,
        )
        for key, item in enumerate(quote.items)
    ]


def find_shortages(quote: Quote, *, on: date, at: datetime, ignoring_order: int | None = None) -> list[Notice]:
    """A notice for every line that wants more than there is."""
    lots = free_lots({item.pack.pk for item in quote.items}, at=at, ignoring_order=ignoring_order)
    return shortage_notices(quote, allocate(demands_of(quote, on=on), lots))


def shortage_notices(quote: Quote, allocation: Allocation) -> list[Notice]:
    """What is missing, told of every line that has it; ``left`` is how many of the line's own unit there are for it.

    That is what there is of a pack less what the other lines want of it.
    """
    if not allocation.missing:
        return []
    portions: dict[int, list[QuotedLine]] = {}
    for line in quote.lines:
        portions.setdefault(line.source.pk, []).append(line)
    notices = []
    for line_id, parts in portions.items():
        wanted: dict[int, int] = {}
        for item in (item for part in parts for item in part.items):
            wanted[item.pack.pk] = wanted.get(item.pack.pk, 0) + item.quantity
        if not (short := wanted.keys() & allocation.missing.keys()):
            continue
        count = sum(part.quantity for part in parts)
        left = min(max(0, wanted[pk] - allocation.missing[pk]) // (wanted[pk] // count) for pk in short)
        text = _("Of {name} there are {left} left.") if left else _("{name} is out of stock.")
        notices.append(Notice("out-of-stock", text.format(name=parts[0].name, left=left), line_id, left=left))
    return notices
