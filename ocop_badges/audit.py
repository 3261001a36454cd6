"""The audit trail: who did what to which certificate, when, before and after, in chains that show tampering.

Each product has a chain of its own: who acts on a product holds its lock already, so that no two chains wait for one
another. An entry's hash (SHA-256) covers its content and the hash before it; ``AuditChain`` says where a chain ends.
``flaws_of`` recomputes all of it and compares what the trail says last of each certificate with what stands there.
"""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from .models import AuditChain, AuditEntry, Certificate

State = dict[str, Any]
ADOPTED = "adopted"  # a certificate that was on record before the trail began

_FIELDS = (
    "stars", "score", "decision_number", "issuing_authority", "authority", "issued_on", "valid_from", "valid_until",
    "end_reason", "covers", "legal_basis", "evidence",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deed:
    """Something done to a product's certificates: to one of them, or (``certificate`` None) around them."""

    product_id: int
    certificate: Certificate | None
    action: str
    before: State | None = None
    after: State | None = None


def state_of(certificate: Certificate) -> State:
    """A certificate with its facts as JSON. Needs ``with_facts()`` to be without a query."""
    revocation = getattr(certificate, "revocation", None)
    return {
        **_columns_of(certificate),
        "extensions": [
            {"days": e.days, "granted_on": plain(e.granted_on), "evidence": e.evidence}
            for e in sorted(certificate.extensions.all(), key=lambda e: e.pk)
        ],
        "suspensions": [
            {
                "suspended_from": plain(s.suspended_from),
                "reason": s.reason,
                "lifted_on": plain(s.lifted_on),
                "lift_reason": s.lift_reason,
            }
            for s in sorted(certificate.suspensions.all(), key=lambda s: s.pk)
        ],
        "revocation": {
            "effective_on": plain(revocation.effective_on),
            "ground": revocation.ground,
            "decision_number": revocation.decision_number,
            "note": revocation.note,
        }
        if revocation is not None
        else None,
    }


def state_of_new(certificate: Certificate) -> State:
    """The state of a certificate of which no other fact is on record yet. Without a query."""
    return {**_columns_of(certificate), "extensions": [], "suspensions": [], "revocation": None}


def _columns_of(certificate: Certificate) -> State:
    return {
        "product": certificate.product_id,
        **{name: plain(getattr(certificate, name)) for name in _FIELDS},
        "regulation": certificate.regulation_id,
    }


def record(deeds: Sequence[Deed], *, at: datetime, by: Any = None) -> list[AuditEntry]:
    """Add to the chains of the products concerned. The caller's transaction holds the locks of those products."""
    ends = AuditChain.objects.in_bulk(sorted({deed.product_id for deed in deeds}))
    name = actor_name(by)
    entries = []
    for deed in deeds:
        end = ends.setdefault(deed.product_id, AuditChain(product_id=deed.product_id, length=0, hash=""))
        entry = AuditEntry(
            product_id=deed.product_id,
            number=end.length + 1,
            certificate=deed.certificate,
            action=deed.action,
            at=at,
            actor=by,
            actor_name=name,
            before=deed.before,
            after=deed.after,
            previous_hash=end.hash,
        )
        entry.hash = hash_of(entry)
        end.length, end.hash = entry.number, entry.hash
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries, batch_size=500)
    AuditChain.objects.bulk_create(
        ends.values(),
        batch_size=500,
        update_conflicts=True,
        unique_fields=["product"],
        update_fields=["length", "hash"],
    )
    return entries


def version_of(product_id: int) -> int:
    """How many deeds the trail of a product tells: what an actor looked at, told by a number."""
    return versions_of([product_id])[product_id]


def versions_of(product_ids: Sequence[int]) -> dict[int, int]:
    """Those of several products. One query."""
    lengths = AuditChain.objects.filter(product__in=product_ids).values_list("product_id", "length")
    return {**dict.fromkeys(product_ids, 0), **dict(lengths)}


def actor_name(user: Any) -> str:
    """Who acts, as the trail keeps it when the user is gone; empty for the system."""
    if user is None:
        return ""
    return f"{user.get_full_name()} <{user.get_username()}>".strip()[:300]


def hash_of(entry: AuditEntry) -> str:
    """SHA-256, hex, over the entry's content in one canonical spelling."""
    content = {
        "product": entry.product_id,
        "number": entry.number,
        "certificate": entry.certificate_id,
        "action": entry.action,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "actor": entry.actor_name,
        "before": entry.before,
        "after": entry.after,
        "previous": entry.previous_hash,
    }
    spelled = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(spelled.encode()).hexdigest()


def plain(value: Any) -> Any:
    """A value as JSON keeps it without loss."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value


@dataclass(frozen=True, slots=True)
class Flaw:
    """Something in the trail that cannot be as it was written. ``number`` is the entry's, 0: the whole chain."""

    product_id: int
    number: int
    detail: str


def flaws_of(product_ids: Iterable[int]) -> list[Flaw]:
    """What is wrong with the trails of some products: links, hashes, ends, and facts that the trail tells otherwise."""
    ids = list(product_ids)
    flaws: list[Flaw] = []
    ends = AuditChain.objects.in_bulk(ids)
    last_told: dict[int, State | None] = {}
    previous: dict[int, tuple[int, str]] = dict.fromkeys(ids, (0, ""))
    for entry in AuditEntry.objects.filter(product__in=ids).order_by("product_id", "number").iterator(2_000):
        number, hash_before = previous[entry.product_id]
        if entry.number != number + 1:
            flaws.append(
                Flaw(entry.product_id, entry.number, f"entries {number + 1} to {entry.number - 1} are missing")
            )
        elif entry.previous_hash != hash_before:
            flaws.append(Flaw(entry.product_id, entry.number, "does not follow the entry before it"))
        if entry.hash != hash_of(entry):
            flaws.append(Flaw(entry.product_id, entry.number, "was changed after it was written"))
        if entry.certificate_id is not None and entry.after is not None:
            last_told[entry.certificate_id] = entry.after
        previous[entry.product_id] = (entry.number, entry.hash)
    for product_id in ids:
        end = ends.get(product_id)
        if previous[product_id] != ((end.length, end.hash) if end else (0, "")):
            flaws.append(Flaw(product_id, 0, "does not end where the chain's end is kept"))
    for certificate in Certificate.objects.of_products(ids).with_facts():
        told = last_told.get(certificate.pk)
        if told is None:
            flaws.append(Flaw(certificate.product_id, 0, f"says nothing of certificate {certificate.public_id}"))
        elif told != state_of(certificate):
            flaws.append(
                Flaw(certificate.product_id, 0, f"tells certificate {certificate.public_id} otherwise than it stands")
            )
    return flaws
