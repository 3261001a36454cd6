"""Databases with their files that take minutes to make: the first test of a run that asks makes one, all get copies."""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .server import manage

_FOLDER = "MADE_ONCE"  # the environment tells every process of a run where


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        os.environ[_FOLDER] = tempfile.mkdtemp(prefix="cho-ocop-made-once-")


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        shutil.rmtree(os.environ.pop(_FOLDER), ignore_errors=True)


def put_migrated(folder: Path) -> None:
    """Put a database with the shop's tables into the folder."""
    shutil.copytree(_made("migrated", _migrate), folder, dirs_exist_ok=True)


def put_demo(folder: Path) -> None:
    """Put the demo's database, pictures and evidence into the folder."""
    shutil.copytree(_made("demo", _seed), folder, dirs_exist_ok=True)


def _migrate(folder: Path) -> None:
    manage(folder, "migrate", "--verbosity", "0")


def _seed(folder: Path) -> None:
    put_migrated(folder)
    manage(folder, "seed_demo")


def _made(name: str, make: Callable[[Path], None]) -> Path:
    parent = Path(os.environ[_FOLDER])
    made = parent / name
    with (parent / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            unfinished = Path(tempfile.mkdtemp(dir=parent))
            make(unfinished)
            unfinished.rename(made)
    return made
