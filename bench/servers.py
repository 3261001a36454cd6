"""Servers under load: gunicorn, with two sync workers if nothing else is asked, on a free port of 127.0.0.1."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

from .dataset import FOLDER, ROOT

WORKERS = 2
TWO_WORKERS = ("--workers", str(WORKERS), "--worker-class", "sync")
STARTS_WITHIN = 30  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Server:
    name: str
    port: int
    pid: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def get(self, path: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return Answer(response.status, dict(response.getheaders()), response.read())
        finally:
            connection.close()

    def worker_memory(self) -> float | None:
        """Resident memory of the largest worker in MB, None where it cannot be told."""
        sizes = list(_resident_kilobytes_of_children(self.pid))
        return max(sizes) / 1024 if sizes else None

    def processor_seconds(self) -> float | None:
        """Processor time the workers have used so far, None where it cannot be told (outside Linux)."""
        children = _children(self.pid)
        if children is None:
            return None
        ticks = 0
        for child in children:
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # utime and stime (proc(5)), counted from the state
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def serve(
    name: str, application: str, environment: Mapping[str, str], *, options: Sequence[str] = TWO_WORKERS
) -> Iterator[Server]:
    """Run a WSGI application by gunicorn with these options until the block ends.

    Raises ``RuntimeError`` with its log where it does not start.
    """
    port = _free_port()
    command = [
        sys.executable, "-m", "gunicorn", *options, "--bind", f"127.0.0.1:{port}",
        "--log-level", "warning", "--timeout", "60", application,
    ]  # fmt: skip
    log = FOLDER / f"{name}.log"
    with log.open("w") as output:
        process = subprocess.Popen(command, cwd=ROOT, env=dict(environment), stdout=output, stderr=output)
    server = Server(name=name, port=port, pid=process.pid)
    try:
        if not _answers_in_time(server, process):
            raise RuntimeError(f"The server “{name}” did not start:\n{log.read_text()}")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _answers_in_time(server: Server, process: subprocess.Popen[bytes]) -> bool:
    deadline = time.monotonic() + STARTS_WITHIN
    while process.poll() is None and time.monotonic() < deadline:
        try:
            server.get("/")
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def _children(pid: int) -> list[str] | None:
    """The processes that a process started; None where there is no /proc."""
    children = Path(f"/proc/{pid}/task/{pid}/children")
    return children.read_text().split() if children.exists() else None


def _resident_kilobytes_of_children(pid: int) -> Iterator[int]:
    children = _children(pid)
    if children is not None:
        for child in children:
            for line in Path(f"/proc/{child}/status").read_text().splitlines():
                if line.startswith("VmRSS:"):
                    yield int(line.split()[1])
        return
    try:
        listing = subprocess.run(["ps", "-axo", "ppid=,rss="], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return
    for line in listing.splitlines():
        parent, size = line.split()
        if int(parent) == pid:
            yield int(size)
