"""A producer's packs and their lots, as its pages show them: what is there, whose it is already, what is free."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet, Sum, Value, Window
from django.db.models.functions import Coalesce, RowNumber

from catalog.models import Pack, Producer, Stock
from marketplace.orders.models import StockHold

LOTS_SHOWN = 5  # of a pack on the list of packs
_PACKS_BY = ("product__name_key", "position", "pk")
_LOTS_BY = ("keeps_until", "pk")


@dataclass(frozen=True, slots=True)
class Lot:
    """A lot on ``day``; ``held`` of it are kept at this instant for shoppers who are paying."""

    stock: Stock
    held: int
    day: date

    @property
    def seen(self) -> str:
        """The figures for a form's hidden field, read again by ``stock_forms.seen_of``."""
        return f"{self.stock.on_hand}-{self.stock.reserved}"

    @property
    def for_sale(self) -> int:
        """What is free; none of what has passed its date, or has too little life left."""
        return 0 if self.is_past or self.is_too_old else max(0, self.stock.available - self.held)

    @property
    def is_past(self) -> bool:
        return self.stock.best_before is not None and self.stock.best_before < self.day

    @property
    def is_too_old(self) -> bool:
        """Whether it is sold no more though it is good still: its pack must have more life left."""
        if self.stock.best_before is None or self.is_past:
            return False
        return (self.stock.best_before - self.day).days < self.stock.pack.min_remaining_life_days


@dataclass(frozen=True, slots=True)
class PackStock:
    """A pack with the lots that end first; ``more`` lots of it are not shown."""

    pack: Pack
    on_hand: int
    reserved: int
    lots: list[Lot]
    more: int


def packs_of(producer: Producer) -> QuerySet[Pack]:
    """By the product's name, as the packs stand on its page."""
    return Pack.objects.filter(product__producer=producer).select_related("product").order_by(*_PACKS_BY)


def lots_of(producer: Producer) -> QuerySet[Stock]:
    """First expired first; what does not spoil stands last."""
    lots = Stock.objects.filter(pack__product__producer=producer).select_related("pack__product")
    return lots.annotate(keeps_until=Coalesce("best_before", Value(date.max))).order_by(*_LOTS_BY)


def after(rows: QuerySet[Any], last: Any) -> QuerySet[Any]:
    """Those of ``packs_of`` or ``lots_of`` that stand behind one of them."""
    names = _PACKS_BY if isinstance(last, Pack) else _LOTS_BY
    behind = Q()
    for number, name in enumerate(names):
        same = {each: _value(last, each) for each in names[:number]}
        behind |= Q(**same, **{f"{name}__gt": _value(last, name)})
    return rows.filter(behind)


def load_packs(packs: Iterable[Pack], *, day: date, at: datetime) -> list[PackStock]:
    """What is there of packs. Three queries, however many lots they have."""
    listed = list(packs)
    there = Stock.objects.filter(pack__in=listed, on_hand__gt=0)
    totals = {
        row[0]: row[1:]
        for row in there.order_by().values_list("pack_id").annotate(Count("pk"), Sum("on_hand"), Sum("reserved"))
    }
    order = [F("best_before").asc(nulls_last=True), F("pk").asc()]
    place = Window(RowNumber(), partition_by=[F("pack_id")], order_by=order)
    first = there.select_related("pack").annotate(place=place).filter(place__lte=LOTS_SHOWN).order_by("place")
    by_pack: dict[int, list[Lot]] = {}
    for lot in load_lots(first, day=day, at=at):
        by_pack.setdefault(lot.stock.pack_id, []).append(lot)
    found = []
    for pack in listed:
        count, on_hand, reserved = totals.get(pack.pk, (0, 0, 0))
        lots = by_pack.get(pack.pk, [])
        found.append(PackStock(pack, on_hand, reserved, lots, max(0, count - len(lots))))
    return found


def load_lots(stock: Iterable[Stock], *, day: date, at: datetime) -> list[Lot]:
    """Lots with what is held of them. Two queries."""
    listed = list(stock)
    held = held_of(listed, at=at)
    return [Lot(each, held.get(each.pk, 0), day) for each in listed]


def held_of(stock: Sequence[Stock], *, at: datetime) -> dict[int, int]:
    """How many of each lot unpaid orders hold at that instant, by the lot's id. One query."""
    return StockHold.objects.held_at(at, stock_ids=[each.pk for each in stock])


def _value(thing: Any, name: str) -> Any:
    for part in name.split("__"):
        thing = getattr(thing, part)
    return thing
