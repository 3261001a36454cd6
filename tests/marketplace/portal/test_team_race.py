"""Somebody added twice at once is added once, and whoever comes second reads why."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from marketplace.accounts.models import MemberRole, Membership, User
from marketplace.accounts.services import add_member
from ocop_badges.errors import InvalidFact
from tests.factories import AT, make_producer

AT_ONCE = 8


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.parametrize("is_known", [False, True])
def test_a_person_added_twice_at_once_becomes_one_member(is_known: bool) -> None:
    start = Barrier(AT_ONCE)
    producer = make_producer()

    def add(email: str) -> str:
        try:
            start.wait(timeout=30)
            add_member(producer_id=producer.pk, email=email, role=MemberRole.STAFF, at=AT)
        except InvalidFact as fact:
            return fact.code
        finally:
            connection.close()
        return "added"

    for number in range(5):
        email = f"moi-{number}@example.vn"
        if is_known:
            User.objects.create_user(email)
        spellings = [email, email.upper()] * (AT_ONCE // 2)
        with ThreadPoolExecutor(AT_ONCE) as pool:
            outcomes = sorted(pool.map(add, spellings))
        assert outcomes == ["added"] + ["already-a-member"] * (AT_ONCE - 1)
        assert Membership.objects.get(user__email=email).producer == producer
        assert User.objects.filter(email__iexact=email).count() == 1
