"""The ledger is append-only in the database too: triggers refuse what the models refuse."""

from django.db.backends.base.base import BaseDatabaseWrapper

TABLES = ("settlement_transaction", "settlement_ledgerentry", "settlement_earning")
EVENTS = ("UPDATE", "DELETE")
NAME = "ledger_is_append_only"

_FUNCTION = f"""
CREATE OR REPLACE FUNCTION {NAME}() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{NAME}' USING ERRCODE = 'integrity_constraint_violation'; END $$
"""
_POSTGRESQL = "CREATE TRIGGER {name} BEFORE {event} ON {table} FOR EACH ROW EXECUTE FUNCTION " + NAME + "()"
_SQLITE = "CREATE TRIGGER {name} BEFORE {event} ON {table} BEGIN SELECT RAISE(ABORT, '" + NAME + "'); END"


def create_append_only_triggers(connection: BaseDatabaseWrapper) -> None:
    """Refuse changes and deletions of what the ledger holds. A migration that rebuilds a table must call this again."""
    drop_append_only_triggers(connection)
    template = {"postgresql": _POSTGRESQL, "sqlite": _SQLITE}[connection.vendor]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_FUNCTION)
        for table in TABLES:
            for event in EVENTS:
                cursor.execute(template.format(name=_name(table, event), event=event, table=table))


def drop_append_only_triggers(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for table in TABLES:
            for event in EVENTS:
                on = f" ON {table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {_name(table, event)}{on}")
        if connection.vendor == "postgresql":
            cursor.execute(f"DROP FUNCTION IF EXISTS {NAME}()")


def _name(table: str, event: str) -> str:
    return f"{table}_{event.lower()}_{NAME}"
