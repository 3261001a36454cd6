"""Fixtures for every test. The clock stands at noon of ``factories.DAY`` unless a test moves it."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest

from ocop_badges import days

from .factories import DAY

SetClock = Callable[[datetime | date], None]


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> SetClock:
    """Set the one clock: ``clock(day)`` is noon of that day in Asia/Ho_Chi_Minh, ``clock(instant)`` that instant."""

    def set_clock(moment: datetime | date) -> None:
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time(12), tzinfo=days.ZONE)
        at = moment.astimezone(days.ZONE)
        monkeypatch.setattr(days, "now", lambda: days.ShopTime(at=at, day=at.date()))

    set_clock(DAY)
    return set_clock
