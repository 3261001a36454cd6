"""What the contracts of the search share: how they make listings and ask for them."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from catalog.models import Product, ProductSet
from catalog.search.indexing import refresh_listings
from catalog.search.query import Filters, Hits, ListingQuery, OrderingName, Suggestion
from tests.factories import DAY, make_product

CURSOR_ORDERINGS: list[OrderingName] = ["newest", "price", "-price", "-stars", "name"]


class Engine(Protocol):
    name: str

    def search(self, query: ListingQuery) -> Hits: ...

    def suggest(self, text: str, *, lang: str, limit: int) -> list[Suggestion]: ...


def listed(*names: str, **fields: Any) -> list[Product]:
    """Published products with these names, findable."""
    products = [make_product(name=name, **fields) for name in names]
    refresh_listings(product.pk for product in products)
    return products


def in_kind(code: str) -> ProductSet:
    return ProductSet.objects.get(code=code)


def found(engine: Engine, text: str | None = None, *, day: date = DAY, **asked: Any) -> list[str]:
    """The names on the first page."""
    return [card.name for card in engine.search(ListingQuery(text=text, day=day, page_size=100, **asked)).cards]


def filtered(engine: Engine, day: date = DAY, **filters: Any) -> set[str]:
    return set(found(engine, day=day, filters=Filters(**filters)))


def walk(
    engine: Engine, ordering: OrderingName, *, backwards_from: str | None = None, size: int = 3
) -> list[list[str]]:
    """The pages forwards from the first, or backwards from a cursor, as lists of names."""
    pages: list[list[str]] = []
    cursor = backwards_from
    while True:
        hits = engine.search(ListingQuery(day=DAY, ordering=ordering, page_size=size, cursor=cursor))
        pages.append([card.name for card in hits.cards])
        cursor = hits.previous if backwards_from else hits.next
        if cursor is None:
            return pages


def flat(pages: Iterable[list[str]]) -> list[str]:
    return [name for page in pages for name in page]
