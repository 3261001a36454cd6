"""A real server of this project for tests: gunicorn on a free port of 127.0.0.1, ended by its own process id."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.message import Message
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """Development settings on a SQLite file and media of their own."""
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "marketplace.settings.development",
        "DATABASE_URL": f"sqlite:///{folder / 'shop.sqlite3'}",
        "MEDIA_ROOT": str(folder / "media"),
        "EVIDENCE_ROOT": str(folder / "evidence"),
        "LOG_LEVEL": "WARNING",
        "TODAY": "",
        **more,
    }


def manage(folder: Path, *arguments: str) -> str:
    """Run a management command against the folder's database."""
    command = [sys.executable, "manage.py", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment(folder), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@contextmanager
def serving(folder: Path, **env: str) -> Iterator[str]:
    """Serve the folder's database with more environment variables; yields the base address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        sys.executable, "-m", "gunicorn", "--config", "gunicorn.conf.py",
        "--timeout", "600", "--workers", "1", "--threads", "4", "--bind", f"127.0.0.1:{port}", "--log-level", "warning",
    ]  # fmt: skip
    log = (folder / "server.log").open("ab")
    process = subprocess.Popen(command, cwd=ROOT, env=environment(folder, **env), stdout=log, stderr=log)
    base = f"http://127.0.0.1:{port}"
    try:
        _wait_until_ready(base, process, folder / "server.log")
        yield base
    finally:
        process.terminate()
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        log.close()


def fetch(url: str, headers: Mapping[str, str] | None = None) -> tuple[int, Message, bytes]:
    """Status, headers and body; an error status is an answer, not an exception."""
    request = urllib.request.Request(url, headers=dict(headers or {}))
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, response.headers, response.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def _wait_until_ready(base: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        try:
            if fetch(f"{base}/healthz")[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"the server did not come up: {log.read_text()}")
