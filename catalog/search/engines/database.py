"""What the engines in a database share: filters, orderings, keyset pages, counts and facets over ``catalog_listing``.

SQL by hand with named parameters: a page of listings is the answer asked for most, and the shape of its query decides
whether the last page costs what the first does. Two queries a page, facets included; a third where the page spans the
rows with and without a price (or stars).
"""
# ruff: noqa: S608 - only fixed text and checked numbers are pasted into SQL; all else is a parameter

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from django.db import connection

from catalog.cards import BADGE_JOIN, CARD_COLUMNS, CARD_JOINS, CARD_WIDTH, card_of
from catalog.models import Listing
from catalog.models.fields import in_language
from catalog.search.query import (
    FACETS,
    MAX_COUNT,
    RELEVANCE,
    FacetName,
    FacetValue,
    Filters,
    Hits,
    ListingQuery,
    SearchText,
    Suggestion,
)
from catalog.search.vocabulary import corrections
from ocop_badges.cursors import Cursor, KeyValue, decode, encode

from . import ranking
from .conditions import FACET_COLUMNS, FOUND_COLUMNS, Conditions, conditions_of, from_where
from .orderings import SEGMENTS, Key, Segment, kinds_of
from .ranking import rank_all, rank_page
from .tiers import EXACTLY, IN_NAME, NEARLY, Reading, Terms, near_words

Params = dict[str, Any]
Facets = dict[FacetName, list[FacetValue]]

# Below so many hits, the hits are gathered and sorted; from there on, a page is read along the index of its ordering
# and each row tested. (A page of 24 needs ``24 * 17400 / hits`` tests, the other way ``hits`` look-ups.)
MANY = 600


class DatabaseEngine(ABC):
    """An engine over the tables of the shop itself: what it answers is what is stored, at once."""

    name: str
    tries_tiers = False  # of many hits one tier after the other, until a page is full
    counts_tables_at_once = False  # the rows of a table without walking through them

    @abstractmethod
    def matches(self, alternatives: Sequence[Terms], params: Params) -> str:
        """A condition on a listing ``l``: all terms of any alternative are found. Adds what it needs to ``params``."""

    def column_of_words(self, listing: Listing) -> str | None:
        """What the engine keeps of a listing's words in its own row."""
        return None

    @abstractmethod
    def write_words(self, product_ids: Sequence[int], listings: Sequence[Listing]) -> None:
        """Bring an index of words beside the listings up to date: of ``product_ids``, only ``listings`` are left."""

    def search(self, query: ListingQuery) -> Hits:
        text = None if query.text is None else SearchText.of(query.text)
        cursor = None
        if query.cursor is not None:
            cursor = decode(query.cursor, ordering=query.order, kinds=kinds_of(query.order))
        if text is not None and not text.folded:
            return Hits(self.name, total=0, cards=[], facets={name: [] for name in FACETS} if query.facets else None)
        params: Params = {"day": query.day}
        reading = None if text is None else Reading(text, EXACTLY)
        conditions, total, facets = self._count(query, reading, params)
        if not total and reading and not self._is_found(query, reading):
            reading = Reading(reading.text, NEARLY, corrections(near_words(reading.text)))
            conditions, total, facets = self._count(query, reading, params)
        rows = self._rows(query, conditions, reading, cursor, total, params) if total else []
        page, following, previous = _cut(rows, query, cursor)
        return Hits(
            self.name,
            total=min(total, MAX_COUNT),
            relation="gte" if total > MAX_COUNT else "eq",
            cards=[card_of(row, day=query.day, lang=query.lang) for row in page],
            next=following,
            previous=previous,
            facets=facets,
        )

    def suggest(self, text: str, *, lang: str, limit: int) -> list[Suggestion]:
        words = SearchText.of(text)
        if not words.folded:
            return []
        params: Params = {"limit": limit}
        reading = Reading(words, EXACTLY)
        found = from_where("catalog_listing l", [self.matches([reading.terms(IN_NAME)], params)])
        rows = self._fetch(
            f"SELECT p.name, p.name_en, p.slug FROM ({rank_all(reading, found, self.matches, params)}) AS ranked"
            " JOIN catalog_product p ON p.id = ranked.product_id"
            " ORDER BY ranked.tier, ranked.size, ranked.product_id LIMIT %(limit)s",
            params,
        )
        return [Suggestion(text=in_language(name, name_en, lang), slug=slug) for name, name_en, slug in rows]

    def _rows(
        self,
        query: ListingQuery,
        conditions: Conditions,
        reading: Reading | None,
        cursor: Cursor | None,
        total: int,
        params: Params,
    ) -> list[Sequence[Any]]:
        """One row more than the page, in the order asked: cards, each with the key of its segment."""
        backwards = cursor is not None and cursor.backwards
        segments = SEGMENTS[query.order][:: -1 if backwards else 1]
        wanted = query.page_size + 1
        rows: list[Sequence[Any]] = []
        after = cursor.key if cursor else None
        ranked = ""
        if query.order == RELEVANCE and reading is not None:
            ranked = self._ranked(reading, conditions, cursor, total, wanted, params)
        for segment in segments:
            if after is not None and len(segments) > 1 and bool(segment.skipped) != (after[0] is None):
                continue
            tables, tests = (f"({ranked}) AS l", []) if ranked else _source(segment, conditions, total)
            rows += self._segment(segment, tables, tests, after, backwards, wanted - len(rows), params)
            after = None
            if len(rows) >= wanted or (cursor is None and len(rows) == total):
                break
        return rows[::-1] if backwards else rows

    def _ranked(
        self,
        reading: Reading,
        conditions: Conditions,
        cursor: Cursor | None,
        total: int,
        wanted: int,
        params: Params,
    ) -> str:
        if not self.tries_tiers or total <= ranking.MANY:
            return rank_all(reading, from_where(*conditions.all_of_them()), self.matches, params)
        tables, tests = replace(conditions, text="").one_by_one()
        return rank_page(reading, tables, tests, self.matches, cursor, wanted, params)

    def _segment(
        self,
        segment: Segment,
        tables: str,
        tests: Sequence[str],
        after: Sequence[KeyValue] | None,
        backwards: bool,
        limit: int,
        params: Params,
    ) -> list[Sequence[Any]]:
        """Rows of one segment from ``after`` on: the page is found first, by an index, then joined to its cards."""
        descending = segment.descending != backwards
        direction = " DESC" if descending else ""
        beyond = [] if after is None else [_beyond(segment.keys, after[segment.skipped :], descending, params)]
        if segment.where and (after is None or segment.skipped):  # no null is beyond a value
            beyond.append(segment.where)
        columns = ", ".join(f"{key.sql} AS k{at}" for at, key in enumerate(segment.keys))
        order = ", ".join(f"{key.sql}{direction}" for key in segment.keys)
        found = (
            f"SELECT l.product_id AS id, {columns} FROM {from_where(tables, [*tests, *beyond])}"
            f" ORDER BY {order} LIMIT {limit}"
        )
        numbered = range(len(segment.keys))
        return self._fetch(
            f"SELECT {CARD_COLUMNS}, {', '.join(f'page.k{at}' for at in numbered)}"
            f" FROM ({found}) AS page JOIN catalog_listing l ON l.product_id = page.id {CARD_JOINS}"
            f" ORDER BY {', '.join(f'page.k{at}{direction}' for at in numbered)}",
            params,
        )

    def _count(
        self, query: ListingQuery, reading: Reading | None, params: Params
    ) -> tuple[Conditions, int, Facets | None]:
        """The conditions, how many listings meet them (of more than ``MAX_COUNT``, one more), and facets if asked.

        One query.
        """
        conditions = conditions_of(query.filters, "" if reading is None else self.matches([reading.anywhere], params))
        if query.facets:
            total, facets = self._facets(conditions, params, query.lang)
            return conditions, total, facets
        return conditions, int(self._fetch(self._counting(conditions), params)[0][0]), None

    def _counting(self, conditions: Conditions) -> str:
        tables, tests = conditions.all_of_them()
        if self.counts_tables_at_once and not tests:
            return f"SELECT MIN(COUNT(*), {MAX_COUNT + 1}) FROM {tables}"
        return f"SELECT COUNT(*) FROM (SELECT 1 FROM {from_where(tables, tests)} LIMIT {MAX_COUNT + 1}) AS counted"

    def _is_found(self, query: ListingQuery, reading: Reading) -> bool:
        """Whether the text alone, without the filters, matches anything."""
        if query.filters == Filters():
            return False
        params: Params = {}
        found = from_where("catalog_listing l", [self.matches([reading.anywhere], params)])
        return bool(self._fetch(f"SELECT EXISTS (SELECT 1 FROM {found})", params)[0][0])

    def _facets(self, conditions: Conditions, params: Params, lang: str) -> tuple[int, Facets]:
        """The total, and counts by value, each facet without its own filter; the text is looked up once."""
        found = ""
        if conditions.text:
            found = (
                "WITH found AS MATERIALIZED"
                f" (SELECT {FOUND_COLUMNS} FROM {from_where('catalog_listing l', [conditions.text])}) "
            )
        all_found = replace(conditions, words_are_found=bool(conditions.text))
        counts = [
            f"SELECT '' AS facet, 0 AS position, '' AS sort_name, '', '', '', '', '', ({self._counting(all_found)})"
        ]
        for name, column in FACET_COLUMNS.items():
            counted = from_where(*conditions.to_count(name).all_of_them())
            labels, join = _FACET_LABELS[name]
            counts.append(
                f"SELECT '{name}', {labels}, counted.n FROM (SELECT {column} AS id, COUNT(*) AS n"
                f" FROM {counted} GROUP BY {column}) AS counted {join}"
            )
        rows = self._fetch(f"{found}{' UNION ALL '.join(counts)} ORDER BY facet, position, sort_name", params)
        (*_, total), *values = rows  # the name of no facet sorts first
        facets: Facets = {name: [] for name in FACETS}
        for name, _position, _sort_name, code, vi, en, group_vi, group_en, count in values:
            facets[name].append(
                FacetValue(int(code), count)
                if name == "stars"
                else FacetValue(code, count, in_language(vi, en, lang), in_language(group_vi, group_en, lang))
            )
        return int(total), facets

    def _fetch(self, sql: str, params: Params) -> list[Sequence[Any]]:
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            rows: list[Sequence[Any]] = cursor.fetchall()
        return rows


# For each facet: position, name to sort by, code, name and English name of its values, the same of what they are part
# of, and where they are.
_FACET_LABELS: Final[dict[FacetName, tuple[str, str]]] = {
    "stars": ("-counted.id, '', CAST(counted.id AS TEXT), '', '', '', ''", ""),
    "province": ("0, x.name_key, x.code, x.name, '', '', ''", "JOIN catalog_province x ON x.id = counted.id"),
    "industry": (
        "x.position, '', x.code, x.name, x.name_en, '', ''",
        "JOIN catalog_industry x ON x.id = counted.id",
    ),
    "product_set": (
        "x.position, '', x.code, x.name, x.name_en, n.name, n.name_en",
        "JOIN catalog_productset x ON x.id = counted.id JOIN catalog_industry n ON n.id = x.industry_id",
    ),
}


def _source(segment: Segment, conditions: Conditions, total: int) -> tuple[str, list[str]]:
    """Tables and tests of a page: along the index of the ordering, or, of few hits, from the hits."""
    if segment.join:
        tables, tests = conditions.all_of_them()
        return tables if BADGE_JOIN in tables else f"{tables} {segment.join}", tests
    return conditions.all_of_them() if total < MANY else conditions.one_by_one()


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
