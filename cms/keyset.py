"""Pages of a list newest first, by keyset: the same cost on every page, and nothing twice when rows come in between."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, Q, Value
from django.db.models.functions import Coalesce

from ocop_badges.cursors import BadCursor, Cursor, decode, encode
from ocop_badges.errors import Fault
from ocop_badges.problems import BadQuery

ORDERING = "newest"
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)  # published by a program that did not say when


@dataclass(frozen=True)
class KeysetPage:
    """Rows of one page and the cursors of its neighbours, None where there is none."""

    rows: list[Any]
    next: str | None
    previous: str | None


def newest_page(pages: Any, *, cursor: str | None, size: int) -> KeysetPage:
    """The page of ``pages`` (a queryset of Wagtail pages) at ``cursor``, by first publication and id. One query.

    Raises ``BadQuery`` for a cursor that is not of this list.
    """
    at = _read(cursor)
    backwards = at is not None and at.backwards
    rows = pages.annotate(
        listed_at=Coalesce("first_published_at", Value(_NEVER), output_field=DateTimeField())
    ).order_by(*(("listed_at", "pk") if backwards else ("-listed_at", "-pk")))
    if at is not None:
        when, pk = at.key
        beyond = "gt" if backwards else "lt"
        rows = rows.filter(Q(**{f"listed_at__{beyond}": when}) | Q(listed_at=when, **{f"pk__{beyond}": pk}))
    found = list(rows[: size + 1])
    more = len(found) > size
    shown = found[:size][::-1] if backwards else found[:size]
    has_next = bool(shown) and (backwards or more)
    has_previous = bool(shown) and (more if backwards else at is not None)
    return KeysetPage(
        rows=shown,
        next=_write(shown[-1]) if has_next else None,
        previous=_write(shown[0], backwards=True) if has_previous else None,
    )


def _write(row: Any, *, backwards: bool = False) -> str:
    return encode(Cursor(key=(row.listed_at, row.pk), backwards=backwards), ordering=ORDERING)


def _read(cursor: str | None) -> Cursor | None:
    if cursor is None:
        return None
    try:
        return decode(cursor, ordering=ORDERING, kinds=(datetime, int))
    except BadCursor as error:
        raise BadQuery([Fault(str(error), "bad-cursor", "cursor")]) from None
