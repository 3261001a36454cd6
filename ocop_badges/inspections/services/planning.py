"""Inspections planned, alone or as a sample, and called off."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ocop_badges.errors import InvalidFact
from ocop_badges.inspections.models import Inspection, InspectionKind
from ocop_badges.inspections.rules import InspectionState
from ocop_badges.officers import Mandate
from ocop_badges.services import lock_product, lock_products

from .steps import certificate_on, check_officer, check_step, locked_inspection, require, tell


@transaction.atomic
def plan_inspection(
    *,
    product_id: int,
    kind: str,
    planned_on: date,
    on: date,
    at: datetime,
    mandate: Mandate,
    by: Any = None,
    inspectors: str = "",
    note: str = "",
    seen: int | None = None,
) -> Inspection:
    """Plan a check of a product, from ``on`` at the earliest."""
    check_officer(mandate)
    if kind not in InspectionKind.values:
        raise InvalidFact(_("An inspection is periodic or unannounced."), field="kind", code="unknown-kind")
    if planned_on < on:
        raise InvalidFact(_("That day is over."), field="planned_on", code="in-the-past")
    lock_product(product_id, seen=seen)
    inspection = Inspection.objects.create(
        product_id=product_id,
        certificate=certificate_on(product_id, on),
        kind=kind,
        planned_on=planned_on,
        inspectors=inspectors.strip(),
        note=note.strip(),
        recorded_at=at,
        recorded_by=by,
    )
    tell(inspection, "inspection-planned", at=at, by=by, planned_on=planned_on)
    return inspection


@transaction.atomic
def plan_inspections(
    *,
    product_ids: Sequence[int],
    kind: str,
    planned_on: date,
    on: date,
    at: datetime,
    mandate: Mandate,
    by: Any = None,
    inspectors: str = "",
    note: str = "",
) -> list[Inspection]:
    """Plan a check of each of several products: all of them or none.

    A product whose check is planned already is left as it is, so that what is sent twice is planned once.
    """
    lock_products(sorted(product_ids))
    planned = Inspection.objects.filter(product__in=product_ids, state=InspectionState.PLANNED)
    due = sorted(set(product_ids) - set(planned.values_list("product_id", flat=True)))
    return [
        plan_inspection(
            product_id=product_id,
            kind=kind,
            planned_on=planned_on,
            on=on,
            at=at,
            mandate=mandate,
            by=by,
            inspectors=inspectors,
            note=note,
        )
        for product_id in due
    ]


@transaction.atomic
def cancel_inspection(
    *, inspection: Inspection, reason: str, at: datetime, mandate: Mandate, by: Any = None, seen: int | None = None
) -> Inspection:
    """Call off an inspection that has not been carried out."""
    check_officer(mandate)
    reason = require(reason, "reason", _("Say why it is called off."))
    inspection = locked_inspection(inspection, seen=seen)
    check_step(inspection, InspectionState.CANCELLED)
    inspection.state = InspectionState.CANCELLED
    inspection.reason = reason
    inspection.save(update_fields=["state", "reason"])
    tell(inspection, "inspection-cancelled", at=at, by=by, reason=reason)
    return inspection
