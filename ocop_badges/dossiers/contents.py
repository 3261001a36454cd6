"""What a file holds and what it lacks, for its producer, its readers and the service that takes it in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ocop_badges.errors import Fault
from ocop_badges.rules import MAX_SCORE, stars_for_score

from .models import (
    ChecklistItem,
    CriteriaPart,
    Criterion,
    Dossier,
    DossierEvidence,
    Proof,
    SelfAssessedPoints,
    TickedItem,
)


@dataclass(frozen=True, slots=True)
class ItemState:
    """An item of the checklist: what was handed in for it, and whether it is done."""

    item: ChecklistItem
    evidence: list[DossierEvidence]
    is_done: bool
    lacks: str  # in words, empty where nothing is


@dataclass(frozen=True, slots=True)
class CriterionState:
    """A criterion with the producer's own points, None where it has given none, and its evidence."""

    criterion: Criterion
    points: Decimal | None
    note: str
    evidence: list[DossierEvidence]


@dataclass(frozen=True, slots=True)
class PartState:
    """A part of the criteria with the sum of the producer's own points."""

    part: CriteriaPart
    criteria: list[CriterionState]

    @property
    def total(self) -> Decimal:
        return sum((each.points for each in self.criteria if each.points is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class FileContents:
    items: list[ItemState]
    parts: list[PartState]

    @property
    def total(self) -> Decimal:
        """The producer's own points, out of 100; more, of criteria that allow more in sum, count as 100."""
        return min(sum((part.total for part in self.parts), Decimal(0)), Decimal(MAX_SCORE))

    @property
    def stars(self) -> int:
        """The stars that those points would earn."""
        return stars_for_score(self.total)

    @property
    def missing(self) -> list[Fault]:
        """What is to be done before the file is handed in; ``field`` is the item's code."""
        return [
            Fault(each.lacks, "missing", each.item.code) for each in self.items if each.lacks and each.item.is_required
        ]

    @property
    def done_count(self) -> int:
        return sum(each.is_done for each in self.items)


def criteria_of(dossier: Dossier) -> list[Criterion]:
    """The criteria of a file, by part."""
    product: Any = dossier.product
    return list(
        Criterion.objects.for_product(regulation_id=dossier.regulation_id, product_set_id=product.product_set_id)
    )


def checklist_of(dossier: Dossier, *, target_stars: int | None = None) -> list[ChecklistItem]:
    """The items that a file of this kind holds, in the form's order; for other stars than it aims at, if given."""
    product: Any = dossier.product
    return list(
        ChecklistItem.objects.needed_for(
            regulation_id=dossier.regulation_id,
            kind=dossier.kind,
            target_stars=target_stars or dossier.target_stars,
            industry_id=product.product_set.industry_id,
        )
    )


def load_contents(dossier: Dossier, *, on: date, target_stars: int | None = None) -> FileContents:
    """All that a file holds, judged on a day, for the stars it aims at or others.

    Five queries, and one for each of the product and its set not loaded.
    """
    criteria = criteria_of(dossier)
    own = {row.criterion_id: row for row in SelfAssessedPoints.objects.filter(dossier=dossier)}
    evidence = list(DossierEvidence.objects.filter(dossier=dossier).select_related("evidence_file").order_by("id"))
    ticked = set(TickedItem.objects.filter(dossier=dossier).values_list("item_id", flat=True))
    states = [
        CriterionState(
            criterion=criterion,
            points=own[criterion.pk].points if criterion.pk in own else None,
            note=own[criterion.pk].note if criterion.pk in own else "",
            evidence=[link for link in evidence if link.criterion_id == criterion.pk],
        )
        for criterion in criteria
    ]
    items = []
    for item in checklist_of(dossier, target_stars=target_stars):
        links = [link for link in evidence if link.item_id == item.pk]
        lacks = _lacks(item, links, states, is_ticked=item.pk in ticked, on=on)
        is_done = not lacks and (item.proof != Proof.COMMUNE or dossier.complete_on is not None)
        items.append(ItemState(item, links, is_done, lacks))
    return FileContents(items=items, parts=_by_part(states))


def _by_part(states: Iterable[CriterionState]) -> list[PartState]:
    parts: dict[int, PartState] = {}
    for state in states:
        part = state.criterion.part
        parts.setdefault(part.pk, PartState(part, [])).criteria.append(state)
    return list(parts.values())


def _lacks(
    item: ChecklistItem, links: list[DossierEvidence], states: list[CriterionState], *, is_ticked: bool, on: date
) -> str:
    """What the producer has still to do for an item, in words; what the commune does is not lacking."""
    match Proof(item.proof):
        case Proof.FILE if not links:
            return _("%(item)s: attach a file.") % {"item": item.label}
        case Proof.FILE if all(link.valid_until is not None and link.valid_until < on for link in links):
            return _("%(item)s: what is attached is no longer valid.") % {"item": item.label}
        case Proof.TICK if not is_ticked:
            return _("%(item)s: confirm that it is done.") % {"item": item.label}
        case Proof.POINTS:
            codes = ", ".join(state.criterion.code for state in states if state.points is None)
            if codes or not states:
                return _("%(item)s: give points for %(criteria)s.") % {"item": item.label, "criteria": codes or "–"}
    return ""
