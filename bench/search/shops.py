"""The shops under test: one catalogue for each size and database, made once and kept under ``.cache``.

On PostgreSQL a database each in one cluster, on SQLite a file each. The smallest is generated, the others are copies
of it that were grown (``growing``). About 7 GB for a million products on PostgreSQL, 2 GB on SQLite.
"""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

from bench.dataset import KEPT_FOR, ROOT, SEED, SHAPERS, Dataset, fingerprint_of

FOLDER = ROOT / ".cache" / "bench-search"
BASE = 17_400
LEAST_FREE = 12 * 10**9  # bytes on the disk before a catalogue of a million is made
SHAPERS_OF_ALL = (
    *SHAPERS,
    "bench/search/copying.py",
    "bench/search/growing.py",
    "bench/search/naming.py",
    "catalog/search/engines/postgresql.py",
    "catalog/search/spelling.py",
    "catalog/search/vocabulary.py",
)
# What a small dedicated server of PostgreSQL would have; all else is as it comes.
SERVER_OPTIONS = {
    "shared_buffers": "2GB",
    "effective_cache_size": "8GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "512MB",
    "random_page_cost": "1.1",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "30min",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


@dataclass(frozen=True, slots=True)
class Shop:
    """A catalogue in a database. ``database_url`` of a cluster names its first database."""

    vendor: str
    products: int
    database_url: str

    @property
    def environment(self) -> dict[str, str]:
        """Production settings, as in ``bench.dataset``, without Elasticsearch."""
        return {
            **Dataset(self.products).environment,
            "DATABASE_URL": self._url(self._database),
            "MEDIA_ROOT": str(FOLDER / f"media-{self.vendor}-{self._base}"),
            "LOG_LEVEL": "WARNING",
        }

    def prepare(self, *, today: date) -> dict[str, Any]:
        """Make the database unless the one there is in step; what is known of its making. Says what it does."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        fingerprint = fingerprint_of(SHAPERS_OF_ALL)
        stamp = self._read_stamp()
        if stamp.get("fingerprint") == fingerprint and _is_recent(stamp, today):
            return stamp
        if self.products > 500_000 and shutil.disk_usage(FOLDER).free < LEAST_FREE:
            raise OSError(f"{FOLDER} needs {LEAST_FREE / 1e9:.0f} GB of free space")
        self._stamp.unlink(missing_ok=True)
        if self.products <= self._base:
            grown = self._generate(today)
        else:
            Shop(self.vendor, self._base, self.database_url).prepare(today=today)
            grown = self._grow()
        self.settle()
        stamp = {"fingerprint": fingerprint, "on": today.isoformat(), **grown}
        self._stamp.write_text(json.dumps(stamp))
        return stamp

    @property
    def _base(self) -> int:
        return min(self.products, BASE)

    @property
    def _database(self) -> str:
        return f"shop_{self.products}"

    @property
    def _file(self) -> Path:
        return FOLDER / f"{self._database}.sqlite3"

    @property
    def _stamp(self) -> Path:
        return FOLDER / f"{self.vendor}-{self.products}.json"

    def _read_stamp(self) -> dict[str, Any]:
        try:
            stamp: dict[str, Any] = json.loads(self._stamp.read_text())
            date.fromisoformat(stamp["on"])
        except (OSError, ValueError, KeyError):
            return {}
        return stamp

    def _url(self, database: str) -> str:
        if self.vendor == "sqlite":
            return f"sqlite:///{self._file}"
        address = urlsplit(self.database_url)
        return urlunsplit(address._replace(path=f"{address.path.rpartition('/')[0]}/{database}"))

    def _generate(self, today: date) -> dict[str, Any]:
        print(f"{self.vendor}: generating {self.products:,} products …", flush=True)
        self._make_database("")
        shutil.rmtree(self.environment["MEDIA_ROOT"], ignore_errors=True)
        self._manage("migrate", "--verbosity=0")
        self._manage("generate_catalog", f"--products={self.products}", f"--seed={SEED}", f"--on={today}", "--pictures")
        return {}

    def _grow(self) -> dict[str, Any]:
        print(f"{self.vendor}: growing {self._base:,} products to {self.products:,} …", flush=True)
        self._make_database(f"shop_{self._base}")
        workers = (os.cpu_count() or 1) if self.vendor == "postgresql" else 1  # SQLite lets only one write
        grown = self._run("-m", "bench.search.growing", str(self.products), f"--workers={workers}", output=True)
        told: dict[str, Any] = json.loads(grown)
        return told

    def _make_database(self, template: str) -> None:
        if self.vendor == "sqlite":
            for suffix in ("", "-wal", "-shm"):
                self._file.with_name(self._file.name + suffix).unlink(missing_ok=True)
            if template:
                shutil.copyfile(FOLDER / f"{template}.sqlite3", self._file)
            return
        with self._connected("postgres") as connection:
            connection.execute(f"DROP DATABASE IF EXISTS {self._database}")
            connection.execute(f"CREATE DATABASE {self._database} TEMPLATE {template or 'template0'}")

    def settle(self) -> None:
        """What a database does by itself in its first quiet minutes after such a load."""
        if self.vendor == "sqlite":
            with closing(sqlite3.connect(self._file)) as connection:
                connection.execute("ANALYZE")
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return
        with self._connected(self._database) as connection:
            connection.execute("VACUUM (ANALYZE)")
            connection.execute("CHECKPOINT")

    def _connected(self, database: str) -> psycopg.Connection[Any]:
        folder = urlsplit(self.database_url).path.rpartition("/")[0].replace("//", "/")
        return psycopg.connect(host=folder, user="shop", dbname=database, autocommit=True)

    def _manage(self, *arguments: str) -> None:
        self._run("manage.py", *arguments)

    def _run(self, *arguments: str, output: bool = False) -> str:
        done = subprocess.run(
            [sys.executable, *arguments], cwd=ROOT, env={**self.environment, "TERM": "dumb"}, check=True,
            stdout=subprocess.PIPE if output else None, text=True,
        )  # fmt: skip
        return done.stdout or ""


def _is_recent(stamp: Mapping[str, Any], today: date) -> bool:
    return timedelta(0) <= today - date.fromisoformat(stamp["on"]) <= KEPT_FOR
