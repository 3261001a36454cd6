"""Load: ``wrk`` where it is installed, else a client of our own in a process of its own."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .dataset import ROOT

CLIENTS = 8
_SCRIPT = Path(__file__).with_name("paths.lua")


@dataclass(frozen=True, slots=True)
class Posted:
    """A body of JSON to post to a path, or lines of it; compact, so that it holds no tab."""

    path: str
    body: str


@dataclass(frozen=True, slots=True)
class Load:
    """What one stretch of load came to. ``p50`` and ``p99`` in milliseconds; ``errors`` counts failed requests.

    ``cpu`` is the processor time of the server in milliseconds a request, None where it cannot be told.
    """

    requests: int
    per_second: float
    p50: float
    p99: float
    errors: int
    cpu: float | None = None


def client_name() -> str:
    return "wrk" if shutil.which("wrk") else "bench.client (install wrk for a lighter one)"


def put_under_load(url: str, asked: Sequence[str | Posted], *, seconds: float, clients: int = CLIENTS) -> Load:
    """Ask for paths, or post bodies to them, one after another and over again, by so many ``clients`` at once."""
    lines = [_line(one) for one in asked]
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(lines) + "\n")
        listed.flush()
        wrk = shutil.which("wrk")
        if wrk:
            command = [
                wrk, "--threads", "1", "--connections", str(clients), "--duration", f"{max(1, round(seconds))}s",
                "--timeout", "10s", "--script", str(_SCRIPT), url, "--", listed.name,
            ]  # fmt: skip
        else:
            command = [sys.executable, "-m", "bench.client", url, listed.name, str(clients), str(seconds)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout.strip().splitlines()[-1]))


def _line(asked: str | Posted) -> str:
    """What the clients read: a path, then for a body a tab, and a tab for each of its ends of line."""
    if isinstance(asked, str):
        return asked
    return f"{asked.path}\t{asked.body}".replace("\n", "\t")
