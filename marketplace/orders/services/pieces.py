"""Some pieces of an item: given back, put back, or taken from other lots than those that were held.

Every function runs inside a transaction that has locked the order, and locks stock rows in id order before it reads
what is free. A hold of which only a part goes is made smaller: it goes on for the rest.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from catalog.models import Stock
from marketplace.orders.allocation import Demand
from marketplace.orders.models import OrderItem, StockHold
from marketplace.orders.services.holding import allocate_locked, change_stock, lock_stock_of, move_stock, show_stock
from marketplace.orders.stock import free_lots
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.markup import written


@dataclass(frozen=True, slots=True)
class LotHeld:
    """A lot as a packer sees it: ``held`` of it are kept for the item, ``free`` more could be taken."""

    stock: Stock
    held: int
    free: int


def give_back_pieces(
    counts: Mapping[OrderItem, int], *, packed: Collection[OrderItem], came_back: bool, at: datetime
) -> None:
    """Give so many of each item back to the lots they are held in: those that keep longest first.

    Those in ``packed`` have left the stock: they go into it again if they ``came_back``, else they are lost.
    """
    held = {item: count for item, count in counts.items() if item not in packed}
    back = {item: count for item, count in counts.items() if item in packed and came_back}
    holds, packed_holds = _holds(held, packed=False), _holds(back, packed=True)
    lock_stock_of([*holds, *packed_holds])
    reserved = [piece for piece in _cut(holds, held, at=at) if piece.expires_at is None]
    changed = change_stock(reserved, reserved=-1)
    show_stock([*changed, *change_stock(_cut(packed_holds, back, at=at), on_hand=1)])


def put_back_pieces(counts: Mapping[OrderItem, int], *, at: datetime) -> None:
    """So many of each item came back and are fit for sale: into the lots they were packed from."""
    holds = _holds(counts, packed=True)
    lock_stock_of(holds)
    move_stock(_cut(holds, counts, at=at), on_hand=1)


def replace_pieces(item: OrderItem, count: int, *, arrives_on: date, at: datetime) -> bool:
    """Take so many more of a packed item out of the stock, for as many that were lost: first expired first.

    False where too few are free, and nothing is taken.
    """
    life_days = item.pack.min_remaining_life_days
    wanted = Demand(item.pk, item.pack_id, count, arrives_on=arrives_on, life_days=life_days)
    allocation = allocate_locked([wanted], at=at)
    if allocation.missing:
        return False
    _cut(_holds([item], packed=True), {item: count}, at=at)
    taken = [StockHold(item=item, stock_id=take.stock_id, quantity=take.quantity) for take in allocation.takes]
    packed = {hold.stock_id: hold for hold in _holds([item], packed=True)}
    for piece in taken:
        hold = packed.get(piece.stock_id) or StockHold(item=item, stock_id=piece.stock_id, quantity=0, packed_at=at)
        hold.quantity += piece.quantity
        hold.save()
    move_stock(taken, on_hand=-1)
    return True


def lots_of_items(items: Sequence[OrderItem], *, arrives_on: date, at: datetime) -> dict[int, list[LotHeld]]:
    """The lots that items are held in, and the others of their packs that keep long enough, by item id.

    First expired first. Four queries.
    """
    holds = StockHold.objects.reserved().filter(item__in=[item.pk for item in items])
    held = {(hold.item_id, hold.stock_id): hold.quantity for hold in holds}
    free = {lot.stock_id: lot.free for lot in free_lots({item.pack_id for item in items}, at=at)}
    ids = {stock_id for _item, stock_id in held} | {stock_id for stock_id, count in free.items() if count > 0}
    stocks = Stock.objects.filter(pk__in=ids).order_by(F("best_before").asc(nulls_last=True), "pk")
    by_pack: dict[int, list[Stock]] = {}
    for stock in stocks:
        by_pack.setdefault(stock.pack_id, []).append(stock)
    return {
        item.pk: [
            LotHeld(stock, held.get((item.pk, stock.pk), 0), max(0, free.get(stock.pk, 0)))
            for stock in by_pack.get(item.pack_id, ())
            if (item.pk, stock.pk) in held or keeps(stock, item, arrives_on=arrives_on)
        ]
        for item in items
    }


def keeps(stock: Stock, item: OrderItem, *, arrives_on: date) -> bool:
    """Whether a lot still has the life that the item's pack must have left on the day it arrives."""
    if stock.best_before is None:
        return True
    return stock.best_before - timedelta(days=min(item.pack.min_remaining_life_days, 36_500)) >= arrives_on


def choose_lots(
    items: Sequence[OrderItem], chosen: Mapping[int, Mapping[int, int]], *, arrives_on: date, at: datetime
) -> None:
    """Hold the lots that were really packed: ``chosen`` has for an item's id how many of each stock row's id.

    Items that it does not name keep their lots. Raises ``InvalidFact`` (field ``lots``): not as many as are to be
    sent, a lot of another pack, one with too little life or too few free. And ``DomainError`` ``lot-too-old`` where
    the lots that stay have too little life left because the parcel leaves late.
    """
    by_id = {item.pk: item for item in items}
    if unknown := set(chosen) - set(by_id):
        raise InvalidFact(_("Not in this parcel: {ids}.").format(ids=sorted(unknown)), field="lots", code="unknown")
    free = {lot.stock_id: lot.free for lot in free_lots({item.pack_id for item in items}, at=at, lock=True)}
    stocks = Stock.objects.in_bulk(list(free))
    holds: dict[int, dict[int, StockHold]] = {item.pk: {} for item in items}
    for hold in StockHold.objects.reserved().filter(item__in=list(by_id)).order_by("stock_id"):
        holds[hold.item_id][hold.stock_id] = hold
    for item_id, lots in sorted(chosen.items()):
        _check_count(by_id[item_id], lots)
        for hold in holds[item_id].values():
            free[hold.stock_id] += hold.quantity
    for item_id, item in by_id.items():
        wanted = chosen.get(item_id) or {stock_id: hold.quantity for stock_id, hold in holds[item_id].items()}
        for stock_id, count in wanted.items():
            stock = stocks.get(stock_id)
            if stock is None or stock.pack_id != item.pack_id:
                raise InvalidFact(_("This lot is of another pack."), field="lots", code="another-pack")
            if not keeps(stock, item, arrives_on=arrives_on):
                raise _too_old(stock, item, arrives_on)
            if item_id in chosen:
                free[stock_id] -= count
                if free[stock_id] < 0:
                    text = _("Of lot {lot} of {sku} there are too few.").format(lot=stock.lot or "–", sku=item.sku)
                    raise InvalidFact(text, field="lots", code="too-few")
    _rewrite(by_id, {pk: dict(lots) for pk, lots in chosen.items()}, holds, at=at)


def _rewrite(
    items: Mapping[int, OrderItem],
    chosen: Mapping[int, dict[int, int]],
    holds: Mapping[int, dict[int, StockHold]],
    *,
    at: datetime,
) -> None:
    given, taken = [], []
    for item_id, lots in chosen.items():
        for stock_id, hold in holds[item_id].items():
            if lots.get(stock_id) == hold.quantity:
                continue
            given.append(hold)
        for stock_id, count in lots.items():
            had = holds[item_id].get(stock_id)
            if count and (had is None or had.quantity != count):
                taken.append(StockHold(item=items[item_id], stock_id=stock_id, quantity=count))
    changed = change_stock(given, reserved=-1)
    StockHold.objects.filter(pk__in=[hold.pk for hold in given]).update(released_at=at)
    StockHold.objects.bulk_create(taken)
    show_stock([*changed, *change_stock(taken, reserved=1)])


def _check_count(item: OrderItem, lots: Mapping[int, int]) -> None:
    wanted = item.quantity - item.cancelled
    if min(lots.values(), default=0) < 0 or sum(lots.values()) != wanted:
        text = _("Of {sku} {count} are to be packed, from lots that together give as many.")
        raise InvalidFact(text.format(sku=item.sku, count=wanted), field="lots", code="wrong-count")


def _too_old(stock: Stock, item: OrderItem, arrives_on: date) -> DomainError:
    text = _("Lot {lot} of {sku} has too little life left on {day}, when it arrives. Choose another lot.").format(
        lot=stock.lot or "–", sku=item.sku, day=written(arrives_on)
    )
    return DomainError(text, code="lot-too-old")


def _holds(items: Iterable[OrderItem], *, packed: bool) -> list[StockHold]:
    ids = [item.pk for item in items]
    found = StockHold.objects.unreleased().filter(item__in=ids, packed_at__isnull=not packed)
    return list(found.select_related("stock").order_by(F("stock__best_before").desc(nulls_first=True), "-stock_id"))


def _cut(holds: Sequence[StockHold], counts: Mapping[OrderItem, int], *, at: datetime) -> list[StockHold]:
    """Take so many of each item off its holds; what was taken off, as holds that are not saved."""
    left = {item.pk: count for item, count in counts.items()}
    cut = []
    for hold in holds:
        count = min(left[hold.item_id], hold.quantity)
        if count == 0:
            continue
        left[hold.item_id] -= count
        cut.append(StockHold(item_id=hold.item_id, stock=hold.stock, quantity=count, expires_at=hold.expires_at))
        if count == hold.quantity:
            StockHold.objects.filter(pk=hold.pk).update(released_at=at, expires_at=None)
        else:
            StockHold.objects.filter(pk=hold.pk).update(quantity=F("quantity") - count)
    return cut
