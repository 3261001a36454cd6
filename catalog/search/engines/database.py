"""What the engines in a database share: filters, orderings, keyset pages, counts and facets over ``catalog_listing``.

SQL by hand with named parameters: a page of listings is the answer asked for most, and the shape of its query decides
whether the last page costs what the first does. Two queries a page, a third where the page spans the rows with and
without a price (or stars), and one for each facet.
"""
# ruff: noqa: S608 - only fixed text and checked numbers are pasted into SQL; all else is a parameter

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection

from catalog.cards import BADGE_JOIN, CARD_COLUMNS, CARD_JOINS, CARD_WIDTH, HAS_BADGE, card_of
from catalog.models import Listing
from catalog.models.fields import in_language
from catalog.search.query import (
    FACETS,
    RELEVANCE,
    FacetName,
    FacetValue,
    Filters,
    Hits,
    ListingQuery,
    SearchText,
    Suggestion,
)
from ocop_badges.cursors import Cursor, KeyValue, decode, encode

from .orderings import SEGMENTS, Key, Segment, kinds_of
from .tiers import ANYWHERE, IN_NAME, TIERS, Match

Params = dict[str, Any]
Conditions = dict[str, str]  # by the filter they come from

# Below so many hits, the hits are gathered and sorted; from there on, a page is read along the index of its ordering
# and each row tested. (A page of 24 needs ``24 * 17400 / hits`` tests, the other way ``hits`` look-ups.)
MANY = 600


class DatabaseEngine(ABC):
    """An engine over the tables of the shop itself: what it answers is what is stored, at once."""

    name: str

    @abstractmethod
    def matches(self, text: SearchText, match: Match, params: Params) -> str:
        """A condition on a listing ``l``: that all words of the text match. Adds its parameters to ``params``."""

    @abstractmethod
    def write_words(self, product_ids: Sequence[int], listings: Sequence[Listing]) -> None:
        """Bring the engine's own index of words up to date: of ``product_ids``, only ``listings`` are left."""

    def search(self, query: ListingQuery) -> Hits:
        text = None if query.text is None else SearchText.of(query.text)
        cursor = decode(query.cursor, ordering=query.order, kinds=kinds_of(query.order)) if query.cursor else None
        if text is not None and not text.folded:
            return Hits(self.name, total=0, cards=[], facets={name: [] for name in FACETS} if query.facets else None)
        params: Params = {"day": query.day}
        conditions = self._conditions(query.filters, text, params)
        total = self._count(conditions, params)
        rows = self._rows(query, text, cursor, total, params) if total else []
        page, following, previous = _cut(rows, query, cursor)
        return Hits(
            self.name,
            total=total,
            cards=[card_of(row, day=query.day, lang=query.lang) for row in page],
            next=following,
            previous=previous,
            facets=self._facets(conditions, params, query.lang) if query.facets else None,
        )

    def suggest(self, text: str, *, lang: str, limit: int) -> list[Suggestion]:
        words = SearchText.of(text)
        if not words.folded:
            return []
        params: Params = {"limit": limit}
        condition = self.matches(words, IN_NAME, params)
        rows = self._fetch(
            f"SELECT p.name, p.name_en, p.slug FROM ({self._ranked(words, [condition], params)}) AS ranked"
            " JOIN catalog_product p ON p.id = ranked.product_id"
            " ORDER BY ranked.tier, ranked.size, ranked.product_id LIMIT %(limit)s",
            params,
        )
        return [Suggestion(text=in_language(name, name_en, lang), slug=slug) for name, name_en, slug in rows]

    def _conditions(
        self, filters: Filters, text: SearchText | None, params: Params, *, test_each: bool = False
    ) -> Conditions:
        """The filters and the text in SQL. ``test_each``: as tests of one row, leaving the index to the ordering."""
        conditions: Conditions = {}
        if text is not None:
            found = self.matches(text, ANYWHERE, params)
            conditions["text"] = f"+{found}" if test_each and found.startswith("l.") else found
        if filters.stars:
            conditions["stars"] = _has_badge(f"b.stars IN ({_list(filters.stars)})", test_each=test_each)
        if filters.certified is not None:
            has_badge = _has_badge("TRUE", test_each=test_each)
            conditions["certified"] = has_badge if filters.certified else f"NOT {has_badge}"
        for name in ("province", "industry", "product_set"):
            if ids := getattr(filters, name):
                conditions[name] = f"l.{name}_id IN ({_list(ids)})"
        if filters.producer is not None:
            conditions["producer"] = f"l.producer_id = {int(filters.producer)}"
        if filters.price_min is not None:
            conditions["price_min"] = f"l.price >= {int(filters.price_min)}"
        if filters.price_max is not None:
            conditions["price_max"] = f"l.price <= {int(filters.price_max)}"
        if filters.in_stock:
            conditions["in_stock"] = "l.sellable_until >= %(day)s"
        return conditions

    def _count(self, conditions: Conditions, params: Params) -> int:
        rows = self._fetch(f"SELECT COUNT(*) FROM catalog_listing l {_where(conditions.values())}", params)
        return int(rows[0][0])

    def _rows(
        self, query: ListingQuery, text: SearchText | None, cursor: Cursor | None, total: int, params: Params
    ) -> list[Sequence[Any]]:
        """One row more than the page, in the direction of the cursor, each a card and the key of its segment."""
        backwards = cursor is not None and cursor.backwards
        segments = SEGMENTS[query.order][:: -1 if backwards else 1]
        conditions = self._conditions(query.filters, text, params, test_each=total >= MANY)
        wanted = query.page_size + 1
        rows: list[Sequence[Any]] = []
        after = cursor.key if cursor else None
        for segment in segments:
            if after is not None and segment.skipped != int(after[0] is None) and len(segments) > 1:
                continue
            ranked = self._ranked(text, conditions.values(), params) if query.order == RELEVANCE and text else None
            rows += self._segment(segment, conditions, ranked, after, backwards, wanted - len(rows), params)
            after = None
            if len(rows) >= wanted or (cursor is None and len(rows) == total):
                break
        return rows[::-1] if backwards else rows

    def _segment(
        self,
        segment: Segment,
        conditions: Conditions,
        ranked: str | None,
        after: Sequence[KeyValue] | None,
        backwards: bool,
        limit: int,
        params: Params,
    ) -> list[Sequence[Any]]:
        """Rows of one segment from ``after`` on: the page is found first, by an index, then joined to its cards."""
        tests = list(conditions.values()) if ranked is None else []
        if segment.where:
            tests.append(segment.where)
        descending = segment.descending != backwards
        if after is not None:
            tests.append(_beyond(segment.keys, after[segment.skipped :], descending, params))
        direction = " DESC" if descending else ""
        numbered = range(len(segment.keys))
        found = (
            f"SELECT l.product_id AS id, {', '.join(f'{key.sql} AS k{at}' for at, key in enumerate(segment.keys))}"
            f" FROM {f'({ranked}) AS l' if ranked else f'catalog_listing l {segment.join}'} {_where(tests)}"
            f" ORDER BY {', '.join(f'{key.sql}{direction}' for key in segment.keys)} LIMIT {limit}"
        )
        return self._fetch(
            f"SELECT {CARD_COLUMNS}, {', '.join(f'page.k{at}' for at in numbered)}"
            f" FROM ({found}) AS page JOIN catalog_listing l ON l.product_id = page.id {CARD_JOINS}"
            f" ORDER BY {', '.join(f'page.k{at}{direction}' for at in numbered)}",
            params,
        )

    def _ranked(self, text: SearchText, conditions: Iterable[str], params: Params) -> str:
        """A query of listings with their tier of relevance and the length of their name."""
        cases = "".join(f" WHEN {self.matches(text, match, params)} THEN {at}" for at, match in enumerate(TIERS))
        return (
            f"SELECT l.product_id, CASE{cases} ELSE {len(TIERS)} END AS tier, LENGTH(l.name_folded) AS size"
            f" FROM catalog_listing l {_where(conditions)}"
        )

    def _facets(self, conditions: Conditions, params: Params, lang: str) -> dict[FacetName, list[FacetValue]]:
        """Counts by value, each facet without its own filter; one query each."""
        stars = self._fetch(
            f"SELECT b.stars, COUNT(*) FROM catalog_listing l {BADGE_JOIN} {_where_without('stars', conditions)}"
            " GROUP BY b.stars ORDER BY b.stars DESC",
            params,
        )
        facets: dict[FacetName, list[FacetValue]] = {"stars": [FacetValue(value, count) for value, count in stars]}
        for name, (table, name_en, order) in _LABELLED.items():
            rows = self._fetch(
                f"SELECT x.code, x.name, {name_en}, counted.n FROM"
                f" (SELECT l.{name}_id AS id, COUNT(*) AS n FROM catalog_listing l {_where_without(name, conditions)}"
                f" GROUP BY l.{name}_id) AS counted JOIN {table} x ON x.id = counted.id ORDER BY {order}",
                params,
            )
            facets[name] = [FacetValue(code, n, label=in_language(vi, en, lang)) for code, vi, en, n in rows]
        return facets

    def _fetch(self, sql: str, params: Params) -> list[Sequence[Any]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows: list[Sequence[Any]] = cursor.fetchall()
        return rows


# Facet → table of its values, their English name, their order.
_LABELLED: Final[dict[FacetName, tuple[str, str, str]]] = {
    "province": ("catalog_province", "''", "x.name_key"),
    "industry": ("catalog_industry", "x.name_en", "x.position"),
    "product_set": ("catalog_productset", "x.name_en", "x.position"),
}


def _cut(
    rows: Sequence[Sequence[Any]], query: ListingQuery, cursor: Cursor | None
) -> tuple[Sequence[Sequence[Any]], str | None, str | None]:
    """The page out of the rows fetched, with the cursors of the next and the previous one."""
    size = query.page_size
    backwards = cursor is not None and cursor.backwards
    more = len(rows) > size
    page = rows[-size:] if backwards else rows[:size]
    if not page:
        return page, None, None
    has_next = backwards or more
    has_previous = more if backwards else cursor is not None
    width = len(kinds_of(query.order))
    return (
        page,
        encode(Cursor(_key(page[-1], width)), ordering=query.order) if has_next else None,
        encode(Cursor(_key(page[0], width), backwards=True), ordering=query.order) if has_previous else None,
    )


def _key(row: Sequence[Any], width: int) -> tuple[KeyValue, ...]:
    """The sort key of a row, with nulls in front where its segment skips keys."""
    values = [_portable(value) for value in row[CARD_WIDTH:]]
    return (*[None] * (width - len(values)), *values)


def _portable(value: Any) -> KeyValue:
    if isinstance(value, datetime):  # SQLite keeps instants in UTC, without saying so
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return bytes(value) if isinstance(value, memoryview) else value


def _beyond(keys: Sequence[Key], after: Sequence[KeyValue], descending: bool, params: Params) -> str:
    places = []
    for at, value in enumerate(after):
        params[f"after{at}"] = connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value
        places.append(f"%(after{at})s")
    columns = ", ".join(key.sql for key in keys)
    return f"({columns}) {'<' if descending else '>'} ({', '.join(places)})"


def _has_badge(which: str, *, test_each: bool) -> str:
    if test_each:
        return f"EXISTS (SELECT 1 FROM ocop_badges_badgeperiod b WHERE {HAS_BADGE} AND {which})"
    return (
        "l.product_id IN (SELECT b.product_id FROM ocop_badges_badgeperiod b"
        f" WHERE b.starts_on <= %(day)s AND b.ends_on > %(day)s AND {which})"
    )


def _list(numbers: Iterable[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers)


def _where(conditions: Iterable[str]) -> str:
    joined = " AND ".join(conditions)
    return f"WHERE {joined}" if joined else ""


def _where_without(name: str, conditions: Conditions) -> str:
    return _where(condition for key, condition in conditions.items() if key != name)
