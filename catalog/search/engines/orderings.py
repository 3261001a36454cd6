"""The orderings as keysets: by which values rows are sorted, and in which stretches."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from catalog.cards import BADGE_JOIN
from catalog.search.query import OrderingName

from .conditions import NO_BADGE


@dataclass(frozen=True, slots=True)
class Key:
    """One sort key: SQL over a listing ``l``, and the type of its value."""

    sql: str
    kind: type


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of an ordering that one index can answer.

    Rows without a price (or stars) are a segment of their own, so that they come last in both directions. There
    ``skipped`` tells how many leading keys of the ordering are null.
    """

    keys: tuple[Key, ...]
    descending: bool
    join: str = ""
    where: str = ""
    skipped: int = 0


_ID: Final = Key("l.product_id", int)
_PRICE: Final = Key("l.price", int)

SEGMENTS: Final[dict[OrderingName, tuple[Segment, ...]]] = {
    "relevance": (Segment((Key("l.tier", int), Key("l.size", int), _ID), descending=False),),
    "newest": (Segment((Key("l.listed_at", datetime), _ID), descending=True),),
    "name": (Segment((Key("l.name_sort", bytes), _ID), descending=False),),
    "price": (
        Segment((_PRICE, _ID), descending=False, where="l.price IS NOT NULL"),
        Segment((_ID,), descending=False, where="l.price IS NULL", skipped=1),
    ),
    "-price": (
        Segment((_PRICE, _ID), descending=True, where="l.price IS NOT NULL"),
        Segment((_ID,), descending=True, where="l.price IS NULL", skipped=1),
    ),
    "-stars": (
        Segment((Key("b.stars", int), Key("b.product_id", int)), descending=True, join=BADGE_JOIN),
        Segment(
            (_ID,),
            descending=True,
            where=NO_BADGE,
            skipped=1,
        ),
    ),
}


def kinds_of(ordering: OrderingName) -> list[type | tuple[type, ...]]:
    """The types of a cursor's values; the first may be null where such rows form a segment of their own."""
    segments = SEGMENTS[ordering]
    first, *others = (key.kind for key in segments[0].keys)
    return [(first, type(None)) if len(segments) > 1 else first, *others]
