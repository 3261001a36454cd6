"""Working days around holidays, year ends and swapped Saturdays; rounds; the deadlines of the decision."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocop_badges.dossiers import terms
from ocop_badges.dossiers.models import Holiday
from ocop_badges.dossiers.terms import Level, Round, RoundDays, Terms, WorkCalendar

PLAIN = WorkCalendar()
ROUNDS = (
    RoundDays(Level.PROVINCE, (4, 30), (6, 30)),
    RoundDays(Level.PROVINCE, (10, 30), (12, 30)),
    RoundDays(Level.MINISTRY, (7, 30), (9, 30)),
    RoundDays(Level.MINISTRY, (1, 30), (3, 30)),
)
TERMS = Terms(commune_working_days=15, decision_days=45, rounds=ROUNDS)


@pytest.fixture
def vietnam(db) -> WorkCalendar:
    return Holiday.objects.all().as_calendar()


def worked_between(calendar: WorkCalendar, first: date, last: date) -> int:
    """Working days after the first day up to and with the last."""
    return sum(calendar.is_worked(first + timedelta(days=n)) for n in range(1, (last - first).days + 1))


def test_weekends_are_not_worked():
    assert [PLAIN.is_worked(date(2026, 11, 23) + timedelta(days=n)) for n in range(7)] == [True] * 5 + [False] * 2


def test_a_swapped_saturday_is_worked_and_its_day_off_is_not(vietnam):
    assert vietnam.is_worked(date(2026, 8, 22))
    assert not vietnam.is_worked(date(2026, 8, 31))
    assert worked_between(vietnam, date(2026, 8, 21), date(2026, 9, 3)) == 7  # 22 and 24–28 August, 3 September


def test_fifteen_working_days_jump_over_tet(vietnam):
    """Handed in on Friday 6 February 2026: one week, nine days of Tết, two weeks."""
    assert terms.commune_check_due(date(2026, 2, 6), terms=TERMS, calendar=vietnam) == date(2026, 3, 6)
    assert terms.commune_check_due(date(2026, 2, 6), terms=TERMS, calendar=PLAIN) == date(2026, 2, 27)


def test_fifteen_working_days_jump_over_the_years_end(vietnam):
    """1 and 2 January 2026 are off, Saturday 10 January is worked in exchange."""
    assert terms.commune_check_due(date(2025, 12, 22), terms=TERMS, calendar=vietnam) == date(2026, 1, 13)


def test_hung_kings_day_on_a_sunday_gives_the_monday_off(vietnam):
    assert not vietnam.is_worked(date(2026, 4, 27))
    assert vietnam.add_working_days(date(2026, 4, 24), 1) == date(2026, 4, 28)
    assert vietnam.add_working_days(date(2026, 4, 28), 2) == date(2026, 5, 4)  # 30 April and 1 May are off


def test_the_decision_is_due_45_days_later_or_on_the_next_day_worked(vietnam):
    assert terms.decision_due(date(2026, 11, 23), terms=TERMS, calendar=vietnam) == date(2027, 1, 7)
    # 45 days after 18 July 2026 is the holiday of 1 September, followed by that of 2 September.
    assert terms.decision_due(date(2026, 7, 18), terms=TERMS, calendar=vietnam) == date(2026, 9, 3)
    # 45 days after 22 December 2026 is the Friday before Tết 2027; the first day worked after it is 12 February.
    assert terms.decision_due(date(2026, 12, 22), terms=TERMS, calendar=vietnam) == date(2027, 2, 12)


@pytest.mark.parametrize(
    ("day", "level", "files_by", "decided_by"),
    [
        (date(2026, 1, 1), Level.PROVINCE, date(2026, 4, 30), date(2026, 6, 30)),
        (date(2026, 4, 30), Level.PROVINCE, date(2026, 4, 30), date(2026, 6, 30)),
        (date(2026, 5, 1), Level.PROVINCE, date(2026, 10, 30), date(2026, 12, 30)),
        (date(2026, 10, 30), Level.PROVINCE, date(2026, 10, 30), date(2026, 12, 30)),
        (date(2026, 10, 31), Level.PROVINCE, date(2027, 4, 30), date(2027, 6, 30)),
        (date(2026, 1, 30), Level.MINISTRY, date(2026, 1, 30), date(2026, 3, 30)),
        (date(2026, 1, 31), Level.MINISTRY, date(2026, 7, 30), date(2026, 9, 30)),
        (date(2026, 7, 31), Level.MINISTRY, date(2027, 1, 30), date(2027, 3, 30)),
    ],
)
def test_a_file_belongs_to_the_next_round_to_close(day, level, files_by, decided_by):
    assert terms.round_of(day, ROUNDS, level=level) == Round(files_by, decided_by)


def test_a_round_may_be_decided_in_the_next_year():
    days = RoundDays(Level.PROVINCE, (11, 30), (1, 31))
    assert days.in_year(2026) == Round(date(2026, 11, 30), date(2027, 1, 31))


def test_without_rounds_on_record_there_is_none():
    assert terms.round_of(date(2026, 1, 1), (), level=Level.PROVINCE) is None


days = st.dates(date(2024, 1, 1), date(2029, 12, 31))
calendars = st.builds(
    WorkCalendar,
    off=st.frozensets(days, max_size=60),
    worked=st.frozensets(days.filter(lambda day: day.weekday() >= 5), max_size=30),
)


@given(days, st.integers(1, 80), calendars)
def test_the_nth_working_day_is_worked_and_has_n_behind_it(day, count, calendar):
    last = calendar.add_working_days(day, count)
    assert last > day
    assert calendar.is_worked(last)
    assert worked_between(calendar, day, last) == count


@given(days, st.integers(0, 40), st.integers(1, 40), calendars)
def test_working_days_add_up(day, first, second, calendar):
    there = calendar.add_working_days(calendar.add_working_days(day, first), second)
    start = calendar.working_day_from(day) if first == 0 else day
    assert there == calendar.add_working_days(start, first + second)


@given(days, st.integers(1, 40), calendars, days)
def test_one_more_day_off_never_brings_the_end_forward(day, count, calendar, off):
    fewer = WorkCalendar(off=calendar.off | {off}, worked=calendar.worked - {off})
    assert fewer.add_working_days(day, count) >= calendar.add_working_days(day, count)


@given(days, calendars)
def test_a_period_ends_on_a_day_that_is_worked(day, calendar):
    due = terms.decision_due(day, terms=TERMS, calendar=calendar)
    assert calendar.is_worked(due)
    assert due >= day + timedelta(days=45)
