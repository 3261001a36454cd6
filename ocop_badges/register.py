"""The open register of certificates: which there are, by what a reader asks for, a page at a time."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from . import cursors, subjects
from .cursors import Cursor
from .models import Certificate

ORDERING = "newest"
_KEY = (date, int)  # valid_from, id


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterQuery:
    """What is asked of the register. Every filter left empty lets everything through.

    ``ends_before`` and ``ends_after`` are about the last day with stars, extensions included, and leave that day out.
    """

    day: date
    province: str | None = None
    product_set: str | None = None
    stars: tuple[int, ...] | None = None
    status: str | None = None
    ends_before: date | None = None
    ends_after: date | None = None


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A page of certificates, newest first, and the cursors of its neighbours."""

    certificates: list[Certificate]
    count: int
    next: str | None
    previous: str | None


def find_certificates(query: RegisterQuery) -> "QuerySet[Certificate]":
    """The certificates that a query asks for, in no order."""
    found = Certificate.objects.all()
    if query.province:
        found = found.filter(**{f"product__{subjects.PROVINCE_CODE}": query.province})
    if query.product_set:
        found = found.filter(**{f"product__{subjects.PRODUCT_SET_CODE}": query.product_set})
    if query.stars:
        found = found.filter(stars__in=query.stars)
    if query.ends_before:
        found = found.ending_before(query.ends_before)
    if query.ends_after:
        found = found.ending_after(query.ends_after)
    if query.status:
        found = found.with_status(query.status, on=query.day)
    return found


def page_of(query: RegisterQuery, *, cursor: str | None, size: int) -> RegisterPage:
    """One page. Raises ``cursors.BadCursor``. Two queries; a deep page costs what the first one does."""
    place = None if cursor is None else cursors.decode(cursor, ordering=ORDERING, kinds=_KEY)
    found = find_certificates(query)
    count = found.count()
    rows = found.order_by("-valid_from", "-id")
    if place is not None:
        rows = _beyond(rows, place)
    certificates = list(rows[: size + 1])
    more = len(certificates) > size
    certificates = certificates[:size]
    backwards = place is not None and place.backwards
    if backwards:
        certificates.reverse()
    return RegisterPage(
        certificates=certificates,
        count=count,
        next=_cursor(certificates[-1:], backwards=False) if more or backwards else None,
        previous=_cursor(certificates[:1], backwards=True) if (more if backwards else place is not None) else None,
    )


def codes_of(lookup: str) -> set[str]:
    """Every code that a register may be filtered by, ``lookup`` leading to it from a product. One query."""
    relation, _, attribute = lookup.rpartition("__")
    model: Any = Certificate._meta.get_field("product").related_model
    for name in relation.split("__"):
        model = model._meta.get_field(name).related_model
    codes: Iterable[str] = model._default_manager.values_list(attribute, flat=True)
    return set(codes)


def _beyond(rows: "QuerySet[Certificate]", place: Cursor) -> "QuerySet[Certificate]":
    valid_from, pk = place.key
    if place.backwards:
        newer = Q(valid_from__gt=valid_from) | Q(valid_from=valid_from, pk__gt=pk)
        return rows.filter(newer, valid_from__gte=valid_from).order_by("valid_from", "id")
    older = Q(valid_from__lt=valid_from) | Q(valid_from=valid_from, pk__lt=pk)
    return rows.filter(older, valid_from__lte=valid_from)


def _cursor(certificates: list[Certificate], *, backwards: bool) -> str | None:
    """The cursor that begins at the only certificate given; None where there is none."""
    for certificate in certificates:
        return cursors.encode(Cursor((certificate.valid_from, certificate.pk), backwards), ordering=ORDERING)
    return None
