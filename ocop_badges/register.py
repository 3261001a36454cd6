"""The open register of certificates: which there are, by what a reader asks for, a page at a time or all of them."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

from django.db import connection, transaction
from django.db.models import Q, QuerySet, Sum

from . import cursors, hindsight, subjects
from .cursors import Cursor
from .models import AuditChain, Certificate, product_model

ORDERING = "newest"
BATCH = 500  # certificates read at once where all are wanted
_KEY = (date, int)  # first day, id


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterQuery:
    """What is asked of the register. Every filter left empty lets everything through.

    ``ends_before`` and ``ends_after`` are about the last day with stars, extensions included, and leave that day out.
    ``known_at`` asks what had been recorded before that instant; ``within`` is a condition on certificates.
    """

    day: date
    province: str | None = None
    product_set: str | None = None
    stars: tuple[int, ...] | None = None
    status: str | None = None
    ends_before: date | None = None
    ends_after: date | None = None
    known_at: datetime | None = None
    within: Q = field(default_factory=Q)

    @property
    def first_day(self) -> str:
        """The name by which a certificate found has the first day it is ordered by."""
        return "valid_from" if self.known_at is None else "known_from"


@dataclass(frozen=True, slots=True)
class RegisterPage:
    """A page of certificates, newest first, and the cursors of its neighbours."""

    certificates: list[Certificate]
    count: int
    next: str | None
    previous: str | None


def find_certificates(query: RegisterQuery) -> "QuerySet[Certificate]":
    """The certificates that a query asks for, in no order."""
    found = _as_they_are(query) if query.known_at is None else _as_they_were_known(query, query.known_at)
    found = found.filter(query.within)
    if query.province:
        found = found.filter(**{f"product__{subjects.PROVINCE_CODE}": query.province})
    if query.product_set:
        found = found.filter(**{f"product__{subjects.PRODUCT_SET_CODE}": query.product_set})
    return found


def page_of(query: RegisterQuery, *, cursor: str | None, size: int) -> RegisterPage:
    """One page. Raises ``cursors.BadCursor``. Two queries; a deep page costs what the first one does."""
    place = None if cursor is None else cursors.decode(cursor, ordering=ORDERING, kinds=_KEY)
    found = find_certificates(query)
    count = found.count()
    certificates = list(_beyond(found, place, query.first_day)[: size + 1])
    more = len(certificates) > size
    certificates = certificates[:size]
    backwards = place is not None and place.backwards
    if backwards:
        certificates.reverse()
    keys = [_key_of(certificate, query) for certificate in certificates]
    return RegisterPage(
        certificates=certificates,
        count=count,
        next=_cursor(keys[-1:], backwards=False) if more or backwards else None,
        previous=_cursor(keys[:1], backwards=True) if (more if backwards else place is not None) else None,
    )


def batches_of(query: RegisterQuery) -> Iterator[list[Certificate]]:
    """Everything that a query asks for, newest first, batch by batch: memory does not grow with it.

    On PostgreSQL all batches, and whatever is read between them, show the database of one moment. On SQLite each
    certificate that is there from the first batch to the last is given once, as it stands when its batch is read.
    """
    with _one_moment():
        found = find_certificates(query)
        place: Cursor | None = None
        while certificates := list(_beyond(found, place, query.first_day)[:BATCH]):
            yield certificates
            place = Cursor(_key_of(certificates[-1], query))


def state_of(query: RegisterQuery) -> str:
    """A fingerprint of all that ``batches_of`` reads, in less time; memory does not grow with it either.

    Certificates change by deeds only, and the audit trail only grows: its length tells of every deed. Names, which
    change without one, are read.
    """
    deeds = AuditChain.objects.aggregate(total=Sum("length"))["total"]
    digest = hashlib.blake2b(repr(deeds).encode(), digest_size=16)
    product_ids = find_certificates(query).order_by("product_id").values_list("product_id", flat=True).distinct()
    rows = product_ids.iterator(BATCH)
    while batch := list(islice(rows, BATCH)):
        whose = subjects.by_ids(batch)
        for product_id in batch:
            digest.update(repr(whose[product_id]).encode())
    return digest.hexdigest()


def codes_of(lookup: str) -> set[str]:
    """Every code that a register may be filtered by, ``lookup`` leading to it from a product. One query."""
    relation, _, attribute = lookup.rpartition("__")
    model = product_model()
    for name in relation.split("__"):
        model = model._meta.get_field(name).related_model
    codes: Iterable[str] = model._default_manager.values_list(attribute, flat=True)
    return set(codes)


def _as_they_are(query: RegisterQuery) -> "QuerySet[Certificate]":
    found = Certificate.objects.all()
    if query.stars:
        found = found.filter(stars__in=query.stars)
    if query.ends_before:
        found = found.ending_before(query.ends_before)
    if query.ends_after:
        found = found.ending_after(query.ends_after)
    if query.status:
        found = found.with_status(query.status, on=query.day)
    return found


def _as_they_were_known(query: RegisterQuery, known_at: datetime) -> "QuerySet[Certificate]":
    found = hindsight.known_certificates(known_at=known_at)
    if query.stars:
        found = found.filter(Q(("known_stars__in", query.stars)))
    if query.ends_before:
        found = found.filter(Q(("known_until__lt", query.ends_before)))
    if query.ends_after:
        found = found.filter(Q(("known_until__gt", query.ends_after)))
    if query.status:
        found = hindsight.with_known_status(found, on=query.day, known_at=known_at).filter(Q(("status", query.status)))
    return found


def _beyond(found: "QuerySet[Certificate]", place: Cursor | None, first_day: str) -> "QuerySet[Certificate]":
    if place is None:
        return found.order_by(f"-{first_day}", "-id")
    day, pk = place.key
    if place.backwards:
        newer = Q((f"{first_day}__gt", day)) | Q((first_day, day), pk__gt=pk)
        return found.filter(newer, Q((f"{first_day}__gte", day))).order_by(first_day, "id")
    older = Q((f"{first_day}__lt", day)) | Q((first_day, day), pk__lt=pk)
    return found.filter(older, Q((f"{first_day}__lte", day))).order_by(f"-{first_day}", "-id")


def _key_of(certificate: Certificate, query: RegisterQuery) -> tuple[date, int]:
    return getattr(certificate, query.first_day), certificate.pk


def _cursor(keys: list[tuple[date, int]], *, backwards: bool) -> str | None:
    """The cursor that begins at the only key given; None where there is none."""
    for key in keys:
        return cursors.encode(Cursor(key, backwards), ordering=ORDERING)
    return None


@contextmanager
def _one_moment() -> Iterator[None]:
    """A transaction that sees the database of one moment, on PostgreSQL. On SQLite it would keep writers waiting."""
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        yield
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield
