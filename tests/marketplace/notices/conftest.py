"""Certificates near their end, and a gateway that keeps what it is sent."""

from collections.abc import Iterator

import pytest

from .sink import Sink, sinking


@pytest.fixture
def sink(settings) -> Iterator[Sink]:
    """A gateway, switched on in the settings."""
    with sinking() as sink:
        settings.NOTICES_GATEWAY_URL = sink.url
        settings.NOTICES_GATEWAY_TIMEOUT = 5
        yield sink
