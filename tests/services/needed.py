"""What a test needs of the machine: there, a skip with a reason, or a failure where services are required."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest

from .elasticsearch import Node, Unavailable


def missing(reason: str) -> NoReturn:
    """Skip the test with the reason, or fail it under ``REQUIRE_SERVICES=1``."""
    if os.environ.get("REQUIRE_SERVICES") == "1":
        pytest.fail(reason, pytrace=False)
    pytest.skip(reason)


def program(*names: str) -> str:
    """The path of the first program found; else the test is skipped, or fails under ``REQUIRE_SERVICES=1``."""
    for name in names:
        if found := shutil.which(name):
            return found
    missing(f"needs {' or '.join(names)}")


@contextmanager
def elasticsearch_node(folder: Path, *, heap: str = "512m") -> Iterator[Node]:
    """A server of the test's own, started, which the test may kill and start again; stopped at the end."""
    node = Node(folder, heap=heap)
    try:
        node.start()
    except Unavailable as error:
        missing(str(error))
    try:
        yield node
    finally:
        node.stop()
