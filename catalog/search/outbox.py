"""What the search index must still be told: written with each change, worked off by the relay (``relay``).

The instants of changes are the database's own, since no rule judges by them; those of attempts and leases come from
the worker that makes them.
"""
# ruff: noqa: S608 - only fixed text and checked numbers are pasted into SQL

from collections.abc import Iterable

from django.db import connection

from catalog.models import SearchChange

BATCH = 1_000

NOW = {"sqlite": "STRFTIME('%Y-%m-%d %H:%M:%f', 'NOW')", "postgresql": "STATEMENT_TIMESTAMP()"}
# A change still waiting keeps the instant it has waited since; whatever failed with the old state may go well now.
_RECORD = """
INSERT INTO {table} AS c
    (product_id, version, indexed_version, changed_at, attempts, last_error, is_dead)
{rows}
ON CONFLICT (product_id) DO UPDATE SET
    version = c.version + 1,
    changed_at = CASE WHEN c.version > c.indexed_version THEN c.changed_at ELSE excluded.changed_at END,
    attempts = 0, due_at = NULL, last_error = '', is_dead = FALSE
"""


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


def _record(rows: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_RECORD.format(table=SearchChange._meta.db_table, rows=rows))


def _now() -> str:
    return NOW[connection.vendor]
