"""What commands that go on for ever have in common: they end when they are told to, and show that they live."""

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

_SIGNALS: tuple[int, ...] = (signal.SIGTERM, signal.SIGINT)
_NAP_SECONDS = 0.2


def heartbeat(file: Path | None) -> Callable[[], None]:
    """What touches this file; without one it does nothing. Raises ``CommandError`` where it cannot be written."""
    if file is None:
        return lambda: None
    try:
        file.touch()
    except OSError as error:
        raise CommandError(f"The heartbeat cannot be written: {error}") from None
    return file.touch


@contextmanager
def until_told_to_end() -> Iterator[Callable[[float], bool]]:
    """Yields what pauses, and says whether nobody asked this process to end; asked a second time it ends at once."""
    told: list[int] = []
    before = {number: signal.getsignal(number) for number in _SIGNALS}

    def note(number: int, frame: Any) -> None:
        told.append(number)
        signal.signal(number, before[number])

    def goes_on(seconds: float) -> bool:
        until = time.monotonic() + seconds
        while not told and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, _NAP_SECONDS))
        return not told

    for number in _SIGNALS:
        signal.signal(number, note)
    try:
        yield goes_on
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
