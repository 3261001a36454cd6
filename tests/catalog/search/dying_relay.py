"""``python -m tests.catalog.search.dying_relay STEP``: a relay that is killed at one step of its first batch.

A real process with a real database and index, ended by SIGKILL: no handler runs, no transaction is ended in order.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import django


def die() -> NoReturn:
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("a killed process goes on")


def after(module: Any, name: str) -> None:
    """Die when this function has done its work."""
    function = getattr(module, name)

    def dying(*args: Any, **options: Any) -> NoReturn:
        function(*args, **options)
        die()

    setattr(module, name, dying)


def after_statement(column: str) -> None:
    """Die when the outbox was updated so, before the transaction ends."""
    from django.db import connection

    def dying(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if sql.startswith(f'UPDATE "catalog_searchchange" SET "{column}"'):
            die()
        return result

    connection.execute_wrappers.append(dying)


def with_part_written(choose: Callable[[list[str], dict[int, int]], tuple[list[str], dict[int, int]]]) -> None:
    """Write a part of the batch, then die."""
    from catalog.search import relay

    write = relay.write_documents

    def dying(*, client: Any, indices: list[str], versions: dict[int, int]) -> NoReturn:
        indices, versions = choose(indices, versions)
        write(client=client, indices=indices, versions=versions)
        die()

    relay.write_documents = dying


def arrange(step: str) -> None:
    from catalog.search import relay
    from catalog.search.elastic import writing

    match step:
        case "claiming":
            after_statement("lease")
        case "claimed":
            after(relay, "claim_changes")
        case "indices known":
            after(relay, "writable_indices")
        case "documents loaded":
            after(writing, "load_documents")
        case "half the documents written":
            with_part_written(lambda indices, versions: (indices, dict(list(versions.items())[::2])))
        case "one of two indices written":
            with_part_written(lambda indices, versions: (indices[:1], versions))
        case "written":
            after(relay, "write_documents")
        case "settling":
            after_statement("indexed_version")
        case "settled":
            after(relay, "settle")
        case _:
            raise SystemExit(f"there is no step {step}")


if __name__ == "__main__":
    django.setup()
    arrange(sys.argv[1])
    from django.core.management import call_command

    call_command("relay_outbox")
