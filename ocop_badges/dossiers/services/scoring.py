"""Score sheets: one for each member of the council that a file lies with, locked when handed in.

Members act side by side: ``attempt`` is the handing-in that a member looked at (None: whatever it is), and another
member's sheet in between is no conflict.
"""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from ocop_badges.dossiers.contents import criteria_of
from ocop_badges.dossiers.models import Dossier, ScoreSheet, SheetPoints
from ocop_badges.dossiers.ports import belongs_to_producer
from ocop_badges.dossiers.powers import MEMBER_OF_PRODUCER, forbidden
from ocop_badges.dossiers.rules import Act
from ocop_badges.lifecycle import Refusal, article
from ocop_badges.services.checks import refuse

from .steps import checked_points, checked_text, locked_by_authority, points_in_words, tell

HANDED_IN_ANEW = Refusal(
    "changed-meanwhile", _("The file was handed in anew meanwhile: look at it again, then score."), article("7")
)
SCORED_ALREADY = Refusal("scored-already", _("You have handed in your sheet for this file."), article("7"))


@transaction.atomic
def declare_conflict(*, dossier: Dossier, reason: str, at: datetime, by: Any, attempt: int | None = None) -> ScoreSheet:
    """Say, with the reason, that a member does not score this file: the sheet does not count in the average."""
    dossier = _to_score(dossier, by=by, attempt=attempt)
    reason = checked_text(reason, "reason", limit=500)
    sheet = _sheet(dossier, at=at, by=by, has_conflict=True, conflict_reason=reason)
    tell(dossier, "conflict-declared", at=at, by=by, council=sheet.level, reason=reason)
    return sheet


@transaction.atomic
def hand_in_score_sheet(
    *,
    dossier: Dossier,
    points: Mapping[int, Decimal],
    at: datetime,
    by: Any,
    note: str = "",
    attempt: int | None = None,
) -> ScoreSheet:
    """Hand in a member's points for every criterion, by criterion id. It cannot be changed afterwards.

    Refused to who belongs to the producer: they declare a conflict instead.
    """
    dossier = _to_score(dossier, by=by, attempt=attempt)
    if belongs_to_producer(user_id=by.pk, product_id=dossier.product_id):
        raise forbidden(MEMBER_OF_PRODUCER)
    given = checked_points(points, criteria_of(dossier), all_of_them=True)
    note = checked_text(note, "note", required=False)
    total = sum((each for _criterion, each in given), Decimal(0))
    sheet = _sheet(dossier, at=at, by=by, total=total, note=note)
    SheetPoints.objects.bulk_create(
        SheetPoints(sheet=sheet, criterion=criterion, points=each) for criterion, each in given
    )
    tell(
        dossier,
        "sheet-handed-in",
        at=at,
        by=by,
        council=sheet.level,
        total=total,
        points=points_in_words(given),
        note=note,
    )
    return sheet


def _to_score(dossier: Dossier, *, by: Any, attempt: int | None) -> Dossier:
    dossier = locked_by_authority(dossier, Act.SCORE, by=by)
    if attempt is not None and attempt != dossier.attempt:
        raise refuse(HANDED_IN_ANEW)
    if ScoreSheet.objects.of_step(dossier).filter(recorded_by=by).exists():
        raise refuse(SCORED_ALREADY)
    return dossier


def _sheet(dossier: Dossier, *, at: datetime, by: Any, **fields: Any) -> ScoreSheet:
    return ScoreSheet.objects.create(
        dossier=dossier,
        attempt=dossier.attempt,
        level=dossier.last_level.value,
        member_name=by.get_full_name() or by.get_username(),
        recorded_at=at,
        recorded_by=by,
        **fields,
    )
