"""Which step is due on which day, and what it is about."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_badges.reminders.rules import FOLLOWED_DAYS, STEPS, Step, Topic, steps_reached, told_until, topic_on

END = date(2029, 8, 5)
WINDOW = (END - timedelta(days=180), END - timedelta(days=120))


def before(days: int) -> date:
    return END - timedelta(days=days)


def test_the_steps_are_those_of_the_programme() -> None:
    assert [step.days_before for step in STEPS] == [365, 270, 200, 180, 150, 130, 121, 30, 7, 1, 0, -1, -30]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: str(step.days_before))
def test_a_step_is_the_last_one_reached_from_its_day_to_the_next_steps(step: Step) -> None:
    first, until = step.due_on(END), told_until(END, step)
    assert steps_reached(END, first)[-1] == step
    assert steps_reached(END, until - timedelta(days=1))[-1] == step
    assert step not in steps_reached(END, first - timedelta(days=1))
    assert step not in steps_reached(END, until)[-1:]


def test_nobody_is_told_of_a_certificate_that_ended_long_ago() -> None:
    assert steps_reached(END, before(-FOLLOWED_DAYS))
    assert not steps_reached(END, before(-FOLLOWED_DAYS - 1))


@given(st.integers(-400, 500))
def test_a_day_has_reached_exactly_the_steps_up_to_it(left: int) -> None:
    reached = steps_reached(END, before(left))
    expected = [step for step in STEPS if step.days_before >= left] if left >= -FOLLOWED_DAYS else []
    assert list(reached) == expected


@pytest.mark.parametrize(
    ("days_before", "late", "topic"),
    [
        (365, 0, Topic.CHOOSE),
        (270, 0, Topic.CHOOSE),
        (200, 0, Topic.PREPARE),
        (180, 0, Topic.OPEN),
        (150, 0, Topic.OPEN),
        (130, 0, Topic.CLOSING),
        (121, 0, Topic.CLOSING),
        (121, 1, Topic.CLOSING),  # on the last day of the window itself
        (121, 2, Topic.CLOSED),  # told late, the window is over
        (30, 0, Topic.ENDING),
        (7, 0, Topic.ENDING),
        (1, 0, Topic.ENDING),
        (0, 0, Topic.LAST_DAY),
        (-1, 0, Topic.LAPSED),
        (-30, 5, Topic.LAPSED),
    ],
)
def test_what_a_step_is_about_is_true_on_the_day_it_is_told(days_before: int, late: int, topic: Topic) -> None:
    step = next(step for step in STEPS if step.days_before == days_before)
    day = step.due_on(END) + timedelta(days=late)
    assert topic_on(step, day, window=WINDOW, is_extended=False) is topic


def test_the_window_is_the_regulations_not_the_steps() -> None:
    early = (before(250), before(160))
    by_step = {step.days_before: topic_on(step, step.due_on(END), window=early, is_extended=False) for step in STEPS}
    assert by_step[270] is Topic.CHOOSE
    assert by_step[200] is Topic.OPEN
    assert by_step[150] is Topic.CLOSED


def test_without_a_window_nothing_is_said_of_one() -> None:
    topics = {topic_on(step, step.due_on(END), window=None, is_extended=False) for step in STEPS}
    assert not topics & {Topic.OPEN, Topic.CLOSING, Topic.CLOSED}


def test_an_extended_certificate_has_no_window_any_more() -> None:
    for step in STEPS:
        topic = topic_on(step, step.due_on(END), window=WINDOW, is_extended=True)
        assert topic is (step.topic if step.days_before <= 30 else Topic.EXTENDED)
