"""A gateway for text messages that keeps what it was sent, and misbehaves as a test tells it to."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Misbehaviour = Callable[["Handler", str], bool]  # whether it has answered, or is not going to


class Sink(ThreadingHTTPServer):
    """``requests`` are the keys as they came; ``delivered`` maps a key to what it brought the first time."""

    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.requests: list[str] = []
        self.delivered: dict[str, dict[str, Any]] = {}
        self.headers: list[dict[str, str]] = []
        self.connections = 0
        self.misbehave: Misbehaviour = lambda handler, key: False
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/messages?from=ocop"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other side hung up, or was killed: it is meant to."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Sink

    def setup(self) -> None:
        super().setup()
        self.server.connections += 1

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        self.server.requests.append(key)
        self.server.headers.append(dict(self.headers))
        if not self.server.misbehave(self, key):
            self.server.delivered.setdefault(key, body)
            self.answer(202, b'{"accepted": true}')

    def answer(self, status: int, body: bytes = b"", **headers: str) -> bool:
        self.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        return True

    def hang(self) -> bool:
        self.server.ended.wait()
        self.close_connection = True
        return True

    def drop(self) -> bool:
        self.connection.close()
        self.close_connection = True
        return True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


@contextmanager
def sinking() -> Iterator[Sink]:
    with Sink() as sink:
        thread = threading.Thread(target=sink.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield sink
        finally:
            sink.ended.set()
            sink.shutdown()
            thread.join()
