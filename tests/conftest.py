"""Fixtures for every test. The clock stands at noon of ``factories.DAY`` unless a test moves it."""

import os
from collections.abc import Callable
from datetime import date, datetime, time

import pytest
from django.conf import settings

from ocop_badges import days

from .elastic_fixtures import elastic, elastic_server
from .factories import DAY
from .ledger_fixtures import ledger_can_be_emptied
from .services.made_once import pytest_configure, pytest_unconfigure

__all__ = [
    "clock",
    "elastic",
    "elastic_server",
    "ledger_can_be_emptied",
    "pytest_configure",
    "pytest_unconfigure",
]

SetClock = Callable[[datetime | date], None]


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is about another service: ``make test`` runs the suite once on each database.

    What needs Elasticsearch runs only where ``ELASTICSEARCH_TEST_URL`` names a server.
    """
    engine = settings.DATABASES["default"]["ENGINE"].rsplit(".", 1)[-1]
    others = [{"sqlite3": "postgresql", "postgresql": "sqlite"}[engine]]
    if not os.environ.get("ELASTICSEARCH_TEST_URL"):
        others.append("elasticsearch")
    left_out = {item for item in items if any(map(item.get_closest_marker, others))}
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what tests measured: their property ``measured``, whichever process they ran in."""
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in report.user_properties:
                if name == "measured" and report.when == "call":
                    terminalreporter.write_line(value)


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
