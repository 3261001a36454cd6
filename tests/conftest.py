"""Fixtures for every test. The clock stands at noon of ``factories.DAY`` unless a test moves it."""

from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from django.conf import settings

from ocop_badges import days

from .factories import DAY

SetClock = Callable[[datetime | date], None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about the other database: ``make test`` runs the suite once on each."""
    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    other = {"sqlite3": "postgresql", "postgresql": "sqlite"}[engine]
    left_out = [item for item in items if item.get_closest_marker(other)]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker(other)]


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
