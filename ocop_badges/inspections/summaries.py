"""What anybody may know of the inspections of a product: how they ended, never what was found or by whom."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q

from .models import Inspection, InspectionConclusion, InspectionKind

MOST = 10  # inspections told of a product, the newest first


@dataclass(frozen=True, slots=True)
class PublicInspection:
    """A concluded inspection. ``open_findings``: how many of its findings are not mended on the day asked about."""

    kind: str
    carried_out_on: date
    conclusion: str
    open_findings: int
    findings: int

    @property
    def kind_name(self) -> str:
        return str(InspectionKind(self.kind).label)

    @property
    def conclusion_name(self) -> str:
        return str(InspectionConclusion(self.conclusion).label)


def load_inspections(product_ids: Iterable[int], *, on: date) -> dict[int, list[PublicInspection]]:
    """The concluded inspections of some products, newest first; a product without any is absent. One query."""
    rows = (
        Inspection.objects.public(on)
        .filter(product_id__in=list(product_ids))
        .annotate(
            found=Count("findings"),
            still_open=Count("findings", filter=Q(findings__mended_on__isnull=True) | Q(findings__mended_on__gt=on)),
        )
        .order_by("product_id", "-carried_out_on", "-id")
        .values_list("product_id", "kind", "carried_out_on", "conclusion", "still_open", "found")
    )
    told: dict[int, list[PublicInspection]] = {}
    for product_id, kind, carried_out_on, conclusion, still_open, found in rows:
        of_product = told.setdefault(product_id, [])
        if len(of_product) < MOST and carried_out_on is not None:
            of_product.append(PublicInspection(kind, carried_out_on, conclusion, still_open, found))
    return told
