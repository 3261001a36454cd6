"""A page of listings as searches of Elasticsearch.

What is counted is apart from what is shown: a page stops as soon as it is full, so that a deep one costs what the first
does, and Elasticsearch keeps answers without hits until the index changes, so that the counts of a list are made once
for all of its pages and orderings.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from elasticsearch.dsl import Search

from catalog.search.engines.tiers import IN_NAME, Ladder
from catalog.search.query import FACETS, MAX_COUNT, RELEVANCE, FacetName, ListingQuery, SearchText
from ocop_badges.cursors import Cursor, KeyValue

from .filters import PERIODS, STARS, covers, facet_filters, other_filters, with_stars
from .orderings import SORTS, SortValue, after, stretches
from .words import clauses, tiers

Body = dict[str, Any]

MAX_VALUES = 1_000  # of a facet


@dataclass(frozen=True, slots=True)
class Part:
    """One search for hits of a page; ``leading`` key values are those that all of its hits have."""

    body: Body
    leading: tuple[KeyValue, ...] = ()


def page_parts(query: ListingQuery, text: SearchText | None, ladder: Ladder, cursor: Cursor | None) -> list[Part]:
    """The searches whose hits, one after the other, are the page and one hit more; backwards they come in reverse."""
    conditions = _conditions(query, text, ladder)
    if query.order != "-stars":
        ranks = [tiers(ladder, text)] if text is not None and query.order == RELEVANCE else []
        begin = None if cursor is None else after(cursor.key, query.order, ladder)
        return [Part(_page(query, conditions, ranks, begin, cursor, track_total_hits=MAX_COUNT))]
    parts = []
    for stars, begin in stretches(query.filters, cursor):
        narrowed = [*conditions, with_stars(query.day, stars)]
        parts.append(Part(_page(query, narrowed, [], begin, cursor, track_total_hits=False), leading=(stars,)))
    return parts


def count_body(query: ListingQuery, text: SearchText | None, ladder: Ladder) -> Body:
    """How many there are, where no page tells."""
    return _counting(_conditions(query, text, ladder), up_to=MAX_COUNT)


def facets_body(query: ListingQuery, text: SearchText | None, ladder: Ladder) -> Body:
    """The counts of all facets, each without its own filter."""
    facets = facet_filters(query.filters, query.day)
    body = _counting([*other_filters(query.filters, query.day), *_words(text, ladder)], up_to=False)
    body["aggs"] = {
        name: _facet(name, [condition for other, condition in facets.items() if other != name], query.day)
        for name in FACETS
    }
    return body


def text_body(text: SearchText, ladder: Ladder) -> Body:
    """Whether a text matches anything at all."""
    return _counting(clauses(ladder.anywhere, text), up_to=1)


def names_body(text: SearchText, ladder: Ladder, *, limit: int) -> Body:
    """Names that begin with what is typed, the best first."""
    search = Search().sort(*(key.as_json() for key in SORTS[RELEVANCE]))
    return _finished(search, clauses(IN_NAME, text), [tiers(ladder, text)], size=limit, track_total_hits=False)


def counts_of(aggregations: Mapping[str, Any], name: FacetName) -> dict[int, int]:
    """How many listings have which value of a facet, by id or number of stars."""
    level = aggregations[name]
    while "buckets" not in level:
        level = level["within"]
    return {int(bucket["key"]): int(bucket["doc_count"]) for bucket in level["buckets"]}


def _page(
    query: ListingQuery,
    conditions: list[Body],
    ranks: list[Body],
    begin: list[SortValue] | None,
    cursor: Cursor | None,
    **asked: Any,
) -> Body:
    backwards = cursor is not None and cursor.backwards
    search = Search().sort(*(key.as_json(backwards=backwards) for key in SORTS[query.order]))
    beyond = {} if begin is None else {"search_after": begin}
    return _finished(search, conditions, ranks, size=query.page_size + 1, **beyond, **asked)


def _counting(conditions: list[Body], *, up_to: int | bool) -> Body:
    return _finished(Search(), conditions, [], size=0, track_total_hits=up_to)


def _finished(search: Search, conditions: list[Body], ranks: list[Body], **asked: Any) -> Body:
    # Ids are among the sort values: nothing else is needed of a hit.
    body: Body = search.extra(_source=False, **asked).to_dict()
    body["query"] = {"bool": {"filter": conditions, "should": ranks}} if conditions else {"match_all": {}}
    return body


def _conditions(query: ListingQuery, text: SearchText | None, ladder: Ladder) -> list[Body]:
    return [
        *facet_filters(query.filters, query.day).values(),
        *other_filters(query.filters, query.day),
        *_words(text, ladder),
    ]


def _words(text: SearchText | None, ladder: Ladder) -> list[Body]:
    return [] if text is None else clauses(ladder.anywhere, text)


def _facet(name: FacetName, conditions: list[Body], day: date) -> Body:
    """Below any number of ``within``, the buckets."""
    facet: Body = {"terms": {"field": STARS if name == "stars" else name, "size": MAX_VALUES}}
    if name == "stars":
        facet = {"filter": covers(day).to_dict(), "aggs": {"within": facet}}
        facet = {"nested": {"path": PERIODS}, "aggs": {"within": facet}}
    if conditions:
        facet = {"filter": {"bool": {"filter": conditions}}, "aggs": {"within": facet}}
    return facet
