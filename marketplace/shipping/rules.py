"""Zones and prices of parcels. No database and no clock."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise


class Zone(StrEnum):
    """How far a parcel goes."""

    LOCAL = "local"  # within a province
    NEAR = "near"  # within a region of the country
    FAR = "far"


def zone_between(origin: str, destination: str, regions: dict[str, str]) -> Zone:
    """The zone of two provinces by their codes; a province of no known region is far from every other."""
    if origin == destination:
        return Zone.LOCAL
    region = regions.get(origin)
    return Zone.NEAR if region is not None and region == regions.get(destination) else Zone.FAR


@dataclass(frozen=True, slots=True)
class Step:
    """The price in đồng up to a weight in grams, both included."""

    up_to_g: int
    price: int


def price_for(weight_g: int, steps: Sequence[Step], *, more_per_kg: int | None) -> int | None:
    """The price of a weight: that of the first step it fits, above the last one so much for each kilogram begun.

    None where there is no step, or it is too heavy and nothing is said about more.
    """
    if not steps:
        return None
    ordered = sorted(steps, key=lambda step: step.up_to_g)
    for step in ordered:
        if weight_g <= step.up_to_g:
            return step.price
    if more_per_kg is None:
        return None
    over = weight_g - ordered[-1].up_to_g
    return ordered[-1].price + -(-over // 1000) * more_per_kg


class Fault(StrEnum):
    """What is wrong with the steps of a table."""

    NONE = "none"
    ZERO = "zero"
    DOUBLE = "double"
    CHEAPER = "cheaper"


def fault_in(steps: Sequence[Step]) -> Fault | None:
    """What keeps steps from being a table: none of them, one of no weight, a weight twice, a heavier one for less."""
    ordered = sorted(steps, key=lambda step: step.up_to_g)
    if not ordered:
        return Fault.NONE
    if ordered[0].up_to_g <= 0:
        return Fault.ZERO
    for lighter, heavier in pairwise(ordered):
        if lighter.up_to_g == heavier.up_to_g:
            return Fault.DOUBLE
        if heavier.price < lighter.price:
            return Fault.CHEAPER
    return None


@dataclass(frozen=True, slots=True)
class Period:
    """The first and the last day, both included; ``until`` None: without an end."""

    since: date
    until: date | None


def gaps_between(periods: Iterable[Period]) -> list[Period]:
    """The days between the first and the last of these periods that lie in none."""
    gaps = []
    covered: date | None = None  # the last day of what was looked at so far
    for period in sorted(periods, key=lambda period: period.since):
        if covered is not None and (period.since - covered).days > 1:
            gaps.append(Period(covered + timedelta(days=1), period.since - timedelta(days=1)))
        if period.until is None:
            return gaps
        covered = period.until if covered is None else max(covered, period.until)
    return gaps


def rest_after(periods: Iterable[Period]) -> Period | None:
    """The days after the last of these periods; None where one has no end, or there is none."""
    ends = [period.until for period in periods]
    if not ends or None in ends:
        return None
    return Period(max(end for end in ends if end is not None) + timedelta(days=1), None)


def overlap_of(first: Period, second: Period) -> Period | None:
    """The days in both periods, None where there are none."""
    since = max(first.since, second.since)
    ends = [period.until for period in (first, second) if period.until is not None]
    until = min(ends) if ends else None
    return Period(since, until) if until is None or since <= until else None


class WaybillStep(StrEnum):
    """Where a parcel is that a carrier was told of."""

    CREATED = "created"
    TAKEN = "taken"
    DELIVERED = "delivered"
    FAILED = "failed"
    RETURNED = "returned"
    CANCELLED = "cancelled"


WAYBILL_STEPS: Mapping[WaybillStep, frozenset[WaybillStep]] = {
    WaybillStep.CREATED: frozenset({WaybillStep.TAKEN, WaybillStep.CANCELLED}),
    WaybillStep.TAKEN: frozenset({WaybillStep.DELIVERED, WaybillStep.FAILED}),
    WaybillStep.DELIVERED: frozenset(),
    WaybillStep.FAILED: frozenset({WaybillStep.RETURNED}),
    WaybillStep.RETURNED: frozenset(),
    WaybillStep.CANCELLED: frozenset(),
}
