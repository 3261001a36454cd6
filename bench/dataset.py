"""The database a bench runs on: made once, reused while nothing that shapes it has changed."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "var" / "bench"
SEED = 1
KEPT_FOR = timedelta(days=14)  # stock and certificates are arranged around the day it was made on

# What decides which rows there are. A change of any of it makes the database anew.
SHAPERS = (
    "catalog/generation/*",
    "catalog/media/ingest.py",
    "catalog/search/folding.py",
    "catalog/search/indexing.py",
    "catalog/search/engines/sqlite.py",
    "catalog/migrations/*.py",
    "catalog/models/*.py",
    "cms/migrations/*.py",
    "ocop_badges/migrations/*.py",
    "ocop_badges/rules.py",
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A catalogue in a file of its own, and the environment in which the shop serves it."""

    products: int

    @property
    def database(self) -> Path:
        return FOLDER / f"{self.products}.sqlite3"

    @property
    def _stamp(self) -> Path:
        return self.database.with_suffix(".json")

    @property
    def environment(self) -> dict[str, str]:
        """Production settings, but on plain HTTP at 127.0.0.1: there is no proxy in front."""
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return inherited | {
            "DJANGO_SETTINGS_MODULE": "marketplace.settings.production",
            "DATABASE_URL": f"sqlite:///{self.database}",
            "SECRET_KEY": "not a secret: signs the cursors of a bench on this machine",
            "SITE_URL": "https://bench.example",
            "ALLOWED_HOSTS": "127.0.0.1",
            "SECURE_SSL_REDIRECT": "false",
            "MEDIA_ROOT": str(FOLDER / f"media-{self.products}"),
            "STATIC_ROOT": str(FOLDER / "static"),
            "LOG_LEVEL": "ERROR",
            "PYTHONPATH": str(ROOT),
        }

    def prepare(self, *, today: date) -> None:
        """Make the database unless the one there is in step. Says what it does."""
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / "static").mkdir(exist_ok=True)
        fingerprint = fingerprint_of(SHAPERS)
        if self._is_in_step(fingerprint, today):
            print(f"Database: {self.database.relative_to(ROOT)} (as made before)")
            return
        print(f"Database: making {self.products:,} products in {self.database.relative_to(ROOT)} …", flush=True)
        self._stamp.unlink(missing_ok=True)
        for suffix in ("", "-wal", "-shm"):
            self.database.with_name(self.database.name + suffix).unlink(missing_ok=True)
        self._manage("migrate", "--verbosity=0")
        self._manage("generate_catalog", f"--products={self.products}", f"--seed={SEED}", f"--on={today}", "--pictures")
        self._stamp.write_text(json.dumps({"fingerprint": fingerprint, "on": today.isoformat()}))

    def _is_in_step(self, fingerprint: str, today: date) -> bool:
        try:
            stamp = json.loads(self._stamp.read_text())
            made_on = date.fromisoformat(stamp["on"])
        except (OSError, ValueError, KeyError):
            return False
        return (
            self.database.exists()
            and stamp.get("fingerprint") == fingerprint
            and timedelta(0) <= today - made_on <= KEPT_FOR
        )

    def _manage(self, *arguments: str) -> None:
        subprocess.run(
            [sys.executable, "manage.py", *arguments], cwd=ROOT, env={**self.environment, "TERM": "dumb"}, check=True
        )


def fingerprint_of(patterns: Iterable[str]) -> str:
    """A text that changes whenever one of the project's files does that match a pattern."""
    digest = hashlib.sha256()
    for pattern in patterns:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file():
                digest.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes())
    return digest.hexdigest()
