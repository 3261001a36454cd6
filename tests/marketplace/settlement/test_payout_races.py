"""Payout runs at once, on a real PostgreSQL: every producer is paid once, and without the lock twice."""

import threading
from contextlib import suppress

import pytest

from marketplace.settlement import payouts
from marketplace.settlement.models import Payout
from tests.factories import AT, make_producer
from tests.racing import outcomes_of

from .books import AFTER, bank, owed_to, part, run_of, sell

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def cooks():
    producers = [make_producer() for _ in range(5)]
    for order_id, producer in enumerate(producers, start=1):
        bank(producer)
        sell(part(producer), order_id=order_id, at=AT)
    return producers


@pytest.fixture
def meet(monkeypatch):
    """Both runs have read what a producer is owed before either books it, unless a lock keeps the second from it."""
    barrier, dues = threading.Barrier(2), payouts.dues

    def dues_then_wait(*, cutoff_at, producer_id=None):
        found = dues(cutoff_at=cutoff_at, producer_id=producer_id)
        if producer_id is not None:
            with suppress(threading.BrokenBarrierError):
                barrier.wait(0.5)
        return found

    monkeypatch.setattr(payouts, "dues", dues_then_wait)


def both_runs(*periods: str) -> None:
    outcomes = outcomes_of([lambda period=period: run_of(period, at=AFTER) for period in periods])
    assert outcomes == {"done": len(periods)}


def test_two_runs_of_a_period_pay_once(cooks, meet):
    both_runs("2026-11", "2026-11")
    assert Payout.objects.count() == 5
    assert [owed_to(cook) for cook in cooks] == [0] * 5


def test_two_runs_of_periods_that_overlap_pay_once(cooks, meet):
    both_runs("2026-11", "2026-W47")
    assert Payout.objects.count() == 5
    assert [owed_to(cook) for cook in cooks] == [0] * 5


def test_without_the_lock_they_pay_twice(cooks, meet, monkeypatch):
    """The race is real: what the tests above find is the lock's doing."""
    monkeypatch.setattr(payouts, "lock_producer", lambda producer_id: None)
    both_runs("2026-11", "2026-W47")
    assert sum(owed_to(cook) for cook in cooks) < 0


def test_eight_runs_at_once_pay_once(cooks):
    both_runs(*["2026-11"] * 8)
    assert Payout.objects.count() == 5
    assert [owed_to(cook) for cook in cooks] == [0] * 5
