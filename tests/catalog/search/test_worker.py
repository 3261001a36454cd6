"""The relay in the background, on a made-up clock: how long it pauses, and what it says once."""

import logging
from collections.abc import Sequence

import pytest
from django.db import InterfaceError, OperationalError

from catalog.search import worker
from catalog.search.relay import NO_INDEX, Relayed
from tests.factories import AT

SOME, NONE, AWAY, NO_ALIAS = Relayed(done=5), Relayed(), Relayed(away="connection refused"), Relayed(away=NO_INDEX)
LOST = OperationalError("the server closed the connection")


@pytest.fixture(autouse=True)
def connections_closed(monkeypatch) -> list[str]:
    closed: list[str] = []
    monkeypatch.setattr(worker, "close_old_connections", lambda: closed.append("closed"))
    return closed


@pytest.fixture
def work(monkeypatch, caplog):
    """Let the relay come to these ends, one after another; what it paused before each, and what it logged."""

    def run(*ends: Relayed | Exception) -> tuple[Sequence[float], Sequence[str]]:
        left, pauses = list(ends), []

        def relay_changes(at):
            assert at == AT
            end = left.pop(0)
            if isinstance(end, Exception):
                raise end
            return end

        def goes_on(seconds: float) -> bool:
            pauses.append(seconds)
            return bool(left)

        monkeypatch.setattr(worker, "relay_changes", relay_changes)
        with caplog.at_level(logging.INFO, logger=worker.__name__):
            worker.keep_relaying(now=lambda: AT, goes_on=goes_on)
        return pauses, [f"{record.levelname} {record.getMessage()}" for record in caplog.records]

    return run


def test_it_pauses_a_second_only_where_nothing_is_due(work):
    assert work(SOME, SOME, NONE, NONE, SOME, NONE) == ([0, 0, 0, 1, 1, 0, 1], [])


def test_it_pauses_longer_and_longer_while_the_index_is_away_and_says_so_once(work):
    pauses, lines = work(SOME, *[AWAY] * 8, SOME, NONE)
    assert pauses == [0, 0, 1, 2, 4, 8, 16, 30, 30, 30, 0, 1]
    assert lines == [
        "WARNING The relay waits: connection refused",
        "INFO The relay works again: Elasticsearch is back.",
    ]


def test_it_does_not_take_rest_for_recovery(work):
    """What was put back is not due for a few seconds; nobody asked the index meanwhile."""
    pauses, lines = work(AWAY, NONE, NONE, AWAY, NONE, SOME)
    assert lines == [
        "WARNING The relay waits: connection refused",
        "INFO The relay works again: Elasticsearch is back.",
    ]
    assert pauses == [0, 1, 1, 1, 2, 2, 0]


def test_it_says_what_is_missing_when_elasticsearch_comes_back_empty(work):
    _, lines = work(AWAY, NO_ALIAS, NO_ALIAS, SOME)
    assert lines == [
        "WARNING The relay waits: connection refused",
        "WARNING The relay waits: no index of this mapping: run search_rebuild",
        "INFO The relay works again: an index of this mapping is back.",
    ]


@pytest.mark.parametrize("lost", [LOST, InterfaceError("connection already closed")])
def test_it_survives_a_lost_database_and_asks_for_a_new_connection(work, lost, connections_closed):
    pauses, lines = work(lost, lost, NONE, NONE)
    assert pauses == [0, 1, 2, 2, 2]
    assert lines == [
        f"WARNING The relay waits: the database is away: {lost}",
        "INFO The relay works again: the database is back.",
    ]
    assert len(connections_closed) == 4


def test_it_does_not_survive_what_nobody_foresaw(work):
    with pytest.raises(ZeroDivisionError):
        work(ZeroDivisionError())


def test_it_tells_of_refusals_in_one_line_for_a_batch(work):
    _, lines = work(Relayed(done=5, refused={7: "mapper_parsing_exception", 8: "mapper_parsing_exception"}))
    assert lines == ["WARNING The index refused 2 of 5 changes, product 7: mapper_parsing_exception"]


def test_its_heart_beats_before_and_after_every_batch(monkeypatch):
    beats, rounds = [], [True, True, False]

    def relay_changes(at):
        beats.append("batch")
        return AWAY

    monkeypatch.setattr(worker, "relay_changes", relay_changes)
    worker.keep_relaying(now=lambda: AT, goes_on=lambda _: rounds.pop(0), beat=lambda: beats.append("beat"))
    assert beats == ["beat", "batch", "beat"] * 2
