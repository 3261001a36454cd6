"""What our engine asks of Elasticsearch: ``python -m bench.search.overheard`` under the settings of its shop.

Reads a JSON list of paths, asks the shop for each and writes a JSON object of path → requests as they went over the
wire, each ``[path, body]``. Every path is asked once before, so that what a process keeps for all requests is there.
"""

import json
import sys
from typing import Any

import django


def main() -> None:
    django.setup()

    from django.test import Client

    from catalog.search.elastic.client import client as elasticsearch

    heard: list[tuple[str, str]] = []
    wire = type(elasticsearch().transport.node_pool.get())
    perform_request = wire.perform_request

    def overhear(node: Any, method: str, target: str, body: bytes | None = None, **options: Any) -> Any:
        if method != "POST" or body is None:
            raise RuntimeError(f"{method} {target} is not a search")
        heard.append((target, body.decode()))
        return perform_request(node, method, target, body=body, **options)

    wire.perform_request = overhear  # type: ignore[method-assign]
    client = Client(headers={"host": "127.0.0.1"})
    requests: dict[str, list[tuple[str, str]]] = {}
    for path in json.load(sys.stdin):
        client.get(path)
        heard.clear()
        client.get(path)
        requests[path] = list(heard)
    json.dump(requests, sys.stdout)


if __name__ == "__main__":
    main()
