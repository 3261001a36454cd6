"""The orderings as sorts of Elasticsearch, and its sort values as the keys of cursors.

The keys are those of the engines in a database (``catalog.search.engines.orderings``), so that a cursor which one
engine gave means the same to every other.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

from catalog.search.engines.tiers import Ladder
from catalog.search.query import Filters, OrderingName
from ocop_badges.cursors import Cursor, KeyValue
from ocop_badges.rules import MAX_STARS, MIN_STARS

from .documents import instant, microseconds
from .words import score_of, tier_of

SortValue = int | float | str

_LAST: Final = 2**63 - 1
_SCORE: Final = "_score"


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

# Stars are no key here: sorted by what is in a document below, a page could not stop before it has seen all; so the
# listings with each number of stars are a search of their own (``stretches``).
SORTS: Final[dict[OrderingName, tuple[SortKey, ...]]] = {
    "relevance": (SortKey(_SCORE, descending=True), SortKey("size"), _BY_ID),
    "newest": (SortKey("listed_at", descending=True), _BY_ID_DOWN),
    "name": (SortKey("name_sort"), _BY_ID),
    "price": (SortKey("price", missing=_LAST), _BY_ID),
    "-price": (SortKey("price", descending=True, missing=-1), _BY_ID_DOWN),
    "-stars": (_BY_ID_DOWN,),
}
_STARS_DOWN: Final = (*range(MAX_STARS, MIN_STARS - 1, -1), None)


def stretches(filters: Filters, cursor: Cursor | None) -> list[tuple[int | None, list[SortValue] | None]]:
    """The numbers of stars a page may reach, in the order asked, each with the id it begins after."""
    asked = [
        stars
        for stars in _STARS_DOWN
        if (stars in filters.stars or not filters.stars) and filters.certified in (None, stars is not None)
    ]
    if cursor is None:
        return [(stars, None) for stars in asked]
    *_, reached, last = cursor.key
    turn = -1 if cursor.backwards else 1
    begin = _STARS_DOWN.index(reached) if reached in _STARS_DOWN else 0
    return [
        (stars, [cast("int", last)] if stars == reached else None)
        for stars in asked[::turn]
        if (_STARS_DOWN.index(stars) - begin) * turn >= 0
    ]


def after(key: Sequence[KeyValue], ordering: OrderingName, ladder: Ladder) -> list[SortValue]:
    """The key of a cursor as sort values. Raises ``TypeError`` for one of another ordering."""
    return [_sort_value(value, sort, ladder) for sort, value in zip(SORTS[ordering], key, strict=True)]


def key_of(values: Sequence[SortValue], ordering: OrderingName, ladder: Ladder) -> tuple[KeyValue, ...]:
    """The sort values of a hit as the last values of a cursor's key. Raises ``ValueError`` or ``OverflowError``."""
    return tuple(_key_value(value, key, ladder) for key, value in zip(SORTS[ordering], values, strict=True))


def _sort_value(value: KeyValue, key: SortKey, ladder: Ladder) -> SortValue:
    match value:
        case None if key.missing is not None:
            return key.missing
        case datetime():
            return microseconds(value)
        case bytes():
            return value.decode()
        case int():
            return score_of(value, ladder) if key.field == _SCORE else value
    raise TypeError(f"{value!r} is no value of {key.field}")


def _key_value(value: SortValue, key: SortKey, ladder: Ladder) -> KeyValue:
    if key.field == "name_sort" and isinstance(value, str):
        return value.encode()
    if key.field == _SCORE and isinstance(value, int | float):
        return tier_of(value, ladder)
    if key.field in ("name_sort", _SCORE) or type(value) is not int:
        raise ValueError(f"{value!r} is no value of {key.field}")
    if key.field == "listed_at":
        return instant(value)
    return None if value == key.missing else value
