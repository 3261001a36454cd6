"""The index of each engine: how fast it is made, and how big it is."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass

from bench.dataset import ROOT


@dataclass(frozen=True, slots=True)
class Index:
    """``documents`` in ``seconds``, both 0 where nothing was made now; ``size`` in bytes."""

    documents: int
    seconds: float
    size: int

    @property
    def pace(self) -> float | None:
        """Documents a second."""
        return self.documents / self.seconds if self.seconds else None


def rebuild(environment: Mapping[str, str], url: str, *, documents: int) -> Index:
    """Make the index of Elasticsearch anew, as an operator does. Raises ``CalledProcessError``."""
    started = time.perf_counter()
    subprocess.run(
        [sys.executable, "manage.py", "search_rebuild"],
        cwd=ROOT, env={**environment, "TERM": "dumb"}, check=True, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    seconds = time.perf_counter() - started
    prefix = environment["ELASTICSEARCH_PREFIX"]
    with urllib.request.urlopen(f"{url}/{prefix}-*/_stats/store", timeout=60) as answer:
        size = json.load(answer)["_all"]["primaries"]["store"]["size_in_bytes"]
    return Index(documents, seconds, size)
