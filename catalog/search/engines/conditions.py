"""Filters as SQL over a listing ``l``."""
# ruff: noqa: S608 - only fixed text and checked numbers are pasted into SQL; all else is a parameter

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Self

from catalog.cards import BADGE_JOIN, HAS_BADGE
from catalog.search.query import FacetName, Filters

# What each facet counts by; ``b`` is the badge of the day.
FACET_COLUMNS: Final[dict[FacetName, str]] = {
    "stars": "b.stars",
    "province": "l.province_id",
    "industry": "l.industry_id",
    "product_set": "l.product_set_id",
}
NO_BADGE: Final = f"NOT EXISTS (SELECT 1 FROM ocop_badges_badgeperiod b WHERE {HAS_BADGE})"
_LISTING: Final = "catalog_listing l"
_FOUND_LISTING: Final = "found l"
# What conditions and facets read of a listing.
FOUND_COLUMNS: Final = (
    "l.product_id, l.province_id, l.industry_id, l.product_set_id, l.producer_id, l.price, l.sellable_until"
)

Tables = str
Tests = list[str]


@dataclass(frozen=True, slots=True)
class Conditions:
    """What must hold of a listing: by the facet it filters, by words, or otherwise."""

    facets: dict[FacetName, str] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    text: str = ""
    certified: bool = False
    words_are_found: bool = False  # the table ``found`` holds FOUND_COLUMNS of the listings that match the text

    def all_of_them(self) -> tuple[Tables, Tests]:
        """Tables and tests for a query that needs every hit."""
        tables = _FOUND_LISTING if self.words_are_found else _LISTING
        tests = [condition for name, condition in self.facets.items() if name != "stars"]
        if self.certified or "stars" in self.facets:
            tables = f"{tables} {BADGE_JOIN}"
            tests += [self.facets["stars"]] if "stars" in self.facets else []
        return tables, [*tests, *self._beside_facets()]

    def one_by_one(self) -> tuple[Tables, Tests]:
        """The same for a query that walks the index of its ordering until it has a page of hits."""
        tests = [condition for name, condition in self.facets.items() if name != "stars"]
        if self.certified or "stars" in self.facets:
            stars = self.facets.get("stars", "TRUE")
            tests.append(f"EXISTS (SELECT 1 FROM ocop_badges_badgeperiod b WHERE {HAS_BADGE} AND {stars})")
        return _LISTING, [*tests, *self._beside_facets()]

    def to_count(self, facet: FacetName) -> Self:
        """Without the facet's own filter, and with what it counts by."""
        kept = {name: condition for name, condition in self.facets.items() if name != facet}
        return replace(self, facets=kept, certified=self.certified or facet == "stars", words_are_found=bool(self.text))

    def _beside_facets(self) -> Tests:
        return [*self.others, *([self.text] if self.text and not self.words_are_found else [])]


def conditions_of(filters: Filters, text: str) -> Conditions:
    """The filters, and the words (a condition, or empty), in SQL. The day is the parameter ``day``."""
    others = []
    if filters.certified is False:
        others.append(NO_BADGE)
    if filters.producer is not None:
        others.append(f"l.producer_id = {int(filters.producer)}")
    if filters.price_min is not None:
        others.append(f"l.price >= {int(filters.price_min)}")
    if filters.price_max is not None:
        others.append(f"l.price <= {int(filters.price_max)}")
    if filters.in_stock:
        others.append("l.sellable_until >= %(day)s")
    return Conditions(
        facets={
            name: f"{column} IN ({', '.join(str(int(value)) for value in values)})"
            for name, column in FACET_COLUMNS.items()
            if (values := getattr(filters, name))
        },
        others=tuple(others),
        text=text,
        certified=filters.certified is True,
    )


def from_where(tables: Tables, tests: Iterable[str]) -> str:
    """Without a test there is no ``WHERE``: SQLite counts a whole table much faster so."""
    joined = " AND ".join(tests)
    return f"{tables} WHERE {joined}" if joined else tables
