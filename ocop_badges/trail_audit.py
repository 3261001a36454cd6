"""The audit trails of all products checked, and anchors of them kept outside the database.

A chain shows by itself that a link was changed; who may write to the whole database could write a whole chain anew.
Anchors tell: each says how long a product's chain was and where it ended, and every later chain must still hold that.
"""

import csv
import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from .audit import Flaw, flaws_of
from .models import AuditChain, AuditEntry, Certificate
from .services.locking import lock_product

BATCH = 500  # products looked at at once
_HEADER = ["product", "length", "hash"]


class BadAnchors(Exception):
    """A file of anchors that cannot be used, with the reason."""


@dataclass(frozen=True, slots=True)
class Anchor:
    length: int
    hash: str


def products_with_trails() -> list[int]:
    """Every product that has a chain, an entry or a certificate, in the order of ids."""
    ids: set[int] = set(AuditChain.objects.values_list("product_id", flat=True))
    ids.update(AuditEntry.objects.values_list("product_id", flat=True).distinct())
    ids.update(Certificate.objects.values_list("product_id", flat=True).distinct())
    return sorted(ids)


def find_flaws(
    product_ids: list[int], *, expected: Mapping[int, Anchor], progress: Callable[[int], object] = lambda _: None
) -> Iterator[Flaw]:
    """What is wrong with the trails of products, batch by batch: by themselves, and by the anchors expected.

    A trail that grows while it is read looks wrong; therefore a suspect one is read again while nobody may act on it.
    """
    for start in range(0, len(product_ids), BATCH):
        batch = product_ids[start : start + BATCH]
        for product_id in sorted({flaw.product_id for flaw in _flaws(batch, expected)}):
            yield from _flaws_at_rest(product_id, expected)
        progress(len(batch))
    known = set(product_ids)
    for product_id in sorted(set(expected) - known):
        yield Flaw(product_id, 0, "is gone as a whole")


def _flaws(product_ids: list[int], expected: Mapping[int, Anchor]) -> list[Flaw]:
    return [*flaws_of(product_ids), *_unlike(product_ids, expected)]


def _flaws_at_rest(product_id: int, expected: Mapping[int, Anchor]) -> list[Flaw]:
    with transaction.atomic():
        lock_product(product_id)
        return _flaws([product_id], expected)


def _unlike(product_ids: list[int], expected: Mapping[int, Anchor]) -> Iterator[Flaw]:
    asked = {product_id: expected[product_id] for product_id in product_ids if product_id in expected}
    lengths = {anchor.length for anchor in asked.values()}
    rows = AuditEntry.objects.filter(product__in=asked, number__in=lengths).values_list("product_id", "number", "hash")
    hashes = {(product_id, number): hash_ for product_id, number, hash_ in rows}
    for product_id, anchor in asked.items():
        found = hashes.get((product_id, anchor.length))
        if found is None:
            yield Flaw(product_id, anchor.length, "is gone, but was there when the anchor was written")
        elif found != anchor.hash:
            yield Flaw(product_id, anchor.length, "is another one than when the anchor was written")


def read_anchors(path: Path) -> dict[int, Anchor]:
    """The anchors of a file, by product. Raises ``BadAnchors``."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise BadAnchors(f"{path}: {error}") from None
    if not rows or rows[0] != _HEADER:
        raise BadAnchors(f"{path}: does not begin with {','.join(_HEADER)}.")
    anchors: dict[int, Anchor] = {}
    for number, row in enumerate(rows[1:], start=2):
        try:
            product, length, hash_ = row
            anchor = Anchor(int(length), hash_)
            if anchor.length < 1 or len(bytes.fromhex(hash_)) != 32 or int(product) in anchors:
                raise ValueError(row)
            anchors[int(product)] = anchor
        except ValueError:
            raise BadAnchors(f"{path}:{number}: is no anchor.") from None
    return anchors


def write_anchors(path: Path) -> int:
    """Write where each chain ends now: into a new file that takes the old one's place at once. Answers how many."""
    rows = AuditChain.objects.order_by("product_id").values_list("product_id", "length", "hash")
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".new")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(_HEADER)
            count = 0
            for row in rows.iterator(chunk_size=2_000):
                writer.writerow(row)
                count += 1
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return count
