"""From rows to the certificates they make, checked against those that stand already."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from catalog.models import Product
from catalog.models.fields import name_key
from ocop_badges.errors import DomainError
from ocop_badges.models import Certificate, Regulation
from ocop_badges.services import draft_certificate

from .faults import Fault
from .rows import ProductKey, Row

# A decision number comes back every year. Two decisions on one product are years apart, since the second renews the
# first; two dates of the same number that are closer are two readings of one decision.
SAME_DECISION_WITHIN = timedelta(days=2 * 365)
END_REASON = "as printed in the source"

_COMPARED = ("stars", "issued_on", "valid_until")
_FIELD_COLUMNS = {"end_reason": "valid_until", "valid_from": "issued_on", "evidence": "source"}


@dataclass(slots=True)
class Decided:
    """The certificate of one row: ``is_new`` is False where it stood before, in the catalogue or in an earlier row."""

    certificate: Certificate
    is_new: bool
    line: int | None = None  # of the earlier row


class Decisions:
    """The certificates of a file, row by row."""

    def __init__(self, products: Mapping[ProductKey, Product], stored: Mapping[int, Sequence[Certificate]]) -> None:
        self._regulations = list(Regulation.objects.order_by("-in_force_from", "-id"))
        self._known: dict[ProductKey, list[Decided]] = {
            key: [Decided(certificate, is_new=False) for certificate in stored.get(product.pk, ())]
            for key, product in products.items()
        }
        self.of_line: dict[int, Decided] = {}

    def take(self, row: Row) -> Iterator[Fault]:
        """Draft the certificate of a row, if it makes one, and tell what stands against it."""
        if row.no_certificate_because() is not None or row.issued_on is None or row.issued_on.day is None:
            return
        try:
            draft = self._draft(row, row.issued_on.day)
        except DomainError as error:
            for fault in error.faults:
                yield row.fault(_FIELD_COLUMNS.get(fault.field, fault.field), fault.detail)
            return
        known = self._known.setdefault(row.key, [])
        same = next((other for other in known if _is_same_decision(draft, other.certificate)), None)
        if same is None:
            self.of_line[row.line] = Decided(draft, is_new=True)
            known.append(Decided(draft, is_new=False, line=row.line))
            return
        self.of_line[row.line] = same
        for field in _COMPARED:
            said = getattr(same.certificate, field)
            if getattr(draft, field) != said:
                where = f"line {same.line}" if same.line else "the catalogue"
                yield row.fault(field, f"the same decision on the same product says {said} in {where}")

    def new_certificates(self, products: Mapping[ProductKey, Product], rows: Iterable[Row]) -> list[Certificate]:
        """The drafts to record, now that every product is stored."""
        drafts = []
        for row in rows:
            decided = self.of_line.get(row.line)
            if decided is not None and decided.is_new:
                decided.certificate.product_id = products[row.key].pk
                drafts.append(decided.certificate)
        return drafts

    def _draft(self, row: Row, issued_on: date) -> Certificate:
        ends: dict[str, Any] = {}
        if row.valid_until is not None:
            ends = {"valid_until": row.valid_until.day, "end_reason": END_REASON}
        return draft_certificate(
            product_id=0,
            stars=row.stars or 0,
            decision_number=row.decision_number,
            issued_on=issued_on,
            regulation=next((r for r in self._regulations if r.is_in_force_on(issued_on)), None),
            issuing_authority=row.issuing_authority,
            evidence=row.source,
            **ends,
        )


def _is_same_decision(one: Certificate, other: Certificate) -> bool:
    return (
        name_key(one.decision_number) == name_key(other.decision_number)
        and abs(one.issued_on - other.issued_on) < SAME_DECISION_WITHIN
    )
