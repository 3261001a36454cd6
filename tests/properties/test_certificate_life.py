"""Any sequence of acts of officers, imports and clerks on one product keeps the invariants of badges."""

from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ocop_badges import audit, lifecycle, rules, services
from ocop_badges.badges import badge_of, standing_of
from ocop_badges.errors import DomainError
from ocop_badges.lifecycle import Action
from ocop_badges.models import BadgePeriod, Certificate, RevocationGround
from ocop_badges.models.certificates import facts_of
from ocop_badges.rules import CertificateFacts, Status
from tests.factories import AT, make_product

START = date(2026, 6, 1)
HORIZON = 60
somewhen = st.integers(0, HORIZON).map(lambda n: START + timedelta(days=n))
lengths = st.integers(0, 25)
which = st.integers(0, 5)


class CertificateLife(RuleBasedStateMachine):
    """Acts in any order, on any day, with the product in whatever state; a refused one must change nothing."""

    @initialize()
    def begin(self) -> None:
        self.product = make_product()
        self.number = 0
        self.at: datetime = AT
        self.done: list[Action] = []
        self.certify(Action.ISSUE, stars=4, issued_on=START, wait=0, length=40)

    def act(self, deed: Action, service: Any, **arguments: Any) -> None:
        self.at += timedelta(minutes=1)
        before = self.snapshot()
        try:
            service(at=self.at, **arguments)
        except DomainError:
            assert self.snapshot() == before
        else:
            self.done.append(deed)

    def pick(self, number: int) -> Certificate | None:
        certificates = list(Certificate.objects.of_products([self.product.pk]))
        return certificates[number % len(certificates)] if certificates else None

    @rule(
        action=st.sampled_from([*sorted(lifecycle.CERTIFYING), None]),
        stars=st.integers(3, 5),
        issued_on=somewhen,
        wait=st.integers(0, 10),
        length=lengths,
    )
    def certify(self, action: Action | None, stars: int, issued_on: date, wait: int, length: int) -> None:
        self.number += 1
        valid_from = issued_on + timedelta(days=wait)
        self.act(
            action or Action.ISSUE,
            services.issue_certificate,
            product=self.product,
            stars=stars,
            decision_number=f"{self.number}/QĐ",
            issued_on=issued_on,
            valid_from=valid_from,
            valid_until=valid_from + timedelta(days=length),
            end_reason="as printed",
            action=action,
        )

    @rule(number=which, day=somewhen)
    def suspend(self, number: int, day: date) -> None:
        if certificate := self.pick(number):
            self.act(
                Action.SUSPEND,
                services.suspend_certificate,
                certificate=certificate,
                suspended_from=day,
                reason="x",
            )

    @rule(number=which, day=somewhen)
    def lift(self, number: int, day: date) -> None:
        if certificate := self.pick(number):
            self.act(Action.LIFT, services.lift_suspension, certificate=certificate, lifted_on=day)

    @rule(number=which, day=somewhen)
    def revoke(self, number: int, day: date) -> None:
        if certificate := self.pick(number):
            self.act(
                Action.REVOKE,
                services.revoke_certificate,
                certificate=certificate,
                ground=RevocationGround.MISUSE_OF_MARK,
                decision_number="1/QĐ",
                effective_on=day,
            )

    @rule(number=which, day=somewhen, days=st.integers(1, 30))
    def extend(self, number: int, day: date, days: int) -> None:
        if certificate := self.pick(number):
            self.act(
                Action.EXTEND,
                services.extend_certificate,
                certificate=certificate,
                days=days,
                granted_on=day,
                evidence="x",
            )

    @rule(
        number=which,
        changes=st.one_of(
            st.fixed_dictionaries({"stars": st.integers(3, 5)}),
            st.fixed_dictionaries({"valid_from": somewhen}),
            st.fixed_dictionaries({"valid_until": somewhen}),
            st.fixed_dictionaries({"valid_from": somewhen, "valid_until": somewhen}),
            st.fixed_dictionaries({"decision_number": st.sampled_from(["1/QĐ", "77/QĐ", " "])}),
            st.fixed_dictionaries({"revocation.effective_on": somewhen}),
        ),
    )
    def correct(self, number: int, changes: dict[str, Any]) -> None:
        if certificate := self.pick(number):
            self.act(Action.CORRECT, services.correct_certificate, certificate=certificate, changes=changes, reason="x")

    def facts(self) -> list[CertificateFacts]:
        return facts_of(Certificate.objects.of_products([self.product.pk]).with_facts())

    def periods(self) -> list[rules.Period]:
        rows = BadgePeriod.objects.of_products([self.product.pk])
        return sorted(rules.Period(*row) for row in rows.values_list("starts_on", "ends_on", "stars", "certificate_id"))

    def snapshot(self) -> tuple[Any, ...]:
        return self.facts(), self.periods(), audit.version_of(self.product.pk)

    @invariant()
    def periods_stored_are_those_recomputed(self) -> None:
        assert self.periods() == rules.badge_periods(self.facts())

    @invariant()
    def periods_never_overlap_and_lie_within_validity(self) -> None:
        by_sequence = {certificate.sequence: certificate for certificate in self.facts()}
        periods = self.periods()
        assert all(one.ends_on <= other.starts_on for one, other in pairwise(periods))
        for period in periods:
            certificate = by_sequence[period.sequence]
            assert certificate.valid_from <= period.starts_on < period.ends_on
            assert period.ends_on <= certificate.last_day + rules.ONE_DAY
            assert certificate.revoked_on is None or period.ends_on <= certificate.revoked_on
            assert period.stars == certificate.stars

    @invariant()
    def every_day_shows_the_certificate_in_force(self) -> None:
        facts = self.facts()
        for n in range(-1, HORIZON + 40, 9):
            day = START + timedelta(days=n)
            speaks = rules.certificate_in_question(facts, day)
            shows = speaks is not None and rules.status_on(speaks, facts, day) is Status.VALID
            badge = badge_of(self.product.pk, day=day)
            assert (badge.stars if badge else None) == (speaks.stars if shows and speaks else None)
            assert standing_of(self.product.pk, day=day).badge == badge

    @invariant()
    def the_trail_tells_every_act_done_and_no_other(self) -> None:
        assert audit.flaws_of([self.product.pk]) == []
        trail = self.product.audit_entries.order_by("number").values_list("action", flat=True)
        assert list(trail) == [action.value for action in self.done]


@pytest.mark.django_db
def test_any_sequence_of_acts_keeps_the_invariants():
    class Undone(CertificateLife):
        """Each run in a savepoint of its own: the next begins with nothing."""

        def __init__(self) -> None:
            super().__init__()
            self.savepoint = transaction.savepoint()

        def teardown(self) -> None:
            transaction.savepoint_rollback(self.savepoint)

    run_state_machine_as_test(
        Undone,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large],
        ),
    )
