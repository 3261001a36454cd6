"""Filters as queries of Elasticsearch."""

from datetime import date
from typing import Any, Final

from elasticsearch.dsl.query import Bool, Nested, Query, Range, Term, Terms

from catalog.search.query import FacetName, Filters

PERIODS: Final = "periods"
STARS: Final = "periods.stars"


def facet_filters(filters: Filters, day: date) -> dict[FacetName, dict[str, Any]]:
    """The filters that are facets as well, by facet."""
    found: dict[FacetName, Query] = {
        name: Terms(name, [str(value) for value in values])
        for name in ("province", "industry", "product_set")
        if (values := getattr(filters, name))
    }
    if filters.stars:
        found["stars"] = _on_a_day(day, Terms(STARS, list(filters.stars)))
    return {name: query.to_dict() for name, query in found.items()}


def other_filters(filters: Filters, day: date) -> list[dict[str, Any]]:
    """All other filters."""
    found: list[Query] = []
    if filters.certified is not None:
        found.append(_on_a_day(day) if filters.certified else ~_on_a_day(day))
    if filters.producer is not None:
        found.append(Term("producer", {"value": str(filters.producer)}))
    if filters.price_min is not None or filters.price_max is not None:
        ends = {"gte": filters.price_min, "lte": filters.price_max}
        found.append(Range(price={end: price for end, price in ends.items() if price is not None}))
    if filters.in_stock:
        found.append(Range(sellable_until={"gte": day.isoformat()}))
    return [query.to_dict() for query in found]


def with_stars(day: date, stars: int | None) -> dict[str, Any]:
    """Listings with so many stars on a day, or with none."""
    query = ~_on_a_day(day) if stars is None else _on_a_day(day, Terms(STARS, [stars]))
    found: dict[str, Any] = query.to_dict()
    return found


def covers(day: date) -> Query:
    """Badge periods that contain a day."""
    return Term("periods.days", {"value": day.isoformat()})


def _on_a_day(day: date, *conditions: Query) -> Query:
    return Nested(path=PERIODS, query=Bool(filter=[covers(day), *conditions]))
