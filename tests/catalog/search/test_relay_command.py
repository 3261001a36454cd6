"""``manage.py relay_outbox``: what it says, and what it ends with."""

import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from catalog.management.commands import relay_outbox
from catalog.models import SearchChange
from catalog.search.outbox import claim_changes, record_changes
from catalog.search.relay import NO_INDEX, Relayed
from tests.conftest import SetClock
from tests.factories import AT, DAY, list_products, make_product
from tests.services.made_once import put_migrated
from tests.services.server import ROOT, environment, manage

NOBODY_THERE = "http://127.0.0.1:9"


def run(**options) -> str:
    out = StringIO()
    call_command("relay_outbox", stdout=out, stderr=out, **options)
    return out.getvalue()


def pending() -> int:
    return SearchChange.objects.pending().count()


@pytest.mark.django_db
def test_without_elasticsearch_there_is_nobody_to_tell():
    record_changes([3])
    assert run() == "ELASTICSEARCH_URL is not set: there is no index to tell.\n"
    assert run(forever=True) == "ELASTICSEARCH_URL is not set: there is no index to tell.\n"
    assert pending() == 1


@pytest.mark.django_db
@pytest.mark.elasticsearch
class TestWithAnIndex:
    def test_it_works_off_all_that_is_due(self, elastic, tmp_path: Path):
        list_products(*[make_product() for _ in range(3)])
        heartbeat = tmp_path / "heartbeat"
        assert run(heartbeat=heartbeat) == "The index was told of 3 changes.\n"
        assert heartbeat.exists()
        assert pending() == 0
        assert run() == "The index was told of 0 changes.\n"

    def test_it_fails_where_something_was_given_up_until_it_is_revived(self, elastic):
        list_products(make_product(), make_product())
        SearchChange.objects.update(is_dead=True)
        with pytest.raises(CommandError, match=r"Left behind: 2 given up \(--retry-dead revives them\)\."):
            run()
        assert run(retry_dead=True) == "2 given up changes are tried again.\nThe index was told of 2 changes.\n"
        assert pending() == 0

    def test_it_fails_where_another_relay_holds_changes(self, elastic, clock: SetClock):
        record_changes([3])
        clock(AT)
        claim_changes(at=AT)
        with pytest.raises(CommandError, match="1 held by another relay"):
            run()

    def test_it_fails_where_a_change_rests(self, elastic, clock: SetClock):
        record_changes([3, 4])
        clock(DAY)
        SearchChange.objects.filter(pk=3).update(due_at="2026-11-23T00:00:00Z")
        with pytest.raises(CommandError, match="1 resting until their next attempt"):
            run()
        assert pending() == 1


@pytest.mark.django_db
@pytest.mark.elasticsearch
def test_it_says_that_there_is_no_index(elastic_server):
    record_changes([3])
    with pytest.raises(CommandError, match=f"The changes wait: {NO_INDEX}"):
        run()


@pytest.mark.django_db
def test_it_says_what_was_refused(settings, monkeypatch):
    settings.ELASTICSEARCH_URL = NOBODY_THERE
    ends = [Relayed(done=3, refused={7: "mapper_parsing_exception: no"}), Relayed()]
    monkeypatch.setattr(relay_outbox, "relay_changes", lambda at: ends.pop(0))
    assert run() == "The index was told of 2 changes.\nproduct 7: mapper_parsing_exception: no\n"


@pytest.mark.django_db
def test_it_says_that_elasticsearch_is_away(settings):
    settings.ELASTICSEARCH_URL = NOBODY_THERE
    record_changes([3])
    with pytest.raises(CommandError, match="The changes wait: Elasticsearch does not answer"):
        run()
    assert SearchChange.objects.get().lease is None


@pytest.mark.django_db
def test_it_refuses_a_heartbeat_that_cannot_be_written(settings, tmp_path: Path):
    settings.ELASTICSEARCH_URL = NOBODY_THERE
    with pytest.raises(CommandError, match="heartbeat cannot be written"):
        run(heartbeat=tmp_path / "nowhere" / "heartbeat")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with one change to tell."""
    folder = tmp_path_factory.mktemp("worker")
    put_migrated(folder)
    manage(folder, "shell", "--command", "from catalog.search.outbox import record_changes; record_changes([3])")
    return folder


@pytest.mark.sqlite
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_worker_ends_when_told_to_and_says_once_that_elasticsearch_is_away(
    shop: Path, tmp_path: Path, number: signal.Signals
):
    heartbeat, log = tmp_path / "heartbeat", tmp_path / "log"
    env = environment(shop, ELASTICSEARCH_URL=NOBODY_THERE, LOG_LEVEL="INFO")
    command = [sys.executable, "manage.py", "relay_outbox", "--forever", "--heartbeat", str(heartbeat)]
    with log.open("wb") as file:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=file, stderr=file)
    try:
        deadline = time.monotonic() + 60
        while "The relay waits" not in log.read_text():
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        os.utime(heartbeat, (0, 0))
        while heartbeat.stat().st_mtime == 0:  # it goes on while Elasticsearch is away
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(number)
        assert process.wait(20) == 0, log.read_text()
    finally:
        process.kill()
        process.wait()
    assert log.read_text().count("The relay") == 1
