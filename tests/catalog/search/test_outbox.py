"""The outbox worked off by hand: claimed, settled, put back, given up, revived."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from catalog.models import SearchChange
from catalog.rules import MAX_ATTEMPTS
from catalog.search.outbox import (
    AWAY,
    LEASE,
    Backlog,
    Batch,
    LeftBehind,
    backlog,
    claim_changes,
    left_behind,
    put_back,
    record_changes,
    revive_dead,
    settle,
)
from tests.factories import AT

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


def claim(at: datetime = AT, **options) -> Batch:
    batch = claim_changes(at=at, **options)
    assert batch is not None
    return batch


def change(product_id: int) -> SearchChange:
    return SearchChange.objects.get(pk=product_id)


def pending() -> set[int]:
    return set(SearchChange.objects.pending().values_list("pk", flat=True))


class TestClaiming:
    def test_it_takes_the_oldest_first(self):
        record_changes([5, 3, 4])
        SearchChange.objects.filter(pk=4).update(changed_at=AT - timedelta(days=900))
        assert list(claim(limit=1).versions) == [4]
        assert list(claim(limit=1).versions) == [3]
        assert list(claim(limit=9).versions) == [5]
        assert claim_changes(at=AT) is None

    def test_it_says_which_version_it_saw(self):
        record_changes([3, 4])
        record_changes([4])
        assert claim().versions == {3: 1, 4: 2}

    def test_a_change_waiting_keeps_its_place(self):
        record_changes([3])
        since = change(3).changed_at
        record_changes([3])
        assert change(3).changed_at == since

    def test_what_is_claimed_is_nobody_elses_until_the_lease_runs_out(self):
        record_changes([3])
        first = claim()
        assert claim_changes(at=AT + LEASE - SECOND) is None
        again = claim(AT + LEASE)
        assert again.versions == first.versions
        assert again.lease != first.lease

    def test_what_the_index_has_is_not_claimed(self):
        record_changes([3])
        settle(claim(), refused={}, at=AT)
        assert claim_changes(at=AT + timedelta(days=1)) is None

    @pytest.mark.parametrize("count", [1, 200])
    def test_it_asks_the_same_number_of_queries_however_many_there_are(
        self, django_assert_num_queries: Callable, count: int
    ):
        record_changes(range(count))
        with django_assert_num_queries(5):  # savepoint, choose, take, read, release
            batch = claim()
        with django_assert_num_queries(4):  # savepoint, read, settle, release
            settle(batch, refused={}, at=AT)


class TestSettling:
    def test_what_was_written_is_done(self):
        record_changes([3, 4])
        settle(claim(), refused={}, at=AT)
        assert pending() == set()
        assert (change(3).lease, change(3).leased_until) == (None, None)

    def test_a_change_made_between_claim_and_settle_is_not_lost(self):
        record_changes([3, 4])
        batch = claim()
        record_changes([3])
        settle(batch, refused={}, at=AT)
        assert pending() == {3}
        assert claim().versions == {3: 2}  # at once: nobody has to wait for the lease of the old state

    def test_nor_where_the_index_refused_the_old_state(self):
        record_changes([3])
        batch = claim()
        record_changes([3])
        settle(batch, refused={3: "bad"}, at=AT)
        assert (change(3).attempts, change(3).last_error) == (0, "")
        assert claim().versions == {3: 2}

    def test_a_version_raised_by_another_hand_is_not_taken_for_written(self):
        record_changes([3])
        batch = claim()
        SearchChange.objects.update(version=9)
        settle(batch, refused={}, at=AT)
        assert claim(AT + LEASE).versions == {3: 9}

    def test_one_that_comes_too_late_leaves_the_next_holder_alone(self):
        record_changes([3])
        late = claim()
        holder = claim(AT + LEASE)
        settle(late, refused={3: "bad"}, at=AT + LEASE)
        put_back(late, at=AT + LEASE, error="away")
        assert (change(3).lease, change(3).attempts, change(3).due_at) == (holder.lease, 0, None)
        settle(holder, refused={}, at=AT + LEASE)
        assert pending() == set()

    def test_a_refusal_rests_longer_each_time_until_it_is_given_up(self):
        record_changes([16])
        at, rests = AT, []
        for _ in range(MAX_ATTEMPTS):
            settle(claim(at), refused={16: "mapper_parsing_exception: no"}, at=at)
            due_at = change(16).due_at
            assert claim_changes(at=due_at - SECOND) is None
            rests.append((due_at - at).total_seconds())
            at = due_at
        assert rests == [2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
        assert change(16).is_dead
        assert change(16).last_error == "mapper_parsing_exception: no"
        assert claim_changes(at=AT + timedelta(days=900)) is None
        assert pending() == {16}

    def test_a_refusal_holds_up_nobody_else(self):
        record_changes([3, 4])
        settle(claim(), refused={3: "bad"}, at=AT)
        assert pending() == {3}

    def test_a_long_reason_is_cut(self):
        record_changes([3])
        settle(claim(), refused={3: "ă" * 4000}, at=AT)
        assert change(3).last_error == "ă" * 500

    def test_success_forgets_the_refusals_before(self):
        record_changes([3])
        settle(claim(), refused={3: "bad"}, at=AT)
        settle(claim(AT + timedelta(minutes=1)), refused={}, at=AT + timedelta(minutes=1))
        assert (change(3).attempts, change(3).due_at, change(3).last_error) == (0, None, "")


class TestPuttingBack:
    def test_it_counts_no_attempts(self):
        record_changes([3])
        at = AT
        for _ in range(3 * MAX_ATTEMPTS):
            put_back(claim(at), at=at, error="Elasticsearch does not answer")
            assert claim_changes(at=at + AWAY - SECOND) is None
            at += AWAY
        assert (change(3).attempts, change(3).is_dead) == (0, False)
        assert change(3).last_error == "Elasticsearch does not answer"
        assert claim(at).versions == {3: 1}

    def test_a_change_made_meanwhile_does_not_rest(self):
        record_changes([3])
        batch = claim()
        record_changes([3])
        put_back(batch, at=AT, error="away")
        assert claim().versions == {3: 2}


class TestTheDead:
    @pytest.fixture(autouse=True)
    def given_up(self):
        record_changes([3, 4, 5])
        SearchChange.objects.exclude(pk=5).update(is_dead=True, attempts=MAX_ATTEMPTS, due_at=AT, last_error="bad")

    def test_they_are_revived(self):
        assert revive_dead() == 2
        assert claim().versions == {3: 1, 4: 1, 5: 1}
        assert (change(3).attempts, change(3).last_error) == (0, "bad")

    def test_only_those_asked_for(self):
        assert revive_dead([4, 5]) == 1
        assert claim().versions == {4: 1, 5: 1}

    def test_a_new_change_is_a_new_chance(self):
        record_changes([3])
        assert claim().versions == {3: 2, 5: 1}

    def test_one_the_index_has_after_all_is_not_dead(self):
        SearchChange.objects.update(indexed_version=1)
        assert revive_dead() == 0
        assert backlog().dead == 0


class TestTheBacklog:
    def test_there_is_none(self):
        assert backlog() == Backlog(pending=0, dead=0, oldest_seconds=0)
        assert left_behind(at=AT) == LeftBehind(resting=0, leased=0, dead=0)

    def test_it_counts_in_one_query(self, django_assert_num_queries: Callable):
        record_changes([1, 2, 3, 4, 5, 6])
        SearchChange.objects.filter(pk=1).update(indexed_version=1)
        SearchChange.objects.filter(pk=2).update(is_dead=True, changed_at=AT - timedelta(days=900))
        SearchChange.objects.filter(pk=3).update(due_at=AT + SECOND)
        claim(limit=1)
        with django_assert_num_queries(1):
            found = backlog()
        assert (found.pending, found.dead) == (4, 1)
        assert 0 <= found.oldest_seconds < 60
        with django_assert_num_queries(1):
            assert left_behind(at=AT) == LeftBehind(resting=1, leased=1, dead=1)

    def test_it_is_as_old_as_its_oldest_change_by_the_databases_clock(self):
        record_changes([3])
        recorded = change(3).changed_at
        SearchChange.objects.update(changed_at=recorded - timedelta(hours=1))
        assert 3600 <= backlog().oldest_seconds < 3660
