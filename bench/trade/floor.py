"""A bare insert over HTTP: the rows that one checkout leaves, copied by plain SQL in one transaction.

The rows are those of the first order of ours: of the order and all below it, its payment, its attempt with the answer,
its letter; a new cart stands for the one that ours marks as ordered. Keys and what must be unique are new. No quote, no
lock, no check of anything but what the database checks by itself.
"""

import os
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import environ
import psycopg
from psycopg.types.json import Jsonb

# From parents to children: each table, with its column that names the order or the row above, and unique texts.
TABLES = (
    ("orders_recipient", "order_id"),
    ("orders_orderline", "order_id"),
    ("orders_fulfilment", "order_id"),
    ("orders_orderitem", "order_id"),
    ("payments_payment", "order_id"),
    ("orders_checkoutattempt", "order_id"),
)
PARENTS = {
    "recipient_id": "orders_recipient",
    "line_id": "orders_orderline",
    "fulfilment_id": "orders_fulfilment",
    "item_id": "orders_orderitem",
}
UNIQUE = {"orders_checkoutattempt": "key", "notices_message": "key"}
JSON = {"voucher_codes", "answer"}
_state: dict[str, Any] = {}


def application(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    connection = _state.get("connection") or _connect()
    if "rows" not in _state:
        _state["rows"] = _read(connection)
    _copy(connection, _state["rows"])
    start_response("201 Created", [("Content-Type", "application/json"), ("Content-Length", "2")])
    return [b"{}"]


def _connect() -> Any:
    at = environ.Env.db_url_config(os.environ["DATABASE_URL"])
    connection = psycopg.connect(host=at["HOST"], dbname=at["NAME"], user=at["USER"], autocommit=True)
    _state["connection"] = connection
    return connection


def _read(connection: Any) -> dict[str, list[dict[str, Any]]]:
    """The rows of one order, by table; empty while there is none."""
    with connection.cursor(row_factory=psycopg.rows.dict_row) as cursor:
        order = cursor.execute("SELECT * FROM orders_order ORDER BY id LIMIT 1").fetchone()
        if order is None:
            raise RuntimeError("There is no order to copy: let ours go first.")
        found: dict[str, list[dict[str, Any]]] = {"orders_order": [order]}
        found["orders_cart"] = [
            cursor.execute("SELECT * FROM orders_cart WHERE id = %s", [order["cart_id"]]).fetchone()
        ]
        for table, column in TABLES:
            found[table] = cursor.execute(
                f"SELECT * FROM {table} WHERE {column} = %s ORDER BY id", [order["id"]]
            ).fetchall()
        items = [row["id"] for row in found["orders_orderitem"]]
        found["orders_stockhold"] = cursor.execute(
            "SELECT * FROM orders_stockhold WHERE item_id = ANY(%s) ORDER BY id", [items]
        ).fetchall()
        found["notices_message"] = cursor.execute(
            "SELECT * FROM notices_message WHERE key LIKE %s", [f"order.{order['number']}.%"]
        ).fetchall()
        if empty := [table for table, rows in found.items() if not rows]:
            raise RuntimeError(f"Ours wrote nothing to {', '.join(empty)}: there is nothing to compare.")
    return found


def _copy(connection: Any, rows: dict[str, list[dict[str, Any]]]) -> None:
    with connection.transaction(), connection.cursor() as cursor:
        cart = _insert(cursor, "orders_cart", {**rows["orders_cart"][0], "id": uuid.uuid4()}, keeps_id=True)
        order = {**rows["orders_order"][0], "cart_id": cart, "number": uuid.uuid4().hex[:12]}
        order_id = _insert(cursor, "orders_order", order)
        renamed: dict[tuple[str, int], int] = {}
        for table in (*(name for name, _column in TABLES), "orders_stockhold", "notices_message"):
            for row in rows[table]:
                new = {**row, **({"order_id": order_id} if "order_id" in row else {})}
                if table in UNIQUE:
                    new[UNIQUE[table]] = uuid.uuid4().hex
                for column, parent in PARENTS.items():
                    if column in new:
                        new[column] = renamed[parent, row[column]]
                renamed[table, row["id"]] = _insert(cursor, table, new)
        for hold in sorted(rows["orders_stockhold"], key=lambda hold: hold["stock_id"]):
            cursor.execute(
                "UPDATE catalog_stock SET reserved = reserved + %s WHERE id = %s", [hold["quantity"], hold["stock_id"]]
            )


def _insert(cursor: Any, table: str, row: dict[str, Any], *, keeps_id: bool = False) -> Any:
    columns = [column for column in row if keeps_id or column != "id"]
    values = [Jsonb(row[name]) if name in JSON else row[name] for name in columns]
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))}) RETURNING id", values
    )
    return cursor.fetchone()[0]
