"""``manage.py send_messages``: what waits goes out at once, also in the background."""

import logging
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import OperationalError

from marketplace.notices import worker
from marketplace.notices.channels import Away
from marketplace.notices.models import Message, MessageState
from marketplace.notices.worker import IDLE_SECONDS, keep_sending
from tests.factories import AT, DAY

from .test_sending import Carrier, make_message

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def no_closing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


def keep(carrier: Carrier, rounds: int) -> Sequence[float]:
    """Send for so many rounds, a letter coming in before each; what it paused before them."""
    pauses: list[float] = []

    def goes_on(seconds: float) -> bool:
        pauses.append(seconds)
        if len(pauses) > rounds:
            return False
        make_message(f"k{len(pauses)}")
        return True

    keep_sending(chosen=[carrier], now=lambda: AT, goes_on=goes_on)
    return pauses


def test_it_sends_what_waits_and_what_is_left_behind_fails_it(tmp_path: Path) -> None:
    make_message("k1")
    make_message("k2", stale_on=DAY)
    call_command("send_messages", heartbeat=tmp_path / "beat")
    assert [letter.to for letter in mail.outbox] == [["k1@example.vn"]]
    assert set(Message.objects.values_list("key", "state")) == {("k1", MessageState.SENT), ("k2", MessageState.STALE)}
    make_message("k3", due_at=AT + timedelta(days=900))
    with pytest.raises(CommandError, match="1 resting"):
        call_command("send_messages")


def test_in_the_background_a_letter_waits_for_seconds() -> None:
    carrier = Carrier()
    assert keep(carrier, 3) == [0, *[IDLE_SECONDS] * 3]
    assert carrier.sent == ["k1", "k2", "k3"]


def test_what_is_away_is_told_once_and_costs_no_attempt(caplog: pytest.LogCaptureFixture) -> None:
    troubles = [Away("refused", rest=timedelta()), Away("refused", rest=timedelta()), None, None, None]
    with caplog.at_level(logging.INFO, logger=worker.__name__):
        keep(Carrier(lambda key: troubles.pop(0)), 3)
    assert [record.getMessage() for record in caplog.records] == [
        "Messages wait: email is away: refused",
        "Messages go out again: email is back.",
    ]
    assert set(Message.objects.values_list("state", "attempts")) == {(MessageState.SENT, 1)}


def test_it_outlives_a_database_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    real, lost = worker.free_messages_of_the_dead, [True, True]

    def free() -> int:
        if lost:
            lost.pop()
            raise OperationalError("the server closed the connection")
        return real()

    monkeypatch.setattr(worker, "free_messages_of_the_dead", free)
    carrier = Carrier()
    assert keep(carrier, 3) == [0, 3, 6, 3]
    assert carrier.sent == ["k1", "k2", "k3"]
