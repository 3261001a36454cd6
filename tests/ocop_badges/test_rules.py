"""Cases of the law and of the contract, one by one; what holds for all facts is in tests/properties."""

from datetime import date
from decimal import Decimal

import pytest

from ocop_badges import rules
from ocop_badges.rules import CertificateFacts, Period, Status, SuspensionFact

FIRST, LAST = date(2025, 1, 10), date(2028, 1, 10)


def facts(**changes: object) -> CertificateFacts:
    return CertificateFacts(**{"sequence": 1, "stars": 4, "valid_from": FIRST, "valid_until": LAST, **changes})


class TestMonths:
    @pytest.mark.parametrize(
        ("issued_on", "valid_until"),
        [
            (date(2026, 8, 5), date(2029, 8, 5)),
            (date(2024, 2, 29), date(2027, 2, 28)),
            (date(2025, 2, 28), date(2028, 2, 28)),
            (date(2025, 12, 31), date(2028, 12, 31)),
            (date(2025, 1, 1), date(2028, 1, 1)),
        ],
    )
    def test_36_months_end_on_the_corresponding_day(self, issued_on, valid_until):
        assert rules.add_months(issued_on, 36) == valid_until

    def test_a_month_without_the_day_ends_on_its_last(self):
        assert rules.add_months(date(2025, 8, 31), 1) == date(2025, 9, 30)
        assert rules.add_months(date(2025, 1, 31), 1) == date(2025, 2, 28)


class TestScores:
    @pytest.mark.parametrize(
        ("score", "stars"),
        [
            (0, 1),
            ("29.99", 1),
            (30, 2),
            ("49.99", 2),
            (50, 3),
            ("69.99", 3),
            (70, 4),
            ("89.99", 4),
            (90, 5),
            (100, 5),
        ],
    )
    def test_the_bounds_of_article_3_3(self, score, stars):
        assert rules.stars_for_score(Decimal(score)) == stars

    @pytest.mark.parametrize("stars", range(1, 6))
    def test_stars_begin_at_their_bound(self, stars):
        bound = rules.score_for_stars(stars)
        assert rules.stars_for_score(bound) == stars
        assert stars == 1 or rules.stars_for_score(bound - Decimal("0.01")) == stars - 1

    @pytest.mark.parametrize("score", [-1, Decimal("-0.01"), Decimal("100.01"), 101])
    def test_a_score_is_out_of_100(self, score):
        with pytest.raises(ValueError):
            rules.stars_for_score(score)


class TestPeriods:
    def test_the_last_day_has_stars_and_the_next_has_none(self):
        assert rules.badge_periods([facts()]) == [Period(FIRST, date(2028, 1, 11), 4, 1)]

    def test_an_extension_moves_the_last_day(self):
        extended = facts(extended_until=date(2028, 3, 1))
        assert rules.badge_periods([extended])[0].ends_on == date(2028, 3, 2)

    def test_a_suspension_leaves_a_gap(self):
        suspended = facts(suspensions=(SuspensionFact(date(2025, 3, 1), date(2025, 4, 1)),))
        assert [(p.starts_on, p.ends_on) for p in rules.badge_periods([suspended])] == [
            (FIRST, date(2025, 3, 1)),
            (date(2025, 4, 1), date(2028, 1, 11)),
        ]

    def test_an_open_suspension_leaves_nothing_after(self):
        suspended = facts(suspensions=(SuspensionFact(date(2025, 3, 1)),))
        assert [p.ends_on for p in rules.badge_periods([suspended])] == [date(2025, 3, 1)]

    def test_a_suspension_lifted_on_its_first_day_never_was(self):
        suspended = facts(suspensions=(SuspensionFact(date(2025, 3, 1), date(2025, 3, 1)),))
        assert rules.badge_periods([suspended]) == rules.badge_periods([facts()])

    def test_a_successor_takes_over_on_its_first_day_and_for_good(self):
        successor = facts(sequence=2, stars=5, valid_from=date(2026, 6, 1), revoked_on=date(2026, 8, 1))
        assert rules.badge_periods([facts(), successor]) == [
            Period(FIRST, date(2026, 6, 1), 4, 1),
            Period(date(2026, 6, 1), date(2026, 8, 1), 5, 2),
        ]

    def test_a_successor_revoked_before_its_first_day_supersedes_nothing(self):
        successor = facts(sequence=2, stars=5, valid_from=date(2026, 6, 1), revoked_on=date(2026, 5, 31))
        assert rules.badge_periods([facts(), successor]) == rules.badge_periods([facts()])

    def test_of_two_with_one_first_day_the_one_recorded_last_holds(self):
        assert rules.badge_periods([facts(), facts(sequence=2, stars=3)]) == [Period(FIRST, date(2028, 1, 11), 3, 2)]


class TestStatus:
    """The first that holds: upcoming, revoked, superseded, expired, suspended, valid."""

    open_suspension = (SuspensionFact(date(2025, 3, 1)),)
    successor = facts(sequence=2, valid_from=date(2026, 6, 1))

    @pytest.mark.parametrize(
        ("certificate", "others", "day", "status", "since"),
        [
            (facts(), [], date(2025, 1, 9), Status.UPCOMING, None),
            (facts(revoked_on=date(2024, 1, 1)), [], date(2025, 1, 9), Status.UPCOMING, None),
            (facts(), [], FIRST, Status.VALID, FIRST),
            (facts(), [], LAST, Status.VALID, FIRST),
            (facts(), [], date(2028, 1, 11), Status.EXPIRED, date(2028, 1, 11)),
            (facts(extended_until=date(2028, 2, 1)), [], date(2028, 2, 1), Status.VALID, FIRST),
            (facts(suspensions=open_suspension), [], date(2025, 3, 1), Status.SUSPENDED, date(2025, 3, 1)),
            (facts(suspensions=open_suspension), [], date(2028, 1, 11), Status.EXPIRED, date(2028, 1, 11)),
            (facts(suspensions=open_suspension), [successor], date(2026, 6, 1), Status.SUPERSEDED, date(2026, 6, 1)),
            (facts(), [successor], date(2026, 5, 31), Status.VALID, FIRST),
            (facts(), [successor], date(2029, 1, 1), Status.SUPERSEDED, date(2026, 6, 1)),
            (facts(revoked_on=date(2026, 1, 1)), [successor], date(2029, 1, 1), Status.REVOKED, date(2026, 1, 1)),
        ],
    )
    def test_the_first_that_holds(self, certificate, others, day, status, since):
        family = [certificate, *others]
        assert rules.status_on(certificate, family, day) is status
        assert rules.status_since(certificate, family, day) == since


def test_the_window_for_re_ranking_is_180_to_120_days_before_the_end():
    window = rules.renewal_window(date(2027, 6, 30), opens_days=180, closes_days=120)
    assert window == (date(2027, 1, 1), date(2027, 3, 2))
