"""Whatever is sold, comes back, is run, crashes and is returned by the bank: every producer is paid exactly once."""

from contextlib import suppress
from datetime import datetime, timedelta
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from catalog.models import Producer
from marketplace.settlement import payouts
from marketplace.settlement.models import LedgerEntry, Payout
from marketplace.settlement.months import months_of
from marketplace.settlement.periods import parse_period
from marketplace.settlement.statements import figures, statement_of
from marketplace.settlement.tax import declaration_of
from marketplace.settlement.verifying import differing_earnings, differing_payouts, unbalanced_transactions
from tests.factories import AT, make_producer
from tests.marketplace.settlement.books import bank, owed_to, part, run_of, sell, take_back

PERIODS = ["2026-10", "2026-11", "2026-W46", "2026-W47", "2026-W48", "2026-12"]
LAST = parse_period("2027")
RUN_AT = AT + timedelta(days=60)  # every period is over
who, when = st.integers(0, 1), st.integers(-30, 30)
events = st.one_of(
    st.tuples(st.just("sell"), who, when, st.integers(1, 3)),
    st.tuples(st.just("take_back"), who, when, st.integers(1, 3)),
    st.tuples(st.just("run"), st.sampled_from(PERIODS), st.sampled_from([0, 1, 100_000])),
    st.tuples(st.just("crash"), st.sampled_from(PERIODS), st.sampled_from(["before", "after"])),
    st.tuples(st.just("return"), st.integers(0, 5)),
)


class Crash(BaseException):
    """The process ends here."""


class TestPayouts(TestCase):
    @settings(max_examples=30, deadline=None)
    @given(st.lists(events, max_size=14))
    def test_every_producer_is_paid_what_it_earned_exactly_once(self, happened):
        producers = [make_producer() for _ in range(2)]
        for producer in producers:
            bank(producer)
        for number, (kind, *facts) in enumerate(happened):
            getattr(self, f"_{kind}")(producers, number, *facts)
            for producer in producers:
                assert owed_to(producer) == self._earned(producer) - self._paid(producer)
        run_of(LAST.name, at=LAST.ends_at)
        for producer in producers:
            earned, paid = self._earned(producer), self._paid(producer)
            assert paid >= earned, "whoever is owed anything was paid it in the end"
            assert owed_to(producer) <= 0
            self._statements_agree(producer)
        self._tax_is_declared(producers)
        assert [*unbalanced_transactions(), *differing_earnings(), *differing_payouts()] == []

    def _statements_agree(self, producer: Producer) -> None:
        """Month by month from nothing to what is owed now, each figure as the ledger has it, by whichever way."""
        balance = 0
        for month in reversed(months_of(producer.pk)):
            told = statement_of(producer=producer, period=month.period)
            assert (told.opening, month.opening) == (balance, balance)
            assert (told.closing, told.paid, told.total.amount) == (month.closing, month.paid, month.earned)
            assert sum(amount for _label, amount in figures(told)) == told.closing
            balance = told.closing
        assert balance == owed_to(producer)

    def _tax_is_declared(self, producers: list[Producer]) -> None:
        """What is to be paid over all months, less what is carried on, is what the ledger withheld."""
        for account, due, carried in (
            ("vat-withheld", "vat_due", "vat_carried"),
            ("income-tax-withheld", "income_tax_due", "income_tax_carried"),
        ):
            to_pay = left = 0
            for number in range(14):
                declared = declaration_of(parse_period(f"{2026 + (8 + number) // 12}-{(8 + number) % 12 + 1:02}"))
                to_pay += sum(getattr(each, due) for each in declared)
                left = sum(getattr(each, carried) for each in declared)
            assert to_pay + left == -LedgerEntry.objects.of_account(account).balance()

    def _sell(self, producers, number, index, days, count):
        for each in range(count):
            sell(part(producers[index]), order_id=number * 10 + each, at=AT + timedelta(days=days))

    def _take_back(self, producers, number, index, days, count):
        for each in range(count):
            take_back(part(producers[index]), order_id=number * 10 + each, at=AT + timedelta(days=days))

    def _run(self, producers, number, period, minimum):
        before = {producer: owed_to(producer) for producer in producers}
        cutoff_at = parse_period(period).ends_at
        due = {each: self._earned(each, before=cutoff_at) - self._paid(each) for each in producers}
        run_of(period, at=RUN_AT, minimum=minimum)
        for producer, owed in before.items():
            paid = owed - owed_to(producer)
            assert 0 <= paid <= max(owed, 0), "nobody is paid more than is owed"
            assert paid <= max(due[producer], 0), "nobody is paid before its period what is earned after it"
            assert not paid or paid >= minimum

    def _crash(self, producers, number, period, where):
        """The first payout is not booked, or it is and the run goes no further."""
        name = "book_payout" if where == "before" else "pay_producer"
        act = getattr(payouts, name)

        def die(**facts):
            if where == "after":
                act(**facts)
            raise Crash

        with mock.patch.object(payouts, name, die), suppress(Crash):
            run_of(period, at=RUN_AT)

    def _return(self, producers, number, index):
        listed = list(Payout.objects.order_by("pk"))
        if listed:
            payouts.return_payout(payout_id=listed[index % len(listed)].pk, reason="x", at=AT + timedelta(days=61))

    def _earned(self, producer: Producer, *, before: datetime = LAST.ends_at) -> int:
        entries = LedgerEntry.objects.of_account("payable").of_producer(producer.pk).before(before)
        return -entries.filter(transaction__kind__in=["sale", "refund"]).balance()

    def _paid(self, producer: Producer) -> int:
        return sum(Payout.objects.in_force().filter(producer=producer).values_list("amount", flat=True))


@pytest.mark.django_db
def test_the_property_can_fail(monkeypatch):
    """A run that forgets what was paid before pays a sale before its period."""
    monkeypatch.setattr(payouts, "PAYOUT_KINDS", ())
    cook = make_producer()
    bank(cook)
    sell(part(cook), at=AT - timedelta(days=30))
    run_of("2026-10", at=RUN_AT)
    sell(part(cook), order_id=2)
    with pytest.raises(AssertionError, match="earned after it"):
        TestPayouts()._run([cook], 0, "2026-W46", 1)
