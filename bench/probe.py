"""Counts the queries behind each path: ``python -m bench.probe`` under the settings of one server.

Reads a JSON list of paths, writes a JSON object of path → queries. Apart from the load, so that counting costs it
nothing. Every path is asked once before, so that what a process keeps for all requests is there.
"""

import json
import sys

import django


def main() -> None:
    django.setup()

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1"})
    counts: dict[str, int] = {}
    for path in json.load(sys.stdin):
        client.get(path)
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counts[path] = len(queries)
    json.dump(counts, sys.stdout)


if __name__ == "__main__":
    main()
