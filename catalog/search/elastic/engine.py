"""The Elasticsearch engine: the index finds, counts and orders; the database says what a card says.

So stars that ended or were revoked a moment ago are gone at once, whatever the index still holds.
"""

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
    FacetValue,
    Filters,
    Hits,
    ListingQuery,
    OrderingName,
    SearchText,
    Suggestion,
)
from ocop_badges.cursors import Cursor, KeyValue, decode, encode

from .answers import Answer, Deadline, ask
from .labels import label_facets
from .queries import SortValue, counts_of, key_of, search_names, search_page, search_text

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
        answer, ladder = _answer(query, text, cursor)
        keys, following, previous = _cut(answer, ladder, query, cursor)
        cards = load_cards((_id(key) for key in keys), day=query.day, lang=query.lang)
        shown = [card for key in keys if (card := cards.get(_id(key))) and _still_meets(card, query.filters)]
        return Hits(
            self.name,
            total=answer.total - (len(keys) - len(shown)) if answer.relation == "eq" else answer.total,
            relation=answer.relation,
            cards=shown,
            next=following,
            previous=previous,
            facets=_facets(answer, query.lang) if query.facets else None,
        )

    def suggest(self, text: str, *, lang: str, limit: int) -> list[Suggestion]:
        """Raises ``EngineAway``."""
        words = SearchText.of(text)
        if not words.folded:
            return []
        answer = ask(search_names(words, EXACTLY, limit=limit), Deadline())
        ids = [_id(_key(values, "relevance", EXACTLY)) for values in answer.hits]
        rows = Listing.objects.filter(pk__in=ids).values_list(
            "pk", "product__name", "product__name_en", "product__slug"
        )
        named = {pk: Suggestion(in_language(name, name_en, lang), slug) for pk, name, name_en, slug in rows}
        return [named[pk] for pk in ids if pk in named]


def _answer(query: ListingQuery, text: SearchText | None, cursor: Cursor | None) -> tuple[Answer, Ladder]:
    """The answer, and by which ladder it was found: near words count where the text alone finds nothing as typed."""
    deadline = Deadline()
    answer = ask(search_page(query, text, EXACTLY, cursor), deadline)
    if answer.total or text is None:
        return answer, EXACTLY
    if query.filters != Filters() and ask(search_text(text, EXACTLY), deadline).total:
        return answer, EXACTLY
    return ask(search_page(query, text, NEARLY, cursor), deadline), NEARLY


def _cut(
    answer: Answer, ladder: Ladder, query: ListingQuery, cursor: Cursor | None
) -> tuple[list[Key], str | None, str | None]:
    """The keys of the page, in order, with the cursors of the next and the previous one."""
    backwards = cursor is not None and cursor.backwards
    keys = [_key(values, query.order, ladder) for values in answer.hits]
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


def _key(values: list[SortValue], ordering: OrderingName, ladder: Ladder) -> Key:
    try:
        return key_of(values, ordering, ladder)
    except (OverflowError, ValueError) as error:
        raise EngineAway(f"Elasticsearch gave other sort values: {error}") from error


def _id(key: Key) -> int:
    """Every ordering ends with it."""
    return cast("int", key[-1])


def _facets(answer: Answer, lang: str) -> dict[FacetName, list[FacetValue]]:
    try:
        counts = {name: counts_of(answer.aggregations, name) for name in FACETS}
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise EngineAway("Elasticsearch gave other facets.") from error
    return label_facets(counts, lang=lang)


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
