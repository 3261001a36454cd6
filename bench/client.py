"""A small HTTP client for load, where ``wrk`` is not installed.

``python -m bench.client URL FILE CLIENTS SECONDS`` asks for the paths listed in FILE and prints one line of JSON.
Where a tab follows a path, what comes after it is posted to the path as JSON, further tabs being ends of lines.
Each client keeps its connection while the server does; gunicorn's sync workers close it after every answer.
"""

import asyncio
import json
import re
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

_LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)


class Client(asyncio.Protocol):
    """One connection after another, one request at a time on it."""

    def __init__(self, run: "Run") -> None:
        self.run = run
        self.transport: asyncio.Transport | None = None
        self.buffer = b""
        self.asked_at = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport  # type: ignore[assignment]
        self.ask()

    def ask(self) -> None:
        assert self.transport is not None
        if time.perf_counter() >= self.run.until:
            self.transport.close()
            return
        self.buffer = b""
        self.asked_at = time.perf_counter()
        self.transport.write(next(self.run.requests))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        head_end = self.buffer.find(b"\r\n\r\n")
        if head_end < 0:
            return
        length = _LENGTH.search(self.buffer, 0, head_end + 2)
        if length is None or len(self.buffer) < head_end + 4 + int(length[1]):
            return
        self.run.seconds.append(time.perf_counter() - self.asked_at)
        self.run.errors += not self.buffer.startswith((b"HTTP/1.1 2", b"HTTP/1.1 304"))
        closes = _CLOSES.search(self.buffer, 0, head_end + 2)
        self.buffer, self.asked_at = b"", 0.0
        if closes is None:
            self.ask()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.asked_at and time.perf_counter() < self.run.until:
            self.run.errors += 1  # the server left in the middle of an answer
        self.run.disconnected(self)


class Run:
    def __init__(self, url: str, paths: list[str], clients: int, seconds: float) -> None:
        target = urlsplit(url)
        self.host, self.port = target.hostname or "127.0.0.1", target.port or 80
        self.requests: Iterator[bytes] = cycle([self._request(*path.split("\t", 1)) for path in paths])
        self.clients = clients
        self.length = seconds
        self.until = 0.0
        self.seconds: list[float] = []
        self.errors = 0
        self._lost: asyncio.Queue[Client] = asyncio.Queue()

    def _request(self, path: str, body: str | None = None) -> bytes:
        """``body`` is JSON, to be posted."""
        head = f"{'GET' if body is None else 'POST'} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
        if body is None:
            return f"{head}\r\n".encode()
        posted = body.replace("\t", "\n").encode()
        return f"{head}Content-Type: application/json\r\nContent-Length: {len(posted)}\r\n\r\n".encode() + posted

    def disconnected(self, client: Client) -> None:
        self._lost.put_nowait(client)

    async def go(self) -> dict[str, float]:
        loop = asyncio.get_running_loop()
        started = time.perf_counter()
        self.until = started + self.length
        connected = 0
        for _ in range(self.clients):
            await loop.create_connection(lambda: Client(self), self.host, self.port)
            connected += 1
        while connected:
            await self._lost.get()
            if time.perf_counter() >= self.until:
                connected -= 1
                continue
            await loop.create_connection(lambda: Client(self), self.host, self.port)
        took = time.perf_counter() - started
        ordered = sorted(self.seconds) or [0.0]
        return {
            "requests": len(self.seconds),
            "per_second": round(len(self.seconds) / took, 3),
            "p50": round(ordered[len(ordered) // 2] * 1000, 3),
            "p99": round(ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1000, 3),
            "errors": self.errors,
        }


def main() -> None:
    url, file, clients, seconds = sys.argv[1:]
    paths = Path(file).read_text().splitlines()
    print(json.dumps(asyncio.run(Run(url, paths, int(clients), float(seconds)).go())))


if __name__ == "__main__":
    main()
