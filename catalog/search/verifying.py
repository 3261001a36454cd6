"""Whether an index holds what the database says, document by document, and bringing it to that."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from typing import Any, Literal, NamedTuple

from elasticsearch import Elasticsearch

from catalog.models import SearchChange

from .catching_up import record_unrecorded, unrecorded_listings
from .elastic.documents import load_documents
from .elastic.indices import refresh
from .elastic.reading import Stored, stored_between, stored_documents
from .elastic.writing import write_documents
from .outbox import record_changes
from .progress import Progress, unwatched

BATCH = 1_000
SHOWN = 20  # differences that are kept one by one; the others are counted

Kind = Literal["missing", "too many", "old version", "newer version", "other content", "not recorded"]


@dataclass(frozen=True, slots=True)
class Difference:
    """``detail`` names the fields with other content, or says why the index refused the document."""

    product_id: int
    kind: Kind
    detail: str = ""


@dataclass(slots=True)
class Comparison:
    """``products`` were compared; of them ``pending`` wait in the outbox, and ``repaired`` were brought right."""

    products: int = 0
    pending: int = 0
    repaired: int = 0
    counts: Counter[Kind] = field(default_factory=Counter)
    first: list[Difference] = field(default_factory=list)

    @property
    def differences(self) -> int:
        """How many are left."""
        return self.counts.total()

    def add(self, differences: Iterable[Difference]) -> None:
        for difference in differences:
            self.counts[difference.kind] += 1
            if len(self.first) < SHOWN:
                self.first.append(difference)


class _Change(NamedTuple):
    """A row of the outbox."""

    product_id: int
    version: int
    indexed_version: int
    is_dead: bool

    @property
    def is_pending(self) -> bool:
        return self.version > self.indexed_version and not self.is_dead


@dataclass(frozen=True, slots=True)
class _Suspect:
    """A document that is not as it should be. ``is_moving``: a change of it is on its way."""

    difference: Difference
    is_moving: bool
    stored_version: int


def compare(*, client: Elasticsearch, index: str, repair: bool = False, progress: Progress = unwatched) -> Comparison:
    """Compare every product with its document; with ``repair`` write what differs, what is pending among it.

    What waits in the outbox is no difference, nor is what changes while it is looked at; a change that was given up
    waits no more. Takes memory for a few thousand documents, however many there are. Raises ``IndexAway``.
    """
    found = Comparison()
    if repair:
        record_unrecorded()
    else:
        for ids in unrecorded_listings():
            found.add(Difference(product_id, "not recorded") for product_id in ids)
    refresh(client, index)
    advance = progress("Comparing", SearchChange.objects.count())
    after: int | None = 0
    while after is not None:
        changes = _changes_after(after)
        upto = changes[-1].product_id if len(changes) == BATCH else None
        differing = _differing(client, index, changes, after=after, upto=upto)
        while ids := list(islice(differing, BATCH)):
            suspects = _look_closely(client, index, ids)
            if repair and suspects:
                refused = _write(client, index, suspects)
                found.repaired += len(suspects)
                suspects = _look_closely(client, index, suspects, refused)
                found.repaired -= len(suspects)
            found.add(suspect.difference for suspect in suspects.values() if not suspect.is_moving)
        found.products += len(changes)
        found.pending += sum(change.is_pending for change in changes)
        advance(len(changes))
        after = upto
    return found


def _changes_after(product_id: int) -> list[_Change]:
    rows = SearchChange.objects.filter(pk__gt=product_id).order_by("pk").values_list(*_Change._fields)
    return [_Change(*row) for row in rows[:BATCH]]


def _changes_of(product_ids: Collection[int]) -> dict[int, _Change]:
    rows = SearchChange.objects.filter(pk__in=list(product_ids)).values_list(*_Change._fields)
    return {row[0]: _Change(*row) for row in rows}


def _differing(
    client: Elasticsearch, index: str, changes: Sequence[_Change], *, after: int, upto: int | None
) -> Iterator[int]:
    """The products of a stretch of ids whose documents seem to differ; some only as the two were not read at once."""
    versions = {change.product_id: change.version for change in changes}
    pages = stored_between(client, index, after=after, upto=upto)
    with ThreadPoolExecutor(1) as reader:
        page = reader.submit(next, pages)  # Elasticsearch and the database work at the same time
        documents = load_documents(versions)
    for product_id, stored in chain(page.result(), chain.from_iterable(pages)):
        if stored != Stored(versions.get(product_id, 0), documents.pop(product_id, {})):
            yield product_id
    yield from documents


def _look_closely(
    client: Elasticsearch, index: str, product_ids: Collection[int], refused: Mapping[int, str] | None = None
) -> dict[int, _Suspect]:
    """Those of the products whose documents differ at this moment.

    The outbox is read before and after. A change that it held as done before is in the index by then; one that came
    between the two is on its way.
    """
    before = _changes_of(product_ids)
    documents = load_documents(product_ids)
    stored = stored_documents(client, index, product_ids)
    after = _changes_of(product_ids)
    suspects = {}
    for product_id in product_ids:
        change, there = before.get(product_id), stored.get(product_id)
        kind = _kind(change, documents.get(product_id), there)
        if kind is not None:
            detail = (refused or {}).get(product_id) or _fields(documents.get(product_id), there)
            is_moving = change != after.get(product_id) or (change is not None and change.is_pending)
            suspects[product_id] = _Suspect(
                Difference(product_id, kind, detail), is_moving, there.version if there else 0
            )
    return suspects


def _kind(change: _Change | None, document: Mapping[str, Any] | None, stored: Stored | None) -> Kind | None:
    if stored is None:
        return None if document is None else "missing"
    if document is None:
        return "too many"
    if change is not None and stored.version < change.version:
        return "old version"
    if change is not None and stored.version > change.version:
        return "newer version"
    return None if stored.document == document else "other content"


def _fields(document: Mapping[str, Any] | None, stored: Stored | None) -> str:
    """The names of the fields that differ, where both are there."""
    if document is None or stored is None:
        return ""
    names = sorted({*document, *stored.document})
    return ", ".join(name for name in names if document.get(name) != stored.document.get(name))


def _write(client: Elasticsearch, index: str, suspects: Mapping[int, _Suspect]) -> dict[int, str]:
    """Write the documents anew. Returns product id → reason of those refused.

    An index only takes a version as high as its own, so one that is ahead of the database is caught up with.
    """
    versions = {change.product_id: change.version for change in _changes_of(suspects).values()}
    record_changes(product_id for product_id in suspects if product_id not in versions)
    for product_id, suspect in suspects.items():
        if suspect.stored_version > versions.get(product_id, 0):
            SearchChange.objects.filter(pk=product_id, version__lt=suspect.stored_version).update(
                version=suspect.stored_version
            )
    versions = {change.product_id: change.version for change in _changes_of(suspects).values()}
    return write_documents(client=client, indices=[index], versions=versions)
