"""Emptying the database between tests, though the ledger lets nothing be deleted."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db.backends.sqlite3.base import DatabaseOperations

from marketplace.settlement.triggers import create_append_only_triggers, drop_append_only_triggers


@pytest.fixture(autouse=True, scope="session")
def ledger_can_be_emptied() -> Iterator[None]:
    """SQLite empties tables row by row, which the ledger's triggers refuse (PostgreSQL truncates)."""
    flush = DatabaseOperations.execute_sql_flush

    def flush_without_triggers(operations: Any, sql_list: list[str]) -> None:
        drop_append_only_triggers(operations.connection)
        try:
            flush(operations, sql_list)
        finally:
            create_append_only_triggers(operations.connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", flush_without_triggers)
        yield
