"""The numbers of an officer's first page: one reading of the certificates they keep, whatever their amount."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from ocop_badges import rules, subjects
from ocop_badges.officers import Mandate
from ocop_badges.rules import Status

from .filters import open_window, with_renewed
from .scope import certificates_of
from .wording import IN_FORCE, LAPSED, UNRENEWED

HORIZONS = (30, 90, 180)  # days
MONTHS = 12
_IN_FORCE = (Status.VALID, Status.SUSPENDED)


@dataclass(slots=True)
class Group:
    """A product set or a place: what is in force there, what of it ends within the longest horizon, what lapsed."""

    name: str
    param: str
    key: str
    in_force: int = 0
    ending: int = 0
    lapsed: int = 0


@dataclass(frozen=True, slots=True)
class Month:
    """``ends``: certificates in force and not renewed whose last day is in it."""

    first_day: date
    last_day: date
    ends: int


@dataclass(frozen=True, slots=True)
class Overview:
    """``ending`` maps each horizon to what ends within so many days.

    ``by_place`` has communes, for a national officer provinces.
    """

    ending: dict[int, int]
    window_open: int
    in_force: int
    suspended: int
    revoked: int
    lapsed: int
    by_stars: dict[int, int] = field(default_factory=dict)
    by_product_set: list[Group] = field(default_factory=list)
    by_place: list[Group] = field(default_factory=list)
    months: list[Month] = field(default_factory=list)


def read_overview(mandate: Mandate, *, day: date) -> Overview:
    """Two queries: the regulation's window, and a narrow row for each certificate of the mandate."""
    window = open_window(day)
    totals: Counter[str] = Counter()
    ending: Counter[int] = Counter()
    stars_in_force: Counter[int] = Counter()
    ends_in_month: Counter[tuple[int, int]] = Counter()
    sets: dict[str, Group] = {}
    places: dict[str, Group] = {}
    place_param, place_key, place_name = (
        ("province", subjects.PROVINCE_CODE, "province__name")
        if mandate.is_national
        else ("commune", "commune_id", subjects.COMMUNE_NAME)
    )
    rows = (
        with_renewed(certificates_of(mandate), day=day)
        .with_status_on(day)
        .exclude(Q(("status", Status.SUPERSEDED)))
        .order_by()
        .values_list(
            "status", "is_renewed", "effective_until", "valid_until", "stars",
            f"product__{subjects.PRODUCT_SET_CODE}", f"product__{subjects.PRODUCT_SET_NAME}",
            f"product__{place_key}", f"product__{place_name}",
        )
    )  # fmt: skip
    for status, is_renewed, last_day, valid_until, stars, set_code, set_name, place, name in rows.iterator(5_000):
        product_set = sets.setdefault(set_code, Group(set_name, "product_set", set_code))
        where = places.setdefault(str(place or ""), Group(name or "", place_param, str(place or "")))
        totals[status] += 1
        if status == Status.EXPIRED and not is_renewed:
            totals[LAPSED] += 1
            product_set.lapsed += 1
            where.lapsed += 1
        if status not in _IN_FORCE:
            continue
        stars_in_force[stars] += 1
        product_set.in_force += 1
        where.in_force += 1
        if is_renewed:
            continue
        ending.update(horizon for horizon in HORIZONS if last_day <= day + timedelta(days=horizon))
        ends_in_month[last_day.year, last_day.month] += 1
        totals["window"] += window is not None and window[0] <= valid_until <= window[1]
        if last_day <= day + timedelta(days=HORIZONS[-1]):
            product_set.ending += 1
            where.ending += 1
    return Overview(
        ending={horizon: ending[horizon] for horizon in HORIZONS},
        window_open=totals["window"],
        in_force=sum(totals[status] for status in _IN_FORCE),
        suspended=totals[Status.SUSPENDED],
        revoked=totals[Status.REVOKED],
        lapsed=totals[LAPSED],
        by_stars={stars: stars_in_force[stars] for stars in range(rules.MIN_STARS, rules.MAX_STARS + 1)},
        by_product_set=_ordered(sets),
        by_place=_ordered(places),
        months=_months(ends_in_month, day),
    )


def address(**filters: object) -> str:
    """The list of certificates with some filters."""
    return f"{reverse('ocop_desk:certificates')}?{urlencode({k: v for k, v in filters.items() if v != ''})}"


def ending_address(day: date, horizon: int) -> str:
    return address(status=UNRENEWED, ends_to=(day + timedelta(days=horizon)).isoformat())


def group_address(group: Group, column: str, day: date) -> str:
    """Where the number of a group's column is listed; empty where nothing names the group."""
    if not group.key:
        return ""
    filters: dict[str, object] = {group.param: group.key}
    match column:
        case "in_force":
            filters["status"] = IN_FORCE
        case "ending":
            filters |= {"status": UNRENEWED, "ends_to": (day + timedelta(days=HORIZONS[-1])).isoformat()}
        case "lapsed":
            filters["status"] = LAPSED
    return address(**filters)


def _ordered(groups: dict[str, Group]) -> list[Group]:
    return sorted(groups.values(), key=lambda group: (-group.in_force, -group.lapsed, group.name, group.key))


def _months(ends: Counter[tuple[int, int]], day: date) -> list[Month]:
    months = []
    for number in range(MONTHS):
        first = rules.add_months(day.replace(day=1), number)
        last = rules.add_months(first, 1) - timedelta(days=1)
        months.append(Month(first, last, ends[first.year, first.month]))
    return months
