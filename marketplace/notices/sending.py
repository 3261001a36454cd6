"""The sending loop: what waits goes out, one message after another, each settled before the next."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from .channels import Away, Carrier, Refused, TryLater
from .outbox import CLAIM, LEASE, claim_messages, mark_failed, mark_sent, put_back, release

# A sender stops this long before its lease runs out: longer than one message can take.
MARGIN = timedelta(minutes=1)
FAILURES_IN_A_ROW = 5  # after so many the channel is taken for away


@dataclass(slots=True)
class Tally:
    """What came of the messages of one channel; ``away`` says why sending stopped early."""

    sent: int = 0
    failed: int = 0
    given_up: int = 0
    away: str = ""


def send_due(
    carrier: Carrier,
    *,
    now: Callable[[], datetime],
    elapsed: Callable[[], float] = time.monotonic,
    limit: int = CLAIM,
    lease_for: timedelta = LEASE,
    done: Callable[[int], object] = lambda count: None,
) -> Tally:
    """Send every message of the carrier's channel that is due. ``done`` is told how many more were dealt with.

    Killed between a message's sending and its mark, it is sent once more later, under the same key. Raises nothing
    that a carrier may raise.
    """
    tally, in_a_row = Tally(), 0
    with carrier:
        while not tally.away:
            started = elapsed()
            messages = claim_messages(channel=carrier.channel, at=now(), limit=limit, lease_for=lease_for)
            if not messages:
                break
            while messages:
                if elapsed() - started > (lease_for - MARGIN).total_seconds():
                    release(messages)
                    break
                message = messages[0]
                try:
                    carrier.send(message)
                except Away as error:
                    put_back(messages, at=now(), error=str(error), rest=error.rest)
                    tally.away = str(error)
                    break
                except (Refused, TryLater) as error:
                    is_dead = mark_failed(message, at=now(), error=str(error), is_final=isinstance(error, Refused))
                    tally.failed += not is_dead
                    tally.given_up += is_dead
                    in_a_row = in_a_row + 1 if isinstance(error, TryLater) else 0
                    del messages[0]
                    if in_a_row >= FAILURES_IN_A_ROW:
                        away = Away(str(error))
                        put_back(messages, at=now(), error=str(away), rest=away.rest)
                        tally.away = str(away)
                        break
                else:
                    mark_sent(message, at=now())
                    tally.sent += 1
                    in_a_row = 0
                    del messages[0]
                done(1)
    return tally
