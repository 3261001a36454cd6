"""When a producer is reminded, and of what. Pure calculation, no database, no clock.

Days are calendar days in Asia/Ho_Chi_Minh. ``last_day`` is the last day with stars, an extension included.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

Window = tuple[date, date]  # first and last day on which a re-ranking file is taken


class Topic(StrEnum):
    """What a reminder is about; ``texts`` says it."""

    CHOOSE = "choose"  # renew, upgrade or let lapse
    PREPARE = "prepare"
    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"
    EXTENDED = "extended"  # the file is being decided
    ENDING = "ending"
    LAST_DAY = "last-day"
    LAPSED = "lapsed"


@dataclass(frozen=True, slots=True)
class Step:
    """A reminder ``days_before`` the last day with stars; after it where negative."""

    days_before: int
    topic: Topic

    def due_on(self, last_day: date) -> date:
        return last_day - timedelta(days=self.days_before)


STEPS = (
    Step(365, Topic.CHOOSE),
    Step(270, Topic.CHOOSE),  # evidence takes months and money
    Step(200, Topic.PREPARE),
    Step(180, Topic.OPEN),
    Step(150, Topic.OPEN),
    Step(130, Topic.CLOSING),
    Step(121, Topic.CLOSING),
    Step(30, Topic.ENDING),
    Step(7, Topic.ENDING),
    Step(1, Topic.ENDING),
    Step(0, Topic.LAST_DAY),
    Step(-1, Topic.LAPSED),
    Step(-30, Topic.LAPSED),
)
FIRST_STEP, LAST_STEP = STEPS[0].days_before, STEPS[-1].days_before
FOLLOWED_DAYS = 90  # after its last day a certificate gets reminders that were late; then it is left in peace

_ABOUT_THE_WINDOW = frozenset({Topic.CHOOSE, Topic.PREPARE, Topic.OPEN, Topic.CLOSING})


def steps_reached(last_day: date, day: date) -> Sequence[Step]:
    """The steps whose day has come, in order; none for a certificate that ended too long ago.

    Only the last of them is to be told: a run that is late leaves out those it overtook.
    """
    if day > last_day + timedelta(days=FOLLOWED_DAYS):
        return ()
    left = (last_day - day).days
    return tuple(step for step in STEPS if step.days_before >= left)


def told_until(last_day: date, step: Step) -> date:
    """The first day on which a step has nothing to say any more: the next step's, or the end of following."""
    later = STEPS[STEPS.index(step) + 1 :]
    return later[0].due_on(last_day) if later else last_day + timedelta(days=FOLLOWED_DAYS + 1)


def topic_on(step: Step, day: date, *, window: Window | None, is_extended: bool) -> Topic:
    """What a step is about on the day it is told: a late run must not say what is true no longer.

    ``window`` is None where no regulation sets one.
    """
    if step.topic not in _ABOUT_THE_WINDOW:
        return step.topic
    if is_extended:
        return Topic.EXTENDED
    if window is None:
        return Topic.CHOOSE if step.topic is Topic.CHOOSE else Topic.PREPARE
    opens_on, closes_on = window
    if day > closes_on:
        return Topic.CLOSED
    if day >= opens_on:
        return Topic.CLOSING if step.topic is Topic.CLOSING else Topic.OPEN
    return Topic.CHOOSE if step.topic is Topic.CHOOSE else Topic.PREPARE
