from datetime import date

from ocop_badges.models import Regulation

END = date(2027, 6, 30)


def test_the_window_lies_as_many_days_before_the_end_as_the_decision_says() -> None:
    regulation = Regulation(renewal_opens_days=180, renewal_closes_days=120)
    assert regulation.renewal_days == (180, 120)
    assert regulation.window_for(END) == (date(2027, 1, 1), date(2027, 3, 2))


def test_a_window_may_close_on_the_last_day() -> None:
    assert Regulation(renewal_opens_days=30, renewal_closes_days=0).window_for(END) == (date(2027, 5, 31), END)


def test_a_decision_that_says_nothing_of_it_opens_no_window() -> None:
    assert Regulation().renewal_days is None
    assert Regulation().window_for(END) is None
