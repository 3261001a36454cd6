"""A server that takes requests and answers whatever a test tells it to: real sockets, false contents."""

import json
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

Reply = Callable[[socket.socket], None]

FROM_ELASTICSEARCH = {"X-Elastic-Product": "Elasticsearch"}


class Liar(socketserver.ThreadingTCPServer):
    """``reply`` answers each request; ``requests`` counts them. ``ended`` is set when the test is over."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply: Reply = nothing
        self.requests = 0
        self.ended = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """The other side hung up: it is meant to."""


class _Handler(socketserver.StreamRequestHandler):
    server: Liar

    def handle(self) -> None:
        while line := self.rfile.readline():
            length = 0
            while (line := self.rfile.readline().strip()) != b"":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            self.rfile.read(length)
            self.server.requests += 1
            self.server.reply(self.connection)


@contextmanager
def lying() -> Iterator[Liar]:
    with Liar() as liar:
        thread = threading.Thread(target=liar.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield liar
        finally:
            liar.ended.set()
            liar.shutdown()
            thread.join()


def nothing(connection: socket.socket) -> None:
    """Never an answer."""


def hanging_up(connection: socket.socket) -> None:
    connection.shutdown(socket.SHUT_RDWR)


def http(
    status: int = 200,
    body: bytes = b"",
    *,
    kind: str = "application/json",
    headers: Mapping[str, str] = FROM_ELASTICSEARCH,
    length: int | None = None,
) -> Reply:
    """An HTTP answer; with ``length`` it promises so many bytes and hangs up after those it has."""
    fields = {"Content-Type": kind, "Content-Length": str(len(body) if length is None else length), **headers}
    head = f"HTTP/1.1 {status} Told\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields.items())

    def reply(connection: socket.socket) -> None:
        connection.sendall(head.encode() + b"\r\n" + body)
        if length is not None:
            hanging_up(connection)

    return reply


def telling(content: Any, status: int = 200) -> Reply:
    """An answer in JSON that says it is Elasticsearch's."""
    return http(status, json.dumps(content).encode())


def dripping(head: bytes, drop: bytes, ended: threading.Event) -> Reply:
    """After ``head``, a few bytes twenty times a second for as long as anybody listens."""

    def reply(connection: socket.socket) -> None:
        connection.sendall(head)
        while not ended.wait(0.05):
            connection.sendall(drop)

    return reply
