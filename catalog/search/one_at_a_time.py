"""Only one process rebuilds, rolls back or repairs the index of a shop: the database keeps the others out.

A process that dies, however it does, leaves nothing locked.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper as SQLite

from ocop_badges.errors import DomainError

_KEY = 0x_0C0B_5EA6  # of PostgreSQL's advisory lock, any number that nobody else in this database takes


class AnotherIsAtIt(DomainError):
    """Another process is changing the index of this shop."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Raises ``AnotherIsAtIt`` at once where somebody else is in such a block, in any process."""
    with _locked_in_postgresql() if connection.vendor == "postgresql" else _locked_beside_sqlite():
        yield


@contextmanager
def _locked_in_postgresql() -> Iterator[None]:
    """A lock of a session of its own, so that it lasts however often the other connection is made anew."""
    session = connection.copy()
    try:
        with session.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_KEY])
            if not cursor.fetchone()[0]:
                raise AnotherIsAtIt(_MESSAGE)
        yield
    finally:
        session.close()


@contextmanager
def _locked_beside_sqlite() -> Iterator[None]:
    if cast(SQLite, connection).is_in_memory_db():  # no other process has it
        yield
        return
    with Path(f"{connection.settings_dict['NAME']}-index-lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AnotherIsAtIt(_MESSAGE) from None
        yield


_MESSAGE = "Another process is rebuilding, rolling back or repairing the index of this shop; let it end first."
