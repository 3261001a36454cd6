"""Only one process at a time does certain work in a shop, such as rebuilding its index: the database keeps others out.

A process that dies, however it does, leaves nothing locked.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

from ocop_badges.errors import DomainError


@dataclass(frozen=True, slots=True)
class Work:
    """What only one does. ``key`` is PostgreSQL's, any number that nobody else in this database takes."""

    key: int
    name: str  # of the file beside SQLite's
    refusal: str


INDEXING = Work(
    0x_0C0B_5EA6,
    "index",
    "Another process is rebuilding, rolling back or repairing the index of this shop; let it end first.",
)


class AnotherIsAtIt(DomainError):
    """Another process does the same work in this shop."""


@contextmanager
def one_at_a_time(work: Work = INDEXING) -> Iterator[None]:
    """Raises ``AnotherIsAtIt`` at once where somebody else is in such a block, in any process."""
    with _locked_in_postgresql(work) if connection.vendor == "postgresql" else _locked_beside_sqlite(work):
        yield


@contextmanager
def _locked_in_postgresql(work: Work) -> Iterator[None]:
    """A lock of a session of its own, so that it lasts however often the other connection is made anew."""
    session = connection.copy()
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [work.key])
            if not cursor.fetchone()[0]:
                raise AnotherIsAtIt(work.refusal)
        yield
    finally:
        session.close()


@contextmanager
def _locked_beside_sqlite(work: Work) -> Iterator[None]:
    if cast(SQLite, connection).is_in_memory_db():  # no other process has it
        yield
        return
    with Path(f"{connection.settings_dict['NAME']}-{work.name}-lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherIsAtIt(work.refusal) from None
        yield
