"""Several relays and shoppers at once on a real PostgreSQL: nobody gets the same work twice, nobody waits."""

import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from catalog.models import SearchChange
from catalog.search.outbox import LEASE, claim_changes, put_back, record_changes, settle
from tests.factories import AT

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True, serialized_rollback=True)]

PATIENCE = 20  # seconds until a thread counts as stuck


def at_once(*actions: Callable[[], object]) -> None:
    """Run each in a thread and on a connection of its own; the first failure is raised."""
    failures: list[BaseException] = []

    def run(action: Callable[[], object]) -> None:
        try:
            action()
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(action,), daemon=True) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive(), "a thread is stuck"
    if failures:
        raise failures[0]


def test_no_two_relays_get_the_same_change() -> None:
    record_changes(range(1, 1001))
    barrier, claimed = threading.Barrier(4), []

    def relay() -> None:
        barrier.wait(PATIENCE)
        while batch := claim_changes(at=AT, limit=10):
            claimed.append(set(batch.versions))

    at_once(relay, relay, relay, relay)
    assert sum(map(len, claimed)) == 1000
    assert set().union(*claimed) == set(range(1, 1001))


def test_a_relay_passes_over_what_another_is_claiming() -> None:
    """Both have a batch of their own before either transaction ends: the second neither waits nor comes away empty."""
    record_changes(range(1, 21))
    barrier, claimed = threading.Barrier(2), []

    def relay() -> None:
        with transaction.atomic():
            batch = claim_changes(at=AT, limit=10)
            barrier.wait(PATIENCE)
        claimed.append(set(batch.versions) if batch else set())

    at_once(relay, relay)
    assert sorted(map(len, claimed)) == [10, 10]
    assert claimed[0].isdisjoint(claimed[1])


@pytest.mark.parametrize("ending", ["settle", "put back"])
def test_a_relay_never_waits_for_a_change_that_is_being_made(ending: str) -> None:
    """Products are recorded in two steps, the higher id first; a relay that waited for one could lock in a circle."""
    record_changes([1, 2, 3])
    batch = claim_changes(at=AT)
    barrier = threading.Barrier(2)

    def edit() -> None:
        with transaction.atomic():
            record_changes([2])
            barrier.wait(PATIENCE)  # row 2 is locked
            barrier.wait(PATIENCE)  # the relay has settled the others
            record_changes([1])

    def relay() -> None:
        barrier.wait(PATIENCE)
        if ending == "settle":
            settle(batch, refused={}, at=AT)
        else:
            put_back(batch, at=AT, error="away")
        assert claim_changes(at=AT) is None
        barrier.wait(PATIENCE)

    at_once(edit, relay)
    again = claim_changes(at=AT)
    assert again.versions == {1: 2, 2: 2}
    assert SearchChange.objects.get(pk=3).indexed_version == (1 if ending == "settle" else 0)


def test_changes_of_many_are_recorded_while_relays_work() -> None:
    """Every change raises a version, whatever runs beside it, and in the end the index has the last of each."""
    ids, rounds = range(1, 201), 15
    record_changes(ids)
    index: dict[int, int] = {}

    def edit(*starts: int) -> None:
        for _ in range(rounds):
            for start in starts:
                record_changes(ids[start : start + 100])

    def relay() -> None:
        for _ in range(200):
            batch = claim_changes(at=AT, limit=50)
            if batch is None:
                continue
            for product_id, version in batch.versions.items():
                index[product_id] = max(version, index.get(product_id, 0))
            settle(batch, refused={}, at=AT)

    at_once(partial(edit, 0, 100), partial(edit, 100, 0), relay, relay)
    # A row that one relay looked at while another settled it stays with the latter until its lease ends.
    later = AT + LEASE + timedelta(seconds=1)
    while batch := claim_changes(at=later):
        index.update(batch.versions)
        settle(batch, refused={}, at=later)
    stored = dict(SearchChange.objects.values_list("pk", "version"))
    assert stored == dict.fromkeys(ids, 1 + 2 * rounds)
    assert index == stored
    assert not SearchChange.objects.pending().exists()
