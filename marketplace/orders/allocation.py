"""Which lots go to which items: first expired, first out, never past the life a pack must have left. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(slots=True)
class Lot:
    """A stock row as far as it is free. ``best_before`` None: it does not spoil. Allocation takes from ``free``."""

    stock_id: int
    pack_id: int
    best_before: date | None
    free: int


@dataclass(frozen=True, slots=True)
class Demand:
    """So many of a pack for one item, named by ``key``, which must still keep ``life_days`` days on ``arrives_on``."""

    key: int
    pack_id: int
    quantity: int
    arrives_on: date
    life_days: int

    @property
    def keeps_until(self) -> date:
        """The earliest best-before day that will do."""
        try:
            return self.arrives_on + timedelta(days=self.life_days)
        except OverflowError:
            return date.max


@dataclass(frozen=True, slots=True)
class Take:
    key: int
    stock_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Allocation:
    """``missing`` is how many of each pack there are too few, by pack id; ``takes`` are whole only without any."""

    takes: list[Take]
    missing: dict[int, int]


def allocate(demands: Iterable[Demand], lots: Sequence[Lot]) -> Allocation:
    """Give every demand the lots that expire first among those that keep long enough.

    Demands that can do with the shortest life are served first: what they take is what the others can use least, so
    that nothing is called missing that another order of serving would have found.
    """
    by_pack: dict[int, list[Lot]] = {}
    for lot in sorted(lots, key=lambda lot: (lot.best_before or date.max, lot.stock_id)):
        by_pack.setdefault(lot.pack_id, []).append(lot)
    takes: list[Take] = []
    missing: dict[int, int] = {}
    for demand in sorted(demands, key=lambda demand: (demand.keeps_until, demand.key)):
        wanted = demand.quantity
        for lot in by_pack.get(demand.pack_id, ()):
            if wanted == 0:
                break
            if lot.free <= 0 or (lot.best_before is not None and lot.best_before < demand.keeps_until):
                continue
            taken = min(wanted, lot.free)
            lot.free -= taken
            wanted -= taken
            takes.append(Take(demand.key, lot.stock_id, taken))
        if wanted:
            missing[demand.pack_id] = missing.get(demand.pack_id, 0) + wanted
    return Allocation(takes, missing)
