"""What the search index must still be told: written with each change, worked off by the relay (``relay``).

The instants of changes are the database's own, since no rule judges by them; those of attempts and leases come from
the worker that makes them.
"""
# ruff: noqa: S608 - only fixed text and checked numbers are pasted into SQL

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Now

from catalog.models import SearchChange
from catalog.rules import MAX_ATTEMPTS, retry_delay

BATCH = 1_000  # changes recorded by one statement
CLAIM = 500  # changes sent by one relay at once
# Longer than a relay takes to write a batch, so that two do the same work only where one of them died.
LEASE = timedelta(minutes=1)
AWAY = timedelta(seconds=5)  # that a batch rests which could not be sent at all

NOW = {"sqlite": "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')", "postgresql": "STATEMENT_TIMESTAMP()"}
# A change still waiting keeps the instant it has waited since; whatever failed with the old state may go well now.
# It ends the lease of a relay that is sending the old state: that one then settles nothing, so nothing is lost.
_RECORD = """
INSERT INTO {table} AS c
    (product_id, version, indexed_version, changed_at, attempts, last_error, is_dead)
{rows}
ON CONFLICT (product_id) DO UPDATE SET
    version = c.version + 1,
    changed_at = CASE WHEN c.version > c.indexed_version THEN c.changed_at ELSE excluded.changed_at END,
    attempts = 0, due_at = NULL, lease = NULL, leased_until = NULL, last_error = '', is_dead = FALSE
"""


@dataclass(frozen=True, slots=True)
class Batch:
    """Changes that one relay works off: product id → the version it saw, nobody else's while ``lease`` lasts."""

    lease: UUID
    versions: Mapping[int, int]


@dataclass(frozen=True, slots=True)
class Backlog:
    """``pending`` changes wait to be sent, the first of them since ``oldest_seconds``; ``dead`` ones were given up."""

    pending: int
    dead: int
    oldest_seconds: int


@dataclass(frozen=True, slots=True)
class LeftBehind:
    """Changes that a relay cannot claim now: resting until their next attempt, held by another relay, given up."""

    resting: int
    leased: int
    dead: int


def record_changes(product_ids: Iterable[int]) -> None:
    """Note that the documents of these products are out of date. Part of the caller's transaction.

    The caller holds the products' locks, so the versions of one product follow one another as its changes do.
    """
    ids = sorted(set(product_ids))
    for start in range(0, len(ids), BATCH):
        rows = ", ".join(
            f"({int(product_id)}, 1, 0, {_now()}, 0, '', FALSE)" for product_id in ids[start : start + BATCH]
        )
        _record(f"VALUES {rows}")


def record_listed_changes(product_ids: Iterable[int]) -> None:
    """The same for those of the products that shoppers can find; the others have no document."""
    ids = sorted(set(product_ids))
    for start in range(0, len(ids), BATCH):
        chosen = ", ".join(str(int(product_id)) for product_id in ids[start : start + BATCH])
        _record(
            f"SELECT product_id, 1, 0, {_now()}, 0, '', FALSE FROM catalog_listing"
            f" WHERE product_id IN ({chosen}) ORDER BY product_id"
        )


def claim_changes(*, at: datetime, limit: int = CLAIM, lease_for: timedelta = LEASE) -> Batch | None:
    """Take the changes that are due, the oldest first, at most ``limit``; None where there is none.

    They are nobody else's until ``at + lease_for``. If this process dies, they are claimed anew after that.
    """
    lease = uuid4()
    with transaction.atomic():
        # Rows that another relay is claiming, or a change is rewriting, are passed over: nobody waits, so nobody
        # can wait in a circle.
        chosen = list(
            SearchChange.objects.due(at=at)
            .select_for_update(skip_locked=True)
            .order_by("changed_at", "product_id")
            .values_list("pk", flat=True)[:limit]
        )
        if not chosen:
            return None
        # Asked again in the update: on a database without row locks another relay may have been faster.
        SearchChange.objects.due(at=at).filter(pk__in=chosen).update(lease=lease, leased_until=at + lease_for)
        versions = dict(SearchChange.objects.filter(lease=lease).values_list("pk", "version"))
    return Batch(lease, versions) if versions else None


def settle(batch: Batch, *, refused: Mapping[int, str], at: datetime) -> None:
    """Note that the index has these versions, but for the products it ``refused``, with the reason.

    A refused change rests longer each time and is given up after ``rules.MAX_ATTEMPTS``. What is not the batch's any
    more, as it changed meanwhile or the lease ran out, stays as it is: its next holder sends it again.
    """
    with transaction.atomic():
        held = _held(batch)
        written = [change.pk for change in held if change.pk not in refused]
        SearchChange.objects.filter(pk__in=written).update(
            indexed_version=F("version"), lease=None, leased_until=None, attempts=0, due_at=None, last_error=""
        )
        failed = [change for change in held if change.pk in refused]
        for change in failed:
            change.attempts += 1
            change.due_at = at + retry_delay(attempts=change.attempts, product_id=change.pk)
            change.is_dead = change.attempts >= MAX_ATTEMPTS
            change.last_error = refused[change.pk][:500]
            change.lease = change.leased_until = None
        SearchChange.objects.bulk_update(
            failed, ["attempts", "due_at", "is_dead", "last_error", "lease", "leased_until"]
        )


def put_back(batch: Batch, *, at: datetime, error: str) -> None:
    """Give up the claim, as nothing could be sent at all: it was no change's fault, so none counts an attempt."""
    with transaction.atomic():
        SearchChange.objects.filter(pk__in=[change.pk for change in _held(batch)]).update(
            lease=None, leased_until=None, due_at=at + AWAY, last_error=error[:500]
        )


def revive_dead(product_ids: Iterable[int] | None = None) -> int:
    """Have changes that were given up tried again, all of them if None; returns how many there were."""
    dead = SearchChange.objects.dead()
    if product_ids is not None:
        dead = dead.filter(pk__in=list(product_ids))
    return dead.update(is_dead=False, attempts=0, due_at=None)


def backlog() -> Backlog:
    """How far the index is behind, by the database's clock. One query."""
    alive = Q(is_dead=False)
    found = SearchChange.objects.pending().aggregate(
        pending=Count("pk", filter=alive),
        dead=Count("pk", filter=~alive),
        oldest=Min("changed_at", filter=alive),
        now=Max(Now()),
    )
    oldest_seconds = (found["now"] - found["oldest"]).total_seconds() if found["oldest"] else 0
    return Backlog(pending=found["pending"], dead=found["dead"], oldest_seconds=max(0, int(oldest_seconds)))


def left_behind(*, at: datetime) -> LeftBehind:
    """What is left when no change is due any more. One query."""
    leased = Q(leased_until__gt=at)
    found = SearchChange.objects.pending().aggregate(
        resting=Count("pk", filter=Q(due_at__gt=at, is_dead=False) & ~leased),
        leased=Count("pk", filter=leased & Q(is_dead=False)),
        dead=Count("pk", filter=Q(is_dead=True)),
    )
    return LeftBehind(**found)


def _held(batch: Batch) -> list[SearchChange]:
    """The changes that are still the batch's, locked; one that is being rewritten now is left to its next holder."""
    held = SearchChange.objects.filter(lease=batch.lease).select_for_update(skip_locked=True).order_by("pk")
    return [change for change in held if change.version == batch.versions[change.pk]]


def _record(rows: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RECORD.format(table=SearchChange._meta.db_table, rows=rows))


def _now() -> str:
    return NOW[connection.vendor]
