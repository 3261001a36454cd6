"""Building the index of the listings anew beside the live one, and going back to the one before.

Searches are answered by the live index until a new one is complete and equal to the database; then one call swaps
them. Killed between any two steps, the live index is whole and goes on; the next rebuild removes what was left.
"""

import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from django.db import DatabaseError
from elasticsearch import Elasticsearch

from catalog.models import SearchChange
from ocop_badges.errors import DomainError

from .catching_up import catch_up, record_unrecorded
from .elastic.client import IndexAway
from .elastic.documents import load_documents, mapping_code
from .elastic.indices import (
    Index,
    all_indices,
    announce_next,
    create_next,
    delete_indices,
    end_loading,
    swap,
    withdraw_next,
)
from .elastic.writing import send_documents
from .one_at_a_time import one_at_a_time
from .progress import Progress, unwatched
from .verifying import Comparison, compare

BATCH = 1_000  # documents of one request
SENDERS = 2  # threads that wait for Elasticsearch while documents are built
AHEAD = 2  # requests built before a sender is free: memory for so many batches
PAUSES: Final = (0.5, 2.0, 5.0)  # seconds before a request that failed is made again


class NotSwapped(DomainError):
    """The prepared index does not become the live one; the message says why. ``comparison`` shows what differs."""

    def __init__(self, detail: str, comparison: Comparison | None = None) -> None:
        super().__init__(detail)
        self.comparison = comparison


@dataclass(frozen=True, slots=True)
class Swapped:
    """``live`` took over from ``before`` (None: there was none). ``unfinished`` says what came in the way after that.

    Nothing of that is lost: the relay sends what is still pending, and the next rebuild removes what is left over.
    """

    live: str
    before: str | None
    comparison: Comparison
    unfinished: str = ""


def rebuild(*, client: Elasticsearch, progress: Progress = unwatched) -> Swapped:
    """Build a new index from the database and make it the live one; the one before is kept for ``roll_back``.

    Raises ``AnotherIsAtIt``, ``NotSwapped`` and ``IndexAway``; the live index is untouched then.
    """
    with one_at_a_time():
        _remove_leftovers(client)
        record_unrecorded()
        index = create_next(client)
        try:
            _load(client, index, progress)
            end_loading(client, index)
            comparison = _equal(client, index, progress)
        except BaseException:
            _give_up(client, index)
            raise
        return _take_over(client, index, comparison)


def roll_back(*, client: Elasticsearch, progress: Progress = unwatched) -> Swapped:
    """Bring the previous index up to date and make it the live one again.

    Raises ``AnotherIsAtIt``, ``NotSwapped`` and ``IndexAway``; the live index is untouched then.
    """
    with one_at_a_time():
        index = _previous(all_indices(client)).name
        announce_next(client, index)
        try:
            comparison = _equal(client, index, progress)
        except BaseException:
            _give_up(client, index)
            raise
        return _take_over(client, index, comparison)


def _previous(indices: list[Index]) -> Index:
    previous = [index for index in indices if index.is_previous]
    for index in previous:
        if index.code == mapping_code():
            return index
    if previous:
        raise NotSwapped(
            f"The previous index {previous[0].name} was built for another mapping, so this version of the shop cannot "
            "use it. Run search_rebuild, or deploy the version that built it and run search_rollback there."
        )
    raise NotSwapped("There is no previous index to go back to. search_rebuild makes a new one.")


def _remove_leftovers(client: Elasticsearch) -> None:
    """What rebuilds and rollbacks that were killed left behind."""
    for index in all_indices(client):
        if index.is_previous and index.is_next:
            withdraw_next(client, index)
        elif not (index.is_live or index.is_previous):
            delete_indices(client, [index.name])


def _load(client: Elasticsearch, index: str, progress: Progress) -> None:
    """Send every product's document, and the deletion of every one that is listed no more, the newest first.

    Documents lie in the index as they came, and a list of the newest, or of those with most stars, can stop at the
    page's end only where they lie in its own order.
    """
    advance = progress("Loading", SearchChange.objects.count())
    sending: deque[tuple[int, Future[None]]] = deque()

    def wait_for_one() -> None:
        count, sent = sending.popleft()
        sent.result()
        advance(count)

    with ThreadPoolExecutor(SENDERS) as senders:
        try:
            for versions in _all_versions():
                documents = load_documents(versions)
                sending.append((len(versions), senders.submit(_send, client, index, versions, documents)))
                if len(sending) >= SENDERS + AHEAD:
                    wait_for_one()
            while sending:
                wait_for_one()
        except BaseException:
            senders.shutdown(wait=False, cancel_futures=True)
            raise


def _all_versions() -> Iterator[dict[int, int]]:
    """Product id → version, in batches; each batch is read before its documents are."""
    rows = SearchChange.objects.order_by("-pk").values_list("pk", "version")
    versions = dict(rows[:BATCH])
    while versions:
        yield versions
        versions = dict(rows.filter(pk__lt=min(versions))[:BATCH])


def _send(client: Elasticsearch, index: str, versions: dict[int, int], documents: dict[int, dict[str, Any]]) -> None:
    for pause in (*PAUSES, None):
        try:
            refused = send_documents(client=client, indices=[index], versions=versions, documents=documents)
        except IndexAway:
            if pause is None:
                raise
            time.sleep(pause)
        else:
            if refused:
                product_id, reason = next(iter(refused.items()))
                raise NotSwapped(
                    f"The index refused {len(refused)} documents; the first, product {product_id}: {reason}"
                )
            return


def _equal(client: Elasticsearch, index: str, progress: Progress) -> Comparison:
    """Bring the index to what the database says; raises ``NotSwapped`` where that fails."""
    comparison = compare(client=client, index=index, repair=True, progress=progress)
    if comparison.differences:
        raise NotSwapped("The prepared index does not hold what the database says.", comparison)
    return comparison


def _give_up(client: Elasticsearch, index: str) -> None:
    """Let nobody write to the prepared index any more, if Elasticsearch is there to be told."""
    with suppress(IndexAway):  # the next rebuild does it
        _remove_leftovers(client)


def _take_over(client: Elasticsearch, index: str, comparison: Comparison) -> Swapped:
    before = next((other.name for other in all_indices(client) if other.is_live), None)
    try:
        swap(client, index)
    except IndexAway as error:
        raise IndexAway(
            f"{error} Whether {index} took over is not known; the live index is whole either way."
        ) from error
    unfinished = ""
    try:
        catch_up(client=client, index=index)
        _remove_leftovers(client)
    except (IndexAway, DatabaseError) as error:
        unfinished = str(error)
    return Swapped(index, before, comparison, unfinished)
