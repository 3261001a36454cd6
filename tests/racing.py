"""Acts at once: real threads, each on a connection of its own."""

import threading
from collections.abc import Callable

from django.db import Error, connection

from ocop_badges.errors import DomainError

PATIENCE = 30  # seconds until a thread counts as stuck


def outcomes_of(*acts: Callable[[], object]) -> list[str]:
    """What each act, all begun together, came to: "done", a refusal's status and code, or a database error's name."""
    barrier, outcomes = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        barrier.wait(PATIENCE)
        try:
            act()
            outcomes.append("done")
        except DomainError as error:
            outcomes.append(f"{error.status} {error.code}")
        except Error as error:
            outcomes.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,), daemon=True) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a thread is stuck"
    return sorted(outcomes)
