from datetime import timedelta

import pytest

from marketplace.settlement import payouts
from marketplace.settlement.models import Payout, PayoutRun
from marketplace.settlement.payouts import confirm_payout, plan_run, return_payout
from marketplace.settlement.periods import parse_period
from marketplace.settlement.rules import PAYOUT_STEPS, PayoutStep
from ocop_badges.errors import DomainError
from tests.factories import AT, make_producer

from .books import AFTER, balances, bank, owed_to, part, run_of, sell, take_back

pytestmark = pytest.mark.django_db

NOVEMBER = parse_period("2026-11")


@pytest.fixture
def cook():
    producer = make_producer()
    bank(producer)
    return producer


def amounts(run: PayoutRun) -> dict[int, int]:
    return dict(run.payouts.values_list("producer_id", "amount"))


def test_what_was_earned_before_the_end_of_the_period_is_paid(cook):
    sell(part(cook))
    run = run_of()
    assert amounts(run) == {cook.pk: 90_500}
    assert run.finished_at == AFTER
    assert owed_to(cook) == 0
    assert balances()["bank"] == -90_500


def test_what_is_earned_later_waits_for_the_next_period(cook):
    sell(part(cook))
    sell(part(cook, goods=10_000, commission=0, vat=0, income_tax=0), order_id=2, at=NOVEMBER.ends_at)
    assert amounts(run_of()) == {cook.pk: 90_500}
    assert amounts(run_of("2026-12", at=AFTER + timedelta(days=31))) == {cook.pk: 10_000}


def test_a_period_that_is_not_over_is_refused(cook):
    with pytest.raises(DomainError) as refused:
        run_of(at=NOVEMBER.ends_at - timedelta(seconds=1))
    assert refused.value.code == "period-not-over"
    assert not PayoutRun.objects.exists()


def test_run_again_nobody_is_paid_twice(cook):
    sell(part(cook))
    assert run_of() == run_of()
    assert Payout.objects.count() == 1


def test_a_finished_run_pays_nobody_any_more(cook):
    run_of()
    sell(part(cook))
    assert amounts(run_of()) == {}


def test_periods_that_overlap_pay_once(cook):
    sell(part(cook))
    assert amounts(run_of("2026-W47")) == {cook.pk: 90_500}
    assert amounts(run_of("2026-11")) == {}
    assert owed_to(cook) == 0


def test_an_earlier_period_run_late_pays_nothing_twice(cook):
    sell(part(cook), at=AT - timedelta(days=40))
    sell(part(cook), order_id=2)
    assert amounts(run_of("2026-11")) == {cook.pk: 181_000}
    assert amounts(run_of("2026-10")) == {}
    sell(part(cook), order_id=3, at=AFTER)
    assert amounts(run_of("2026-W40")) == {}, "what was earned later is not paid early"


def test_goods_that_came_back_since_are_not_paid(cook):
    sell(part(cook))
    sell(part(cook), order_id=2)
    take_back(part(cook), at=AFTER - timedelta(days=1))
    assert amounts(run_of()) == {cook.pk: 90_500}


def test_debts_are_carried_on(cook):
    sell(part(cook))
    run_of()
    take_back(part(cook), at=AFTER)
    assert owed_to(cook) == -90_500
    sell(part(cook), order_id=2, at=AFTER)
    sell(part(cook), order_id=3, at=AFTER)
    assert amounts(run_of("2026-12", at=AFTER + timedelta(days=31))) == {cook.pk: 90_500}


def test_less_than_the_minimum_is_carried_on(cook):
    sell(part(cook))
    plan = plan_run(period=NOVEMBER, minimum=90_501, ways=["bank"])
    assert ([due.amount for due in plan.too_little], plan.payable) == ([90_500], [])
    assert amounts(run_of(minimum=90_501)) == {}
    sell(part(cook), order_id=2, at=AFTER)
    assert amounts(run_of("2026-12", at=AFTER + timedelta(days=31), minimum=90_501)) == {cook.pk: 181_000}


def test_nothing_is_paid_even_without_a_minimum(cook):
    sell(part(cook))
    take_back(part(cook))
    assert amounts(run_of(minimum=0)) == {}


def test_who_earned_only_later_is_not_missed_for_want_of_an_account():
    sell(part(make_producer()), at=NOVEMBER.ends_at)
    assert plan_run(period=NOVEMBER, minimum=0, ways=["bank"]).without_account == []


def test_a_producer_without_an_account_waits_and_is_named():
    farmer = make_producer()
    sell(part(farmer))
    plan = plan_run(period=NOVEMBER, minimum=1, ways=["bank"])
    assert [due.producer_id for due in plan.without_account] == [farmer.pk]
    assert amounts(run_of()) == {}
    assert owed_to(farmer) == 90_500


def test_once_it_has_an_account_the_same_run_pays_it_once(cook):
    farmer = make_producer()
    sell(part(cook), part(farmer))
    assert run_of().finished_at is None
    bank(farmer)
    for _ in range(2):
        run = run_of()
    assert amounts(run) == {cook.pk: 90_500, farmer.pk: 90_500}
    assert run.finished_at == AFTER


def test_an_account_of_a_way_that_is_switched_off_is_none(cook):
    sell(part(cook))
    assert amounts(run_of(ways=("stripe",))) == {}


def test_a_payout_goes_to_the_account_of_its_day(cook):
    sell(part(cook))
    run = run_of()
    bank(cook, number="999999", recorded_at=AFTER)
    assert run.payouts.get().account.number == "0071000899"


def test_a_run_that_crashed_goes_on_where_it_stopped(cook, monkeypatch):
    others = [make_producer() for _ in range(3)]
    for order_id, producer in enumerate([cook, *others], start=1):
        if producer != cook:
            bank(producer)
        sell(part(producer), order_id=order_id)
    book = payouts.book_payout
    booked: list[int] = []

    def book_then_die(**facts):
        if len(booked) == 2:
            raise KeyboardInterrupt
        booked.append(facts["producer_id"])
        return book(**facts)

    with monkeypatch.context() as patch:
        patch.setattr(payouts, "book_payout", book_then_die)
        with pytest.raises(KeyboardInterrupt):
            run_of()
    run = PayoutRun.objects.get()
    assert (run.payouts.count(), run.finished_at) == (2, None), "a payout goes with its booking or not at all"
    run_of(at=AFTER + timedelta(days=1))
    assert sorted(amounts(run).values()) == [90_500] * 4
    assert balances()["bank"] == -4 * 90_500


def test_a_payout_that_the_bank_returns_is_payable_again(cook):
    sell(part(cook))
    payout = run_of().payouts.get()
    confirm_payout(payout_id=payout.pk, reference="FT26", at=AFTER)
    for _ in range(2):
        returned = return_payout(payout_id=payout.pk, reason="account closed", at=AFTER)
    assert (returned.state, returned.failure) == ("returned", "account closed")
    assert owed_to(cook) == 90_500
    assert amounts(run_of("2026-12", at=AFTER + timedelta(days=31))) == {cook.pk: 90_500}
    assert owed_to(cook) == 0


def test_a_confirmation_is_kept_once(cook):
    sell(part(cook))
    payout = run_of().payouts.get()
    confirm_payout(payout_id=payout.pk, reference="FT26", at=AFTER)
    confirmed = confirm_payout(payout_id=payout.pk, reference="other", at=AFTER + timedelta(days=1))
    assert (confirmed.state, confirmed.reference, confirmed.confirmed_at) == ("confirmed", "FT26", AFTER)


def test_what_was_returned_is_never_confirmed(cook):
    sell(part(cook))
    payout = run_of().payouts.get()
    return_payout(payout_id=payout.pk, reason="x", at=AFTER)
    with pytest.raises(DomainError) as refused:
        confirm_payout(payout_id=payout.pk, reference="", at=AFTER)
    assert refused.value.code == "wrong-state"


def test_every_state_has_its_steps():
    assert set(PAYOUT_STEPS) == set(PayoutStep)
    assert PAYOUT_STEPS[PayoutStep.RETURNED] == frozenset()


def test_a_plan_takes_three_queries_whatever_the_producers(django_assert_num_queries):
    for order_id in range(1, 9):
        producer = make_producer()
        bank(producer)
        sell(part(producer), order_id=order_id)
    with django_assert_num_queries(3):
        assert len(plan_run(period=NOVEMBER, minimum=1, ways=["bank"]).payable) == 8


def test_a_payout_takes_few_queries(cook, django_assert_max_num_queries):
    sell(part(cook))
    run = payouts.open_run(period=NOVEMBER, at=AFTER)
    with django_assert_max_num_queries(12):
        payouts.pay_producer(run=run, producer_id=cook.pk, at=AFTER, minimum=1, ways=["bank"])
