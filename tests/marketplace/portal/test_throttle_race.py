"""Many tries at once are counted as many: no more pass than the limit says."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from marketplace.portal.models import Attempt
from marketplace.portal.throttle import SIGN_IN_BY_ACCOUNT, TooOften, count_attempt
from tests.factories import AT

AT_ONCE = 16


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_more_tries_pass_at_once_than_one_after_the_other() -> None:
    start = Barrier(AT_ONCE)

    def attempt(_: int) -> bool:
        try:
            start.wait(timeout=30)
            count_attempt({SIGN_IN_BY_ACCOUNT: "lan@example.vn"}, at=AT)
        except TooOften:
            return False
        finally:
            connection.close()
        return True

    for _ in range(5):
        Attempt.objects.all().delete()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            passed = sum(pool.map(attempt, range(AT_ONCE)))
        assert passed <= SIGN_IN_BY_ACCOUNT.most
        assert Attempt.objects.count() == passed
