"""A file while it lies with its producer. What is changed here is told to the trail when the file is handed in."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import IO, Any

from django.db import models, transaction
from django.utils.translation import gettext as _

from ocop_badges import rules as certificate_rules
from ocop_badges.dossiers import rules
from ocop_badges.dossiers.contents import checklist_of, criteria_of
from ocop_badges.dossiers.deadlines import due_on_of, load_clockwork
from ocop_badges.dossiers.models import (
    ChecklistItem,
    Criterion,
    Dossier,
    DossierEvidence,
    Proof,
    SelfAssessedPoints,
    TickedItem,
)
from ocop_badges.dossiers.rules import Act, Kind
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.models import Regulation
from ocop_badges.services import lock_product, transaction_with_evidence
from ocop_badges.services.checks import refuse

from .steps import certificate_in_force, checked_points, checked_text, locked, tell

MAX_FILES = 200  # in one file


@transaction.atomic
def open_dossier(
    *,
    product: models.Model,
    kind: Kind,
    at: datetime,
    on: date,
    by: Any = None,
    target_stars: int | None = None,
) -> Dossier:
    """Begin a file for a product: a draft. One file of a product is in progress at a time.

    ``target_stars`` defaults to what a renewal keeps, one more for an upgrade, and three for a first certificate.
    """
    lock_product(product.pk)
    standing = certificate_in_force(product.pk, on=on)
    stars_now = standing.stars if standing else None
    kind = Kind(kind)
    if target_stars is None:
        target_stars = (stars_now or certificate_rules.MIN_STARS) + (kind is Kind.UPGRADE)
    if not certificate_rules.MIN_STARS <= target_stars <= certificate_rules.MAX_STARS:
        raise InvalidFact(_("A file aims at 3, 4 or 5 stars."), field="target_stars", code="stars-out-of-range")
    refusal = rules.kind_refusal(kind, stars_now=stars_now, target=target_stars)
    if refusal is not None:
        raise refuse(refusal, field="kind")
    if Dossier.objects.in_progress().filter(product=product.pk).exists():
        raise DomainError(_("This product has a file in progress already."), code="file-in-progress")
    regulation = Regulation.objects.in_force_on(on).filter(criteria_parts__isnull=False).distinct().first()
    if regulation is None:
        raise DomainError(_("No criteria are on record for the regulation of that day."), code="no-criteria")
    dossier = Dossier(
        product_id=product.pk,
        kind=kind.value,
        target_stars=target_stars,
        replaces=standing if kind is not Kind.FIRST else None,
        regulation=regulation,
        opened_at=at,
        opened_by=by,
    )
    dossier.due_on = due_on_of(dossier, load_clockwork())
    dossier.save()
    tell(dossier, "file-opened", at=at, by=by, target_stars=target_stars)
    return dossier


@transaction.atomic
def set_self_assessment(
    *, dossier: Dossier, points: Mapping[int, Decimal], notes: Mapping[int, str] | None = None
) -> list[SelfAssessedPoints]:
    """Write down the producer's own points by criterion id (Form 02); criteria left out keep theirs."""
    dossier = locked(dossier, Act.EDIT)
    rows = [
        SelfAssessedPoints(
            dossier=dossier,
            criterion=criterion,
            points=given,
            note=checked_text((notes or {}).get(criterion.pk, ""), "notes", limit=500, required=False),
        )
        for criterion, given in checked_points(points, criteria_of(dossier), all_of_them=False)
    ]
    return SelfAssessedPoints.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["dossier", "criterion"],
        update_fields=["points", "note"],
    )


def attach_evidence(
    *,
    dossier: Dossier,
    upload: IO[bytes],
    name: str,
    at: datetime,
    by: Any = None,
    item: ChecklistItem | None = None,
    criterion: Criterion | None = None,
    valid_until: date | None = None,
) -> DossierEvidence:
    """Keep a document (``services.keep_evidence``) and put it to an item of the checklist or to a criterion."""
    with transaction_with_evidence() as keep:
        dossier = locked(dossier, Act.EDIT)
        if (item is None) == (criterion is None):
            raise InvalidFact(
                _("Evidence is for an item of the checklist or for a criterion."), field="item", code="for-one-thing"
            )
        if item is not None and item not in checklist_of(dossier):
            raise InvalidFact(_("This file has no such item."), field="item", code="unknown-item")
        if item is not None and item.proof != Proof.FILE:
            raise InvalidFact(_("This item takes no file."), field="item", code="takes-no-file")
        if criterion is not None and criterion not in criteria_of(dossier):
            raise InvalidFact(_("This file has no such criterion."), field="criterion", code="unknown-criterion")
        if dossier.evidence.count() >= MAX_FILES:
            raise InvalidFact(
                _("A file holds at most %(limit)d documents.") % {"limit": MAX_FILES}, field="upload", code="too-many"
            )
        kept = keep(product_id=dossier.product_id, upload=upload, name=name, at=at, by=by, field="upload")
        return DossierEvidence.objects.create(
            dossier=dossier, evidence_file=kept, item=item, criterion=criterion, valid_until=valid_until
        )


@transaction.atomic
def remove_evidence(*, evidence: DossierEvidence) -> None:
    """Take a document out of its file. What was kept stays kept: an earlier handing-in may have shown it."""
    locked(evidence.dossier, Act.EDIT)
    evidence.delete()


@transaction.atomic
def tick_item(*, dossier: Dossier, item: ChecklistItem, at: datetime, by: Any = None) -> TickedItem:
    """Say that an item without papers is done. Ticked twice, the first stays."""
    dossier = locked(dossier, Act.EDIT)
    if item.proof != Proof.TICK or item not in checklist_of(dossier):
        raise InvalidFact(_("This item is not ticked."), field="item", code="not-to-tick")
    ticked, _created = TickedItem.objects.get_or_create(
        dossier=dossier, item=item, defaults={"ticked_at": at, "ticked_by": by}
    )
    return ticked


@transaction.atomic
def untick_item(*, dossier: Dossier, item: ChecklistItem) -> None:
    """Take a tick back."""
    dossier = locked(dossier, Act.EDIT)
    TickedItem.objects.filter(dossier=dossier, item=item).delete()
