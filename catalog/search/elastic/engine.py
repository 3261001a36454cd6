"""The Elasticsearch engine: the index finds, counts and orders; the database says what a card says.

So stars that ended or were revoked a moment ago are gone at once, whatever the index still holds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from catalog.cards import Card, load_cards
from catalog.models import Listing
from catalog.models.fields import in_language
from catalog.search.breaker import EngineAway
from catalog.search.engines.orderings import kinds_of
from catalog.search.engines.tiers import EXACTLY, NEARLY, Ladder
from catalog.search.query import (
    FACETS,
    FacetName,
    Filters,
    Hits,
    ListingQuery,
    OrderingName,
    Relation,
    SearchText,
    Suggestion,
)
from ocop_badges.cursors import Cursor, KeyValue, decode, encode

from .answers import Answer, Deadline, ask
from .labels import label_facets
from .orderings import key_of
from .queries import count_body, counts_of, facets_body, names_body, page_parts, text_body

Key = tuple[KeyValue, ...]


class ElasticsearchEngine:
    """Two queries of the database a page, one of them for the labels of facets; none for each hit."""

    name = "elasticsearch"

    def search(self, query: ListingQuery) -> Hits:
        """Raises ``BadCursor``, and ``EngineAway`` where there is no answer that can be believed."""
        text = None if query.text is None else SearchText.of(query.text)
        cursor = None
        if query.cursor is not None:
            cursor = decode(query.cursor, ordering=query.order, kinds=kinds_of(query.order))
        if text is not None and not text.folded:
            return Hits(self.name, total=0, cards=[], facets={name: [] for name in FACETS} if query.facets else None)
        found = _find(query, text, cursor)
        keys, following, previous = _cut(found.keys, query, cursor)
        cards = load_cards((_id(key) for key in keys), day=query.day, lang=query.lang)
        shown = [card for key in keys if (card := cards.get(_id(key))) and _still_meets(card, query.filters)]
        return Hits(
            self.name,
            total=found.total - (len(keys) - len(shown)) if found.relation == "eq" else found.total,
            relation=found.relation,
            cards=shown,
            next=following,
            previous=previous,
            facets=None if found.counts is None else label_facets(found.counts, lang=query.lang),
        )

    def suggest(self, text: str, *, lang: str, limit: int) -> list[Suggestion]:
        """Raises ``EngineAway``."""
        words = SearchText.of(text)
        if not words.folded:
            return []
        (answer,) = ask([names_body(words, EXACTLY, limit=limit)], Deadline())
        ids = [_id(key) for key in _keys(answer, "relevance", EXACTLY)]
        rows = Listing.objects.filter(pk__in=ids).values_list(
            "pk", "product__name", "product__name_en", "product__slug"
        )
        named = {pk: Suggestion(in_language(name, name_en, lang), slug) for pk, name, name_en, slug in rows}
        return [named[pk] for pk in ids if pk in named]


@dataclass(frozen=True, slots=True)
class _Found:
    """``keys`` are those of the page and one more, in the order they were looked for; ``counts`` those of facets."""

    total: int
    relation: Relation
    keys: list[Key]
    counts: Mapping[FacetName, Mapping[int, int]] | None


def _find(query: ListingQuery, text: SearchText | None, cursor: Cursor | None) -> _Found:
    """Near words count only where the text alone finds nothing as it was typed."""
    deadline = Deadline()
    found = _find_by(EXACTLY, query, text, cursor, deadline)
    if found.total or text is None:
        return found
    if query.filters != Filters() and ask([text_body(text, EXACTLY)], deadline)[0].total:
        return found
    return _find_by(NEARLY, query, text, cursor, deadline)


def _find_by(
    ladder: Ladder, query: ListingQuery, text: SearchText | None, cursor: Cursor | None, deadline: Deadline
) -> _Found:
    parts = page_parts(query, text, ladder, cursor)
    counting = [] if any(part.body["track_total_hits"] for part in parts) else [count_body(query, text, ladder)]
    faceted = [facets_body(query, text, ladder)] if query.facets else []
    answers = ask([*(part.body for part in parts), *counting, *faceted], deadline)
    keys = [
        (*part.leading, *key)
        for part, answer in zip(parts, answers, strict=False)
        for key in _keys(answer, query.order, ladder)
    ]
    counted = answers[len(parts) if counting else 0]
    return _Found(
        total=counted.total,
        relation=counted.relation,
        keys=keys[: query.page_size + 1],
        counts=_counts(answers[-1]) if faceted else None,
    )


def _cut(keys: list[Key], query: ListingQuery, cursor: Cursor | None) -> tuple[list[Key], str | None, str | None]:
    """The keys of the page, in order, with the cursors of the next and the previous one."""
    backwards = cursor is not None and cursor.backwards
    more = len(keys) > query.page_size
    keys = keys[: query.page_size][:: -1 if backwards else 1]
    if not keys:
        return keys, None, None
    has_next = backwards or more
    has_previous = more if backwards else cursor is not None
    return (
        keys,
        encode(Cursor(keys[-1]), ordering=query.order) if has_next else None,
        encode(Cursor(keys[0], backwards=True), ordering=query.order) if has_previous else None,
    )


def _keys(answer: Answer, ordering: OrderingName, ladder: Ladder) -> list[Key]:
    try:
        return [key_of(values, ordering, ladder) for values in answer.hits]
    except (OverflowError, ValueError) as error:
        raise EngineAway(f"Elasticsearch gave other sort values: {error}") from error


def _counts(answer: Answer) -> Mapping[FacetName, Mapping[int, int]]:
    try:
        return {name: counts_of(answer.aggregations, name) for name in FACETS}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EngineAway("Elasticsearch gave other facets.") from error


def _id(key: Key) -> int:
    """Every ordering ends with it."""
    return cast("int", key[-1])


def _still_meets(card: Card, filters: Filters) -> bool:
    """Whether the card is one that was asked for; the index may not have heard of a change yet."""
    stars = card.badge.stars if card.badge else None
    return (
        (not filters.stars or stars in filters.stars)
        and filters.certified in (None, stars is not None)
        and (card.in_stock or not filters.in_stock)
        and (filters.price_min is None or (card.price is not None and card.price >= filters.price_min))
        and (filters.price_max is None or (card.price is not None and card.price <= filters.price_max))
    )
