"""Officers who act at once, with real threads on a real PostgreSQL: one wins, the other is told."""

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import pytest
from django.db.models import QuerySet

from ocop_badges import audit, services
from ocop_badges.errors import DomainError
from ocop_badges.models import AuditEntry, Certificate, RevocationGround
from tests.factories import AT, DAY, certify, make_product
from tests.racing import outcomes_of

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def meet(monkeypatch) -> None:
    """Both officers have read the version before either writes, unless a lock keeps the second from reading."""
    barrier, versions_of = threading.Barrier(2), audit.versions_of

    def versions_then_wait(product_ids: Sequence[int]) -> dict[int, int]:
        versions = versions_of(product_ids)
        with suppress(threading.BrokenBarrierError):
            barrier.wait(1)
        return versions

    monkeypatch.setattr(audit, "versions_of", versions_then_wait)


def suspend(certificate: Certificate, seen: int | None) -> Any:
    return services.suspend_certificate(certificate=certificate, suspended_from=DAY, reason="x", at=AT, seen=seen)


def revoke(certificate: Certificate, seen: int | None) -> Any:
    return services.revoke_certificate(
        certificate=certificate,
        ground=RevocationGround.MISUSE_OF_MARK,
        decision_number="1/QĐ",
        effective_on=DAY,
        at=AT,
        seen=seen,
    )


def test_of_two_officers_at_once_one_wins_and_the_other_meets_a_conflict(meet):
    certificate = certify(make_product())
    outcomes = outcomes_of([lambda: suspend(certificate, 1), lambda: revoke(certificate, 1)])
    assert outcomes == {"changed-meanwhile": 1, "done": 1}
    assert AuditEntry.objects.filter(certificate=certificate).count() == 2
    assert audit.flaws_of([certificate.product_id]) == []


def test_without_the_lock_both_would_write(meet, monkeypatch):
    """The race is real: this is what the lock of the product is for."""
    certificate = certify(make_product())
    monkeypatch.setattr(QuerySet, "select_for_update", lambda products: products)
    outcomes = outcomes_of([lambda: suspend(certificate, 1), lambda: revoke(certificate, 1)])
    assert outcomes != {"changed-meanwhile": 1, "done": 1}


def test_who_looked_at_nothing_is_judged_by_the_state_the_first_one_left():
    certificate = certify(make_product())
    assert outcomes_of([lambda: revoke(certificate, None)] * 4) == {"already-revoked": 3, "done": 1}


def test_many_acts_at_once_keep_every_chain_whole():
    certificates = [certify(make_product()) for _ in range(3)]

    def live(certificate: Certificate) -> None:
        for _ in range(5):
            with suppress(DomainError):
                suspend(certificate, None)
            with suppress(DomainError):
                services.lift_suspension(certificate=certificate, lifted_on=DAY, at=AT)

    outcomes = outcomes_of([lambda c=certificate: live(c) for certificate in certificates for _ in range(2)])
    assert outcomes == {"done": 6}
    assert audit.flaws_of([certificate.product_id for certificate in certificates]) == []
