"""A page of listings as a search of Elasticsearch.

Where facets are asked for, the filters that are facets come after the query, so that each facet can leave out its own;
where they are not, all filters are part of the query, which then stops at the page's end.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from elasticsearch.dsl import Search
from elasticsearch.dsl.query import Bool, MatchAll, Nested, Query, Range, Term, Terms

from catalog.search.engines.tiers import IN_NAME, Ladder
from catalog.search.query import (
    FACETS,
    MAX_COUNT,
    RELEVANCE,
    FacetName,
    Filters,
    ListingQuery,
    OrderingName,
    SearchText,
)
from ocop_badges.cursors import Cursor, KeyValue

from .documents import instant, microseconds
from .words import Clauses, Tiers, clauses, score_of, tier_of

SortValue = int | float | str

MAX_VALUES = 1_000  # of a facet
_PERIODS: Final = "periods"
_STARS: Final = "periods.stars"
_LAST: Final = 2**63 - 1


@dataclass(frozen=True, slots=True)
class SortKey:
    """One key of an ordering. ``missing`` stands for no value: it sorts last, and so must be said both ways."""

    field: str
    descending: bool = False
    missing: int | None = None

    def as_json(self, *, backwards: bool = False) -> dict[str, Any]:
        how: dict[str, Any] = {"order": "desc" if self.descending != backwards else "asc"}
        if self.missing is not None:
            how["missing"] = self.missing
        return {self.field: how}


_BY_ID: Final = SortKey("id")
_BY_ID_DOWN: Final = SortKey("id", descending=True)

# The same keys as those of the engines in a database (``catalog.search.engines.orderings``), so that a cursor which
# one engine gave means the same to every other.
SORTS: Final[dict[OrderingName, tuple[SortKey, ...]]] = {
    "relevance": (SortKey("_score", descending=True), SortKey("size"), _BY_ID),
    "newest": (SortKey("listed_at", descending=True), _BY_ID_DOWN),
    "name": (SortKey("name_sort"), _BY_ID),
    "price": (SortKey("price", missing=_LAST), _BY_ID),
    "-price": (SortKey("price", descending=True, missing=-1), _BY_ID_DOWN),
    "-stars": (SortKey(_STARS, descending=True, missing=-1), _BY_ID_DOWN),
}


def search_page(query: ListingQuery, text: SearchText | None, ladder: Ladder, cursor: Cursor | None) -> Search:
    """The page, and one hit more to see whether there is another; backwards its hits come in reverse."""
    facets, others = _conditions(query.filters, query.day)
    words = [] if text is None else [Clauses(clauses(ladder.anywhere, text))]
    backwards = cursor is not None and cursor.backwards
    sorts = [key.as_json(backwards=backwards) for key in SORTS[query.order]]
    if _STARS in sorts[0]:
        sorts[0][_STARS]["nested"] = {"path": _PERIODS, "filter": _covers(query.day).to_dict()}
    search = _search(size=query.page_size + 1, track_total_hits=MAX_COUNT).sort(*sorts)
    if cursor is not None:
        search = search.extra(search_after=_after(cursor, query.order, ladder))
    if query.facets:
        for name in FACETS:
            _count(search, name, [condition for other, condition in facets.items() if other != name], query.day)
        search = search.post_filter(Bool(filter=list(facets.values()))) if facets else search
    else:
        others += facets.values()
    tiers = [Tiers(ladder, text)] if text is not None and query.order == RELEVANCE else []
    return search.query(Bool(filter=[*others, *words], should=tiers) if others or words else MatchAll())


def search_text(text: SearchText, ladder: Ladder) -> Search:
    """Whether a text matches anything at all."""
    return _search(size=0, track_total_hits=1).query(Clauses(clauses(ladder.anywhere, text)))


def search_names(text: SearchText, ladder: Ladder, *, limit: int) -> Search:
    """Names that begin with what is typed, the best first."""
    search = _search(size=limit, track_total_hits=False).sort(*(key.as_json() for key in SORTS[RELEVANCE]))
    return search.query(Bool(filter=[Clauses(clauses(IN_NAME, text))], should=[Tiers(ladder, text)]))


def key_of(values: Iterable[SortValue], ordering: OrderingName, ladder: Ladder) -> tuple[KeyValue, ...]:
    """The sort values of a hit as the key of a cursor. Raises ``ValueError`` or ``OverflowError`` for others."""
    return tuple(_key_value(value, key, ladder) for key, value in zip(SORTS[ordering], values, strict=True))


def _after(cursor: Cursor, ordering: OrderingName, ladder: Ladder) -> list[SortValue]:
    return [_sort_value(value, key, ladder) for key, value in zip(SORTS[ordering], cursor.key, strict=True)]


def _sort_value(value: KeyValue, key: SortKey, ladder: Ladder) -> SortValue:
    match value:
        case None if key.missing is not None:
            return key.missing
        case datetime():
            return microseconds(value)
        case bytes():
            return value.decode()
        case int():
            return score_of(value, ladder) if key.field == "_score" else value
    raise TypeError(f"{value!r} is no value of {key.field}")


def _key_value(value: SortValue, key: SortKey, ladder: Ladder) -> KeyValue:
    if key.field == "name_sort" and isinstance(value, str):
        return value.encode()
    if key.field == "_score" and isinstance(value, int | float):
        return tier_of(value, ladder)
    if key.field in ("name_sort", "_score") or type(value) is not int:
        raise ValueError(f"{value!r} is no value of {key.field}")
    if key.field == "listed_at":
        return instant(value)
    return None if value == key.missing else value


def _search(**asked: Any) -> Search:
    # Ids are among the sort values: nothing else is needed of a hit.
    return Search().extra(_source=False, **asked)


def _conditions(filters: Filters, day: date) -> tuple[dict[FacetName, Query], list[Query]]:
    """The filters that are facets, and the others."""
    facets: dict[FacetName, Query] = {
        name: Terms(name, [str(value) for value in values])
        for name in ("province", "industry", "product_set")
        if (values := getattr(filters, name))
    }
    if filters.stars:
        facets["stars"] = _with_stars(day, Terms(_STARS, list(filters.stars)))
    others: list[Query] = []
    if filters.certified is not None:
        others.append(_with_stars(day) if filters.certified else ~_with_stars(day))
    if filters.producer is not None:
        others.append(Term("producer", {"value": str(filters.producer)}))
    if filters.price_min is not None or filters.price_max is not None:
        ends = {"gte": filters.price_min, "lte": filters.price_max}
        others.append(Range(price={end: price for end, price in ends.items() if price is not None}))
    if filters.in_stock:
        others.append(Range(sellable_until={"gte": day.isoformat()}))
    return facets, others


def _covers(day: date) -> Query:
    return Term("periods.days", {"value": day.isoformat()})


def _with_stars(day: date, *conditions: Query) -> Query:
    return Nested(path=_PERIODS, query=Bool(filter=[_covers(day), *conditions]))


def _count(search: Search, name: FacetName, conditions: list[Query], day: date) -> None:
    """Add the counts of a facet: below any number of ``within``, the buckets."""
    within: Any = search.aggs
    level: str = name
    if conditions:
        within, level = within.bucket(level, "filter", filter=Bool(filter=conditions)), "within"
    if name == "stars":
        within, level = within.bucket(level, "nested", path=_PERIODS), "within"
        within = within.bucket(level, "filter", filter=_covers(day))
    within.bucket(level, "terms", field=_STARS if name == "stars" else name, size=MAX_VALUES)


def counts_of(aggregations: Mapping[str, Any], name: FacetName) -> dict[int, int]:
    """How many listings have which value of a facet, by id or number of stars."""
    level = aggregations[name]
    while "buckets" not in level:
        level = level["within"]
    return {int(bucket["key"]): int(bucket["doc_count"]) for bucket in level["buckets"]}
