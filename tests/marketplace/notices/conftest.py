"""Certificates near their end, and a gateway that keeps what it is sent."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from .shop import Shop, copied_database, migrated_database
from .sink import Sink, sinking


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A gateway, switched on in the settings."""
    with sinking() as sink:
        settings.NOTICES_GATEWAY_URL = sink.url
        settings.NOTICES_GATEWAY_TIMEOUT = 5
        yield sink


@pytest.fixture(scope="module")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of an empty shop's database, to be copied."""
    with migrated_database(tmp_path_factory.mktemp("migrated")) as url:
        yield url


@pytest.fixture
def shop(tmp_path: Path, migrated: str) -> Iterator[Shop]:
    """A shop in a database of its own."""
    with (
        sinking() as sink,
        copied_database(migrated, tmp_path) as url,
        closing(Shop(tmp_path, url, sink)) as shop,
    ):
        yield shop
