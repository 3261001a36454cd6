"""What a parcel costs and how long it is on its way, on a day."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby
from typing import Any

from catalog.models import Province
from marketplace.shipping.models import ProvinceRegion, ShippingStep, ShippingTable
from marketplace.shipping.rules import Step, Zone, price_for, zone_between
from ocop_badges.rows import fetch_rows, places_for


@dataclass(frozen=True, slots=True)
class Rate:
    """``price`` in đồng, ``transit_days`` from one door to the other."""

    price: int
    transit_days: int
    zone: Zone


class Obstacle(StrEnum):
    """Why there is no rate: nobody goes there on that day, or it is heavier than the table's last step."""

    NOT_SERVED = "not-served"
    TOO_HEAVY = "too-heavy"


@dataclass(frozen=True, slots=True)
class _Table:
    transit_days: int
    more_per_kg: int | None
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class RateBook:
    """The tables in force on a day: those of some producers, by (producer, zone), and the shop's under None.

    ``owners`` are the producers that have begun to send by tables of their own, in force on the day or not.
    """

    tables: Mapping[tuple[int | None, Zone], _Table]
    regions: dict[str, str]
    owners: frozenset[int]

    def find(self, producer_id: int | None, origin: str, destination: str, weight_g: int) -> Rate | None:
        """The rate from one province to another (by code); None where nobody takes such a parcel there.

        A producer who has begun to send by any table of its own sends by those alone: a zone it lacks, or lacks on this
        day, is one it does not serve. Its parcels never go at the shop's rates because a table of its own has ended.
        """
        zone = zone_between(origin, destination, self.regions)
        table = self._table(producer_id, zone)
        if table is None:
            return None
        price = price_for(weight_g, table.steps, more_per_kg=table.more_per_kg)
        return None if price is None else Rate(price, table.transit_days, zone)

    def obstacle(self, producer_id: int | None, origin: str, destination: str) -> Obstacle:
        """Why ``find`` found nothing."""
        table = self._table(producer_id, zone_between(origin, destination, self.regions))
        return Obstacle.TOO_HEAVY if table is not None and table.steps else Obstacle.NOT_SERVED

    def _table(self, producer_id: int | None, zone: Zone) -> _Table | None:
        return self.tables.get((producer_id if producer_id in self.owners else None, zone))


def load_rate_book(producer_ids: Iterable[int], *, on: date) -> RateBook:
    """Two queries. Of several tables in force the one that began last counts."""
    tables: dict[tuple[int | None, Zone], _Table] = {}
    owners: set[int] = set()
    for (_pk, producer_id, zone, days, more, holds), steps in groupby(
        _rows(producer_ids, on=on), key=lambda row: row[:6]
    ):
        if producer_id is not None:
            owners.add(producer_id)
        if not holds:
            continue
        tables[producer_id, Zone(zone)] = _Table(
            transit_days=days,
            more_per_kg=more,
            steps=tuple(Step(up_to_g, price) for *_table, up_to_g, price in steps if up_to_g is not None),
        )
    return RateBook(tables, _regions(), frozenset(owners))


def _rows(producer_ids: Iterable[int], *, on: date) -> Sequence[tuple[Any, ...]]:
    """The shop's tables in force and the producers' begun ones, a row for each step."""
    producers = list(producer_ids) or [0]  # no producer's id
    return fetch_rows(
        f"""
        SELECT t.id, t.producer_id, t.zone, t.transit_days, t.more_per_kg,
               t.valid_until IS NULL OR t.valid_until >= %s AS holds, s.up_to_g, s.price
        FROM {ShippingTable._meta.db_table} t LEFT JOIN {ShippingStep._meta.db_table} s ON s.table_id = t.id
        WHERE t.valid_from <= %s AND (
            t.producer_id IS NULL AND (t.valid_until IS NULL OR t.valid_until >= %s)
            OR t.producer_id IN ({places_for(producers)})
        )
        ORDER BY t.valid_from, t.id, s.up_to_g
        """,  # noqa: S608 - names of our own tables
        [on, on, on, *producers],
    )


def _regions() -> dict[str, str]:
    """The region of each province by its code."""
    rows = fetch_rows(
        f"SELECT p.code, r.region FROM {ProvinceRegion._meta.db_table} r"  # noqa: S608 - names of our own tables
        f" JOIN {Province._meta.db_table} p ON p.id = r.province_id"
    )
    return dict(rows)
