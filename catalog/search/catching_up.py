"""Bringing one index up to the outbox without a relay. The caller holds ``one_at_a_time``."""

from collections.abc import Iterator, Mapping

from django.db.models import Exists, OuterRef
from elasticsearch import Elasticsearch

from catalog.models import Listing, SearchChange

from .elastic.reading import stored_versions
from .elastic.writing import write_documents
from .outbox import record_changes

BATCH = 1_000


def unrecorded_listings() -> Iterator[list[int]]:
    """The ids of listings that the outbox has never heard of, in batches. There are none but by a mishap."""
    recorded = Exists(SearchChange.objects.filter(pk=OuterRef("pk")))
    after = 0
    while ids := list(
        Listing.objects.filter(~recorded, pk__gt=after).order_by("pk").values_list("pk", flat=True)[:BATCH]
    ):
        yield ids
        after = ids[-1]


def record_unrecorded() -> None:
    """Give every listing its row in the outbox."""
    for ids in unrecorded_listings():
        record_changes(ids)


def catch_up(*, client: Elasticsearch, index: str) -> None:
    """Send the live index what is pending and it does not have yet, and note what it has.

    Changes that were given up are tried once more; what the index refuses stays pending. No other index may be in the
    making: it would miss what is noted here as done. Raises ``IndexAway``.
    """
    after = 0
    while versions := dict(
        SearchChange.objects.pending().filter(pk__gt=after).order_by("pk").values_list("pk", "version")[:BATCH]
    ):
        stored = stored_versions(client, index, versions)
        lacking = {
            product_id: version for product_id, version in versions.items() if stored.get(product_id, 0) < version
        }
        refused = write_documents(client=client, indices=[index], versions=lacking)
        _note({product_id: version for product_id, version in versions.items() if product_id not in refused})
        after = max(versions)


def _note(written: Mapping[int, int]) -> None:
    """The index has these versions; what changed since stays pending."""
    by_version: dict[int, list[int]] = {}
    for product_id, version in written.items():
        by_version.setdefault(version, []).append(product_id)
    for version, product_ids in by_version.items():
        SearchChange.objects.filter(pk__in=product_ids, version=version).update(
            indexed_version=version, attempts=0, due_at=None, last_error="", is_dead=False
        )
