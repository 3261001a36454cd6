"""A shop with a database of its own, which other processes use too: they can be measured, raced and killed."""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import psycopg

from tests.services.server import ROOT, environment

from .sink import Sink

_MESSAGE_ID = re.compile(rb"^Message-ID: <([0-9a-f]{40})@", re.MULTILINE)


@dataclass(frozen=True)
class Ended:
    """A process that ended: its exit status, what it said, and what it took."""

    status: int
    said: str
    seconds: float
    cpu_seconds: float
    peak_megabytes: float


class Run:
    """A ``send_reminders`` on its way."""

    def __init__(self, process: "subprocess.Popen[bytes]", output: Path) -> None:
        self.process, self.output, self.started = process, output, time.monotonic()

    def kill_when(self, is_time: Callable[[], bool], *, patience: float = 120) -> bool:
        """SIGKILL as soon as it is time; whether that came before the end of the process."""
        until = time.monotonic() + patience
        while self.process.poll() is None and time.monotonic() < until:
            if is_time():
                self.kill()
                self.process.wait()
                return self.process.returncode == -signal.SIGKILL
            time.sleep(0.02)  # a question may be a connection
        return False

    def kill(self) -> None:
        os.kill(self.process.pid, signal.SIGKILL)

    def end(self) -> Ended:
        # The kernel's own account of a child's peak holds that of the process it was forked from.
        peak, status_file = 0.0, Path(f"/proc/{self.process.pid}/status")
        while os.waitid(os.P_PID, self.process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
            if found := re.search(r"VmHWM:\s*(\d+) kB", status_file.read_text()):
                peak = int(found[1]) / 1024
            time.sleep(0.05)
        _, status, usage = os.wait4(self.process.pid, 0)
        self.process.returncode = os.waitstatus_to_exitcode(status)
        return Ended(
            self.process.returncode,
            self.output.read_text(),
            time.monotonic() - self.started,
            usage.ru_utime + usage.ru_stime,
            peak,
        )


class Shop:
    """``url`` names its database; e-mails are appended to files in ``letters``, text messages go to ``sink``."""

    def __init__(self, folder: Path, url: str, sink: Sink) -> None:
        self.folder, self.url, self.sink = folder, url, sink
        self.runs: list[Run] = []
        self.letters = folder / "letters"
        self.letters.mkdir()
        self.environment = environment(
            folder,
            DATABASE_URL=url,
            EMAIL_URL=f"filemail:///{self.letters}",
            NOTICES_GATEWAY_URL=sink.url,
            ELASTICSEARCH_URL="",
        )

    def fill(self, *, producers: int, products: int, end: date) -> None:
        module = "tests.marketplace.notices.fill"
        command = [sys.executable, "-m", module, str(producers), str(products), end.isoformat()]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True)

    def start(self, day: date) -> Run:
        """Begin a run of ``send_reminders``."""
        output = self.folder / f"run-{len(self.runs)}.log"
        command = [sys.executable, "manage.py", "send_reminders", "--on", day.isoformat()]
        with output.open("wb") as log:
            run = Run(subprocess.Popen(command, cwd=ROOT, env=self.environment, stdout=log, stderr=log), output)
        self.runs.append(run)
        return run

    def close(self) -> None:
        """End whatever a failed test left behind."""
        for run in self.runs:
            if run.process.poll() is None:
                run.kill()
                run.process.wait()

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """The rows of a query, or of nothing for what only writes."""
        if self.url.startswith("sqlite"):
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=20)) as database, database:
                return database.execute(sql).fetchall()
        with psycopg.connect(_libpq(self.url), autocommit=True) as session:
            cursor = session.execute(sql)
            return cursor.fetchall() if cursor.description else []

    def count(self, table: str, condition: str = "1 = 1") -> int:
        number: int = self.ask(f"SELECT count(*) FROM {table} WHERE {condition}")[0][0]
        return number

    def letters_sent(self) -> Counter[str]:
        """How often each key stands in the files."""
        found: Counter[str] = Counter()
        for file in self.letters.iterdir():
            found.update(key.decode() for key in _MESSAGE_ID.findall(file.read_bytes()))
        return found

    def letters_size(self) -> int:
        return sum(file.stat().st_size for file in self.letters.iterdir())


@contextmanager
def migrated_database(folder: Path) -> Iterator[str]:
    """A database with the shop's tables, made once to be copied; yields its ``DATABASE_URL``."""
    with _empty_database(folder, "template") as url:
        manage = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(manage, cwd=ROOT, env=environment(folder, DATABASE_URL=url), check=True)
        yield url


@contextmanager
def copied_database(original: str, folder: Path) -> Iterator[str]:
    """A copy of a database that nobody uses; yields its ``DATABASE_URL``."""
    if original.startswith("sqlite"):
        file = folder / "shop.sqlite3"
        with (
            closing(sqlite3.connect(original.removeprefix("sqlite:///"))) as source,
            closing(sqlite3.connect(file)) as copy,
        ):
            source.backup(copy)
        yield f"sqlite:///{file}"
        return
    with _empty_database(folder, "copy", template=original.rsplit("/", 1)[1]) as url:
        yield url


@contextmanager
def _empty_database(folder: Path, name: str, template: str = "template0") -> Iterator[str]:
    server = os.environ.get("DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield f"sqlite:///{folder / f'{name}.sqlite3'}"
        return
    name = f"notices_{name}_{os.getpid()}"
    with psycopg.connect(_libpq(server), autocommit=True) as session:
        session.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield f"{server.rsplit('/', 1)[0]}/{name}"
        finally:
            session.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def _libpq(url: str) -> str:
    """A ``DATABASE_URL`` as libpq reads it: a socket's folder is a parameter there."""
    head, separator, tail = url.partition("@/")
    if not separator:
        return url.replace("postgres://", "postgresql://", 1)
    folder, _, name = tail.rpartition("/")
    return f"host={'/' + folder.lstrip('/')} dbname={name} user={head.removeprefix('postgres://')}"
