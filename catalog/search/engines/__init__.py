from functools import cache

from django.db import connection

from .database import DatabaseEngine
from .postgresql import PostgresqlEngine
from .sqlite import SqliteEngine

_BY_VENDOR: dict[str, type[DatabaseEngine]] = {"sqlite": SqliteEngine, "postgresql": PostgresqlEngine}


@cache
def _engine(vendor: str) -> DatabaseEngine:
    return _BY_VENDOR[vendor]()


def database_engine() -> DatabaseEngine:
    """The engine that lives in the database of the shop."""
    return _engine(connection.vendor)
