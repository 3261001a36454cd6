"""The port of the search: what is asked, and what comes back. Engines differ in how, never in what."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal, Self

from catalog.cards import Card

from .folding import accented_words, folded_words

MAX_TEXT = 200  # characters of a query that count
MAX_COUNT = 20_000  # hits that are counted one by one; of more there are "at least" so many

OrderingName = Literal["relevance", "newest", "price", "-price", "-stars", "name"]
Relation = Literal["eq", "gte"]
FacetName = Literal["stars", "province", "industry", "product_set"]

RELEVANCE: OrderingName = "relevance"
NEWEST: OrderingName = "newest"
ORDERINGS: tuple[OrderingName, ...] = (RELEVANCE, NEWEST, "price", "-price", "-stars", "name")
FACETS: tuple[FacetName, ...] = ("stars", "province", "industry", "product_set")


@dataclass(frozen=True, slots=True)
class SearchText:
    """What was typed, as words. Without any word there is nothing to find."""

    folded: tuple[str, ...]
    accented: tuple[str, ...]

    @classmethod
    def of(cls, text: str) -> Self:
        """Any text is fine: NUL is dropped, the first 200 characters count, what is no letter or digit separates."""
        text = text.replace("\0", "")[:MAX_TEXT]
        return cls(folded=tuple(folded_words(text)), accented=tuple(accented_words(text)))

    @property
    def has_accents(self) -> bool:
        """Whether accents were typed. Without any, nothing is known of those meant."""
        return self.folded != self.accented


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which listings count: all conditions hold, of several values of one any does. Ids are primary keys.

    ``stars`` and ``certified`` are about the day asked; prices are in đồng, both ends included.
    """

    stars: tuple[int, ...] = ()
    certified: bool | None = None
    province: tuple[int, ...] = ()
    industry: tuple[int, ...] = ()
    product_set: tuple[int, ...] = ()
    producer: int | None = None
    price_min: int | None = None
    price_max: int | None = None
    in_stock: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingQuery:
    """One page of listings as of ``day``, texts in ``lang``. ``cursor`` is one an earlier page handed out.

    ``text`` None asks for no words at all; ``ordering`` None is relevance where there is a text, else newest.
    """

    day: date
    text: str | None = None
    filters: Filters = field(default_factory=Filters)
    ordering: OrderingName | None = None
    cursor: str | None = None
    page_size: int = 24
    facets: bool = False
    lang: str = "vi"

    @property
    def order(self) -> OrderingName:
        """The ordering in force. Raises ``ValueError`` for relevance without a text."""
        if self.ordering == RELEVANCE and self.text is None:
            raise ValueError("Relevance needs a text.")
        return self.ordering or (NEWEST if self.text is None else RELEVANCE)


@dataclass(frozen=True, slots=True)
class FacetValue:
    """How many listings there would be with this value of a filter, all other filters kept.

    ``group`` is what the value is part of: of a product set, its industry.
    """

    value: int | str
    count: int
    label: str | None = None
    group: str = ""

    def as_json(self) -> dict[str, Any]:
        label = {} if self.label is None else {"label": self.label}
        return {"value": self.value, **label, "count": self.count}


@dataclass(frozen=True, slots=True)
class Hits:
    """A page: ``next`` and ``previous`` are cursors, None at the ends; ``facets`` None unless asked for.

    ``total`` is exact, or with ``relation`` gte what there is at least.
    """

    engine: str
    total: int
    cards: list[Card]
    relation: Relation = "eq"
    next: str | None = None
    previous: str | None = None
    facets: Mapping[FacetName, list[FacetValue]] | None = None


@dataclass(frozen=True, slots=True)
class Suggestion:
    text: str
    slug: str
