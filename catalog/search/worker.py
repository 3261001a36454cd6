"""The relay as a background worker: goes on while Elasticsearch or the database is away, without a word each second."""

import logging
from collections.abc import Callable
from datetime import datetime

from django.db import InterfaceError, OperationalError, close_old_connections

from .relay import NO_INDEX, Relayed, relay_changes

IDLE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0  # a health check of the worker's heartbeat has to allow for more

logger = logging.getLogger(__name__)


def keep_relaying(
    *, now: Callable[[], datetime], goes_on: Callable[[float], bool], beat: Callable[[], None] = lambda: None
) -> None:
    """Tell the index of changes until ``goes_on`` is False: it pauses as many seconds, and then says whether to.

    ``beat`` is called before and after every batch. Logs once when something goes away, and once when it is back.
    """
    trouble: str | None = None
    pause = 0.0
    while goes_on(pause):
        beat()
        # The pool of a long-lived process is its own to mend: a connection that broke is replaced by a new one.
        close_old_connections()
        try:
            relayed = relay_changes(at=now())
            new_trouble = _trouble_with(relayed, before=trouble)
        except (InterfaceError, OperationalError) as error:
            relayed = Relayed(away=f"the database is away: {error}".strip())
            new_trouble = "the database"
        if new_trouble != trouble:
            if new_trouble is None:
                logger.info("The relay works again: %s is back.", trouble)
            else:
                logger.warning("The relay waits: %s", relayed.away)
        if relayed.refused:
            product_id, reason = next(iter(relayed.refused.items()))
            logger.warning(
                "The index refused %d of %d changes, product %d: %s",
                len(relayed.refused), relayed.done, product_id, reason,
            )  # fmt: skip
        pause = _pause_after(relayed, before=pause)
        trouble = new_trouble
        beat()


def _trouble_with(relayed: Relayed, *, before: str | None) -> str | None:
    """What keeps the relay from its work, None for nothing. Where nothing was due, the index was not asked."""
    if relayed.away:
        return "an index of this mapping" if relayed.away == NO_INDEX else "Elasticsearch"
    if relayed.done or before == "the database":
        return None
    return before


def _pause_after(relayed: Relayed, *, before: float) -> float:
    if relayed.away:
        return min(max(before, IDLE_SECONDS / 2) * 2, LONGEST_PAUSE_SECONDS)
    return 0.0 if relayed.done else max(before, IDLE_SECONDS)
