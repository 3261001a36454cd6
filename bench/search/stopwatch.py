"""One client that takes its time: ``python -m bench.search.stopwatch URL SECONDS``.

Reads a JSON list of steps, each a list of requests ``[path, body]`` (``body`` None: GET, else POST) that are made one
after another and timed together. Walks the steps over and over for so many seconds and prints one line of JSON, as
``bench.client`` does. It costs what ``curl`` costs: a plain connection, kept while the server keeps it.
"""

import http.client
import json
import sys
import time
from collections.abc import Sequence
from itertools import cycle
from urllib.parse import urlsplit

Request = tuple[str, str | None]


def main() -> None:
    url, seconds = sys.argv[1], float(sys.argv[2])
    print(json.dumps(walk(url, json.load(sys.stdin), seconds=seconds)))


def walk(url: str, steps: Sequence[Sequence[Request]], *, seconds: float) -> dict[str, float]:
    target = urlsplit(url)
    connection = http.client.HTTPConnection(target.hostname or "127.0.0.1", target.port, timeout=30)
    took: list[float] = []
    errors = 0
    started = time.perf_counter()
    for step in cycle(steps):
        before = time.perf_counter()
        answered = [_answers(connection, path, body) for path, body in step]
        after = time.perf_counter()
        took.append(after - before)
        errors += not all(answered)
        if after - started >= seconds:
            break
    connection.close()
    ordered = sorted(took)
    return {
        "requests": len(took),
        "per_second": round(len(took) / sum(took), 3),
        "p50": round(ordered[len(ordered) // 2] * 1000, 3),
        "p99": round(ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)] * 1000, 3),
        "errors": errors,
    }


def _answers(connection: http.client.HTTPConnection, path: str, body: str | None) -> bool:
    if body is None:
        connection.request("GET", path)
    else:
        connection.request("POST", path, body.encode(), {"Content-Type": "application/json"})
    response = connection.getresponse()
    response.read()
    return response.status == 200


if __name__ == "__main__":
    main()
