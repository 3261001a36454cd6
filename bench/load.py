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


def put_under_load(url: str, paths: Sequence[str], *, seconds: float) -> Load:
    """Ask for the paths, one after another and over again, by ``CLIENTS`` at once."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as listed:
        listed.write("\n".join(paths) + "\n")
        listed.flush()
        wrk = shutil.which("wrk")
        if wrk:
            command = [
                wrk, "--threads", "1", "--connections", str(CLIENTS), "--duration", f"{max(1, round(seconds))}s",
                "--timeout", "10s", "--script", str(_SCRIPT), url, "--", listed.name,
            ]  # fmt: skip
        else:
            command = [sys.executable, "-m", "bench.client", url, listed.name, str(CLIENTS), str(seconds)]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return Load(**json.loads(done.stdout.strip().splitlines()[-1]))
