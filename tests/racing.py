"""Many at once: real threads, each on a connection of its own to the test's database."""

import sqlite3
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from django.db import Error, connection, connections

from ocop_badges.errors import DomainError

PATIENCE = 120  # seconds until a thread counts as stuck


def outcomes_of(
    acts: Sequence[Callable[[], object]], *, at_once: int | None = None, database: Path | None = None
) -> Any:
    """How often the acts came to what: "done", a refusal's code, or the name of a database error.

    All start together; with ``at_once`` so many threads share them out. ``database`` is a SQLite file to work on.
    """
    left = list(reversed(acts))
    outcomes: list[str] = []
    start = threading.Barrier(min(at_once or len(acts), len(acts)))

    def work() -> None:
        with on_database(database):
            start.wait(PATIENCE)
            while True:
                try:
                    act = left.pop()
                except IndexError:
                    return
                outcomes.append(outcome_of(act))

    threads = [threading.Thread(target=work, daemon=True) for _ in range(start.parties)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a thread is stuck"
    return Counter(outcomes)


def outcome_of(act: Callable[[], object]) -> str:
    try:
        act()
    except DomainError as error:
        return error.code
    except Error as error:
        return type(error).__name__
    return "done"


def together(count: int) -> Callable[..., Any]:
    """In place of a query set's lock: nobody is held up, but ``count`` of them wait for each other first."""
    meeting = threading.Barrier(count)

    def without_lock(rows: Any, **_more: Any) -> Any:
        with suppress(threading.BrokenBarrierError):
            meeting.wait(5)
        return rows.order_by("pk")

    return without_lock


@contextmanager
def on_database(path: Path | None) -> Iterator[None]:
    """This thread's connection, to a SQLite file if one is named; closed at the end, and the thread's own is back."""
    own = connections["default"]
    if path is not None:
        other = connections.create_connection("default")
        options = {**other.settings_dict["OPTIONS"], "timeout": PATIENCE}  # a slow machine is not what is tested
        other.settings_dict = {**other.settings_dict, "NAME": str(path), "OPTIONS": options}
        connections["default"] = other
    try:
        yield
    finally:
        connection.close()
        connections["default"] = own


def copy_to_file(path: Path) -> None:
    """The test's SQLite database as it is, in a file with a write-ahead log, as the shop's own is."""
    connection.cursor().execute("VACUUM INTO %s", [str(path)])
    with sqlite3.connect(path) as copy:
        copy.execute("PRAGMA journal_mode=WAL")
