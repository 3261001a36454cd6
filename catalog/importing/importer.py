"""The import as a whole: read, check everything, and only then write."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any, Protocol, TypeVar

from django.db import transaction

from catalog.search.indexing import refresh_listings
from catalog.services.slugs import batched
from ocop_badges.services import issue_certificates

from .agreement import disagreements
from .cells import decode
from .decisions import Decisions
from .faults import Fault, ImportRefused
from .places import Vocabulary
from .report import Report
from .rows import Row, read_rows
from .showing import tell_stars
from .stored import BATCH, find_certificates, find_producers, find_products
from .writing import Writer, group_rows

T = TypeVar("T")


class Track(Protocol):
    """Shows how far a loop is: ``for row in track(rows, "checking")``."""

    def __call__(self, things: Sequence[T], what: str) -> Iterable[T]: ...


def _untracked(things: Sequence[T], what: str) -> Iterable[T]:
    return things


def import_products(
    *, content: bytes, at: datetime, day: date, by: Any = None, dry_run: bool = False, track: Track = _untracked
) -> Report:
    """Take a file of products and certificates, all of it or nothing.

    ``at`` is the instant of recording, ``day`` the day for which the report tells stars. ``dry_run`` does everything
    and undoes it. Raises ``ImportRefused`` with every fault of the file.
    """
    text = decode(content)
    rows, raw_rows, faults = read_rows(text)
    with transaction.atomic():
        vocabulary = Vocabulary()
        for raw in raw_rows:
            faults += vocabulary.faults(raw)
        report = _import(rows, faults, vocabulary, at=at, day=day, by=by, track=track)
        if dry_run:
            transaction.set_rollback(True)
    return report


def _import(
    rows: list[Row], faults: list[Fault], vocabulary: Vocabulary, *, at: datetime, day: date, by: Any, track: Track
) -> Report:
    faults += disagreements(rows)
    products = find_products(rows)
    decisions = Decisions(products, find_certificates(products.values()))
    for row in track(rows, "checking"):
        faults += decisions.take(row)
    if faults:
        raise ImportRefused(faults)
    writer = Writer(vocabulary, products, find_producers(rows), rows)
    for groups in track(list(batched(group_rows(rows), BATCH)), "writing"):
        writer.write(groups)
    issue_certificates(drafts=decisions.new_certificates(writer.products, rows), at=at, by=by)
    for product_ids in track(list(batched(writer.changed, BATCH)), "listing"):
        refresh_listings(product_ids)
    outcomes = [writer.outcomes[row.line] for row in rows]
    tell_stars(outcomes, decisions, writer.products, day=day)
    return Report(outcomes)
