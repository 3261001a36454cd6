"""Sending in the background: what waits goes out within seconds, and what is away is told once."""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime

from django.db import InterfaceError, OperationalError, close_old_connections

from ocop_badges.days import ZONE

from .channels import Carrier
from .models import Message
from .outbox import drop_stale, free_messages_of_the_dead
from .sending import Tally, send_due

IDLE_SECONDS = 3.0
LONGEST_PAUSE_SECONDS = 30.0  # a health check of the worker's heartbeat has to allow for more
DATABASE = "the database"

logger = logging.getLogger(__name__)


def keep_sending(
    *,
    chosen: Sequence[Carrier],
    now: Callable[[], datetime],
    goes_on: Callable[[float], bool],
    beat: Callable[[], None] = lambda: None,
) -> None:
    """Send until ``goes_on`` is False: it pauses as many seconds, and then says whether to.

    ``beat`` is called in every round and after every message. Logs once when a channel or the database goes away, and
    once when it is back. A channel that is away is tried again a minute later, the database after growing pauses.
    """
    away: set[str] = set()
    pause = 0.0
    while goes_on(pause):
        beat()
        close_old_connections()
        try:
            tallies = send_round(chosen, now=now, beat=beat)
        except (InterfaceError, OperationalError) as error:
            _note(away, DATABASE, str(error) or "no connection")
            pause = min(max(pause, IDLE_SECONDS / 2) * 2, LONGEST_PAUSE_SECONDS)
            continue
        pause = IDLE_SECONDS
        _note(away, DATABASE, "")
        for channel, tally in tallies.items():
            _note(away, channel, tally.away)
            if tally.failed or tally.given_up:
                logger.warning("%s: %d failed and are tried again, %d given up", channel, tally.failed, tally.given_up)


def send_round(
    chosen: Sequence[Carrier], *, now: Callable[[], datetime], beat: Callable[[], None] = lambda: None
) -> dict[str, Tally]:
    """Send all that is due; returns what came of it, by those channels that something was due for."""
    free_messages_of_the_dead()
    at = now()
    waiting = set(Message.objects.due(at=at).order_by().values_list("channel", flat=True).distinct())
    if waiting:
        drop_stale(day=at.astimezone(ZONE).date(), at=at)
    return {
        carrier.channel.value: send_due(carrier, now=now, done=lambda _count: beat())
        for carrier in chosen
        if carrier.channel.value in waiting
    }


def _note(away: set[str], what: str, reason: str) -> None:
    """Keep and log, once, that something went away for a reason, or with none that it is back."""
    if reason and what not in away:
        logger.warning("Messages wait: %s is away: %s", what, reason)
        away.add(what)
    elif not reason and what in away:
        logger.info("Messages go out again: %s is back.", what)
        away.discard(what)
