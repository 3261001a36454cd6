"""Which stars products have on the days between an order and its delivery."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from ocop_badges.badges import Badge
from ocop_badges.models import BadgePeriod, Certificate
from ocop_badges.rows import as_day, fetch_rows, places_for


@dataclass(frozen=True, slots=True)
class Stars:
    """The badge periods of some products from a day on; ``decisions`` by which they stand, by certificate."""

    since: date
    periods: dict[int, list[tuple[date, date, Badge]]]
    decisions: dict[str, str]

    def of(self, product_id: int, day: date) -> Badge | None:
        """The badge a product shows on a day, not before ``since``."""
        for starts_on, ends_on, badge in self.periods.get(product_id, ()):
            if starts_on <= day < ends_on:
                return badge
        return None


def load_stars(product_ids: Iterable[int], *, since: date) -> Stars:
    """One query."""
    periods: dict[int, list[tuple[date, date, Badge]]] = {}
    decisions: dict[str, str] = {}
    for product_id, stars, first, end, certificate, decision in _rows(list(product_ids), since=since):
        starts_on, ends_on = as_day(first), as_day(end)
        badge = Badge(stars=stars, valid_until=ends_on - timedelta(days=1), certificate=certificate)
        periods.setdefault(product_id, []).append((starts_on, ends_on, badge))
        decisions[certificate] = decision
    return Stars(since, periods, decisions)


def _rows(product_ids: Sequence[int], *, since: date) -> list[tuple[Any, ...]]:
    if not product_ids:
        return []
    return fetch_rows(
        f"""
        SELECT p.product_id, p.stars, p.starts_on, p.ends_on, c.public_id, c.decision_number
        FROM {BadgePeriod._meta.db_table} p JOIN {Certificate._meta.db_table} c ON c.id = p.certificate_id
        WHERE p.product_id IN ({places_for(product_ids)}) AND p.ends_on > %s ORDER BY p.starts_on, p.id
        """,  # noqa: S608 - names of our own tables
        [*product_ids, since],
    )
