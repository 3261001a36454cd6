"""The bench of trade compares like with like: its floor inserts into every table that a checkout of ours writes to."""

import re
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.trade.buyers import ask_beside
from bench.trade.floor import TABLES
from tests.factories import make_pack, make_product
from tests.marketplace.shop.ordering import body_for, send
from tests.trade import make_cart, open_shop

# Besides those that hang on the order: itself, what it holds and reserves, its cart and its letter; and recipients that
# a company may have handed in, here none.
OTHERS = {"orders_order", "orders_cart", "orders_stockhold", "catalog_stock", "notices_message", "shop_giftlist"}


@pytest.mark.django_db
def test_a_checkout_writes_to_the_tables_of_the_floor_and_no_other() -> None:
    open_shop()
    body = body_for(make_cart(*((make_pack(make_product(), on_hand=9), 1) for _producer in range(2))))
    with CaptureQueriesContext(connection) as queries:
        assert send(Client(), "post", "/checkout/", body, **{"Idempotency-Key": "k"}).status_code == 201
    writing = re.compile(r'(?:INSERT(?: OR IGNORE)? INTO|UPDATE|DELETE FROM) "?(\w+)"?')
    written = {found[1] for query in queries if (found := writing.match(query["sql"]))}
    assert written == {table for table, _column in TABLES} | OTHERS


@pytest.fixture
def shop() -> Iterator[tuple[str, list[str]]]:
    """The address of a server that takes everything, and what it was asked: ``GET`` or ``POST``."""
    asked: list[str] = []

    class Taking(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            asked.append(self.command)
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_said: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Taking) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


@pytest.mark.parametrize(("bodies", "wrong"), [(100_000, 0), (3, 1)], ids=["enough", "too few"])
def test_lists_are_asked_while_clients_check_out(shop: tuple[str, list[str]], bodies: int, wrong: int) -> None:
    url, asked = shop
    # In a thread of its own: where Chromium's tests share the process, this one already runs Playwright's loop.
    with ThreadPoolExecutor(1) as apart:
        lists, sold = apart.submit(
            ask_beside,
            url,
            "/list/",
            seconds=0.5,
            per_second=20,
            target="/checkout/",
            bodies=[{"a": 1}] * bodies,
            clients=4,
        ).result()
    assert (len(lists.milliseconds), lists.wrong, len(sold.wrong)) == (10, [], wrong)
    assert len(sold.milliseconds) == asked.count("POST") >= 3
    assert asked.count("GET") == 10
    if not wrong:
        assert "POST" in asked[asked.index("GET") : len(asked) - asked[::-1].index("GET")]
