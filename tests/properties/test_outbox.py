"""The outbox under any interleaving of changes, relays, lost leases and crashes.

Beside it the machine keeps a model of the index, which takes a version only where it has no newer one. Whatever
happens: versions only grow; a change is pending exactly while the outbox has not noted its version; what is not
pending is in the index; and once relays are left in peace, the index has the last version of everything.
"""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from catalog.models import SearchChange
from catalog.rules import MAX_ATTEMPTS
from catalog.search.outbox import (
    LEASE,
    Batch,
    backlog,
    claim_changes,
    put_back,
    record_changes,
    revive_dead,
    settle,
)
from tests.factories import AT

PRODUCTS = st.sets(st.integers(1, 5), min_size=1)


class Crash(Exception):
    """The caller's transaction fails."""


class Outbox(RuleBasedStateMachine):
    batches = Bundle("batches")

    def __init__(self) -> None:
        super().__init__()
        SearchChange.objects.all().delete()
        self.at = AT
        self.made: dict[int, int] = {}  # product → how often it changed
        self.index: dict[int, int] = {}
        self.noted: dict[int, int] = {}

    @rule(products=PRODUCTS)
    def change(self, products: set[int]) -> None:
        record_changes(products)
        for product in products:
            self.made[product] = self.made.get(product, 0) + 1

    @rule(products=PRODUCTS)
    def change_and_fail(self, products: set[int]) -> None:
        with suppress(Crash), transaction.atomic():
            record_changes(products)
            raise Crash

    @rule(target=batches, limit=st.integers(1, 5))
    def claim(self, limit: int):
        batch = claim_changes(at=self.at, limit=limit)
        if batch is None:
            return multiple()
        assert 0 < len(batch.versions) <= limit
        assert batch.versions == {product: self.made[product] for product in batch.versions}
        return batch

    @rule(batch=batches, data=st.data())
    def write_a_part(self, batch: Batch, data: st.DataObject) -> None:
        """Then crash, or go on: the batch can still be settled, put back, or forgotten by everybody."""
        self._write(batch, data.draw(st.sets(st.sampled_from(sorted(batch.versions)))))

    @rule(batch=consumes(batches), data=st.data())
    def write_and_settle(self, batch: Batch, data: st.DataObject) -> None:
        refused = data.draw(st.sets(st.sampled_from(sorted(batch.versions))))
        self._write(batch, set(batch.versions) - refused)
        settle(batch, refused=dict.fromkeys(refused, "bad"), at=self.at)

    @rule(batch=consumes(batches))
    def put_back(self, batch: Batch) -> None:
        before = dict(SearchChange.objects.values_list("pk", "attempts"))
        put_back(batch, at=self.at, error="away")
        assert dict(SearchChange.objects.values_list("pk", "attempts")) == before

    @rule(batch=consumes(batches))
    def crash(self, batch: Batch) -> None:
        """Nobody comes back to it."""

    @rule(seconds=st.sampled_from([1, 30, 61, 400]))
    def wait(self, seconds: int) -> None:
        self.at += timedelta(seconds=seconds)

    @precondition(lambda self: SearchChange.objects.dead().exists())
    @rule()
    def revive(self) -> None:
        revive_dead()
        assert not SearchChange.objects.dead().exists()

    @rule(product=st.integers(1, 5))
    def give_up(self, product: int) -> None:
        SearchChange.objects.pending().filter(pk=product, lease=None).update(is_dead=True, attempts=MAX_ATTEMPTS)

    @invariant()
    def no_change_is_lost_or_invented(self) -> None:
        rows = {row.pk: row for row in SearchChange.objects.all()}
        assert {pk: row.version for pk, row in rows.items()} == self.made
        pending = set(SearchChange.objects.pending().values_list("pk", flat=True))
        for pk, row in rows.items():
            assert self.noted.get(pk, 0) <= row.indexed_version <= row.version
            assert (pk in pending) == (row.indexed_version < row.version)
            assert row.indexed_version <= self.index.get(pk, 0) <= row.version
            assert row.attempts <= MAX_ATTEMPTS
            self.noted[pk] = row.indexed_version
        found = backlog()
        assert found.pending + found.dead == len(pending)

    def teardown(self) -> None:
        """Left in peace, relays finish."""
        revive_dead()
        self.at += LEASE + timedelta(minutes=5)
        while batch := claim_changes(at=self.at, limit=2):
            self._write(batch, set(batch.versions))
            settle(batch, refused={}, at=self.at)
        assert self.index == self.made
        assert not SearchChange.objects.pending().exists()

    def _write(self, batch: Batch, products: set[int]) -> None:
        for product in products:
            self.index[product] = max(batch.versions[product], self.index.get(product, 0))


@pytest.mark.django_db
def test_nothing_is_lost_whatever_comes_between_what() -> None:
    run_state_machine_as_test(Outbox, settings=settings(max_examples=100, stateful_step_count=30, deadline=None))
