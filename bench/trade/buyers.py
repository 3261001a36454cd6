"""Clients of the bench: so many at once, or one request after another at a steady pace."""

import asyncio
import json
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit


@dataclass(slots=True)
class Stretch:
    """What one stretch of requests came to: ``milliseconds`` of each, and the answers that were not 2xx."""

    milliseconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    took: float = 0.0

    @property
    def per_second(self) -> float:
        return len(self.milliseconds) / self.took if self.took else 0.0

    def percentile(self, percent: int) -> float:
        ordered = sorted(self.milliseconds) or [0.0]
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def send_all(url: str, path: str, bodies: Sequence[dict[str, object]], *, clients: int) -> Stretch:
    """Post every body once, so many at a time."""

    async def go() -> Stretch:
        stretch, left = Stretch(), iter(bodies)
        started = time.perf_counter()
        await asyncio.gather(*(_work(url, path, left, stretch) for _ in range(clients)))
        stretch.took = time.perf_counter() - started
        return stretch

    return asyncio.run(go())


def keep_asking(url: str, path: str, *, seconds: float, per_second: float) -> Stretch:
    """Get a path at a steady pace, whether or not answers come."""

    async def go() -> Stretch:
        stretch = Stretch()
        started = time.perf_counter()
        await _at_pace(url, path, round(seconds * per_second), per_second, stretch)
        stretch.took = time.perf_counter() - started
        return stretch

    return asyncio.run(go())


def ask_beside(
    url: str,
    path: str,
    *,
    seconds: float,
    per_second: float,
    target: str,
    bodies: Sequence[dict[str, object]],
    clients: int,
) -> tuple[Stretch, Stretch]:
    """The same while so many clients post to ``target``, one body after another as fast as they are answered.

    What was asked, and what was posted beside it; that there were too few bodies is a wrong answer.
    """

    async def go() -> tuple[Stretch, Stretch]:
        asked, posted, over = Stretch(), Stretch(), asyncio.Event()

        def left() -> Iterator[dict[str, object]]:
            for body in bodies:
                if over.is_set():
                    return
                yield body
            posted.wrong.append(f"All {len(bodies)} bodies were posted before the last page was there.")

        shared = left()
        started = time.perf_counter()
        posting = [asyncio.create_task(_work(url, target, shared, posted)) for _ in range(clients)]
        await _at_pace(url, path, round(seconds * per_second), per_second, asked)
        asked.took = time.perf_counter() - started
        over.set()
        await asyncio.gather(*posting)
        posted.took = time.perf_counter() - started
        return asked, posted

    return asyncio.run(go())


async def _work(url: str, path: str, left: Iterator[dict[str, object]], stretch: Stretch) -> None:
    for body in left:
        await _measure(url, "POST", path, body, stretch)


async def _at_pace(url: str, path: str, count: int, per_second: float, stretch: Stretch) -> None:
    started, running = time.perf_counter(), []
    for number in range(count):
        await asyncio.sleep(max(0.0, started + number / per_second - time.perf_counter()))
        running.append(asyncio.create_task(_measure(url, "GET", path, None, stretch)))
    await asyncio.gather(*running)


async def _measure(url: str, verb: str, path: str, body: dict[str, object] | None, stretch: Stretch) -> None:
    """One request on a connection of its own, as gunicorn's sync workers want it."""
    target = urlsplit(url)
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{verb} {path} HTTP/1.1\r\nHost: {target.netloc}\r\nConnection: close\r\n"
        f"Idempotency-Key: {uuid.uuid4()}\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n\r\n"
    )
    started = time.perf_counter()
    reader, writer = await asyncio.open_connection(target.hostname, target.port)
    writer.write(head.encode() + content)
    answer = await reader.read()
    stretch.milliseconds.append((time.perf_counter() - started) * 1000)
    if not answer.startswith(b"HTTP/1.1 2"):
        stretch.wrong.append(answer.decode(errors="replace"))
    writer.close()
