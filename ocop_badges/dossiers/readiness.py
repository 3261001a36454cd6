"""What a product still lacks for its next star, point by point.

Three things are looked at: the points of the self-assessment against the law's bounds (article 3.3), the checklist
of the newest file, and the certificates beside the stars, which must be valid on the day. What is not required by the
decision's articles at hand is ours (``is_ours``): it advises and refuses nothing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import models
from django.template.defaultfilters import floatformat
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ocop_badges.lifecycle import article
from ocop_badges.markup import written
from ocop_badges.models import Regulation
from ocop_badges.rules import MAX_STARS, MIN_STARS, score_for_stars

from .contents import FileContents, load_contents
from .models import ChecklistItem, Dossier, DossierState, Proof
from .ports import Quality, quality_of
from .rules import Kind

QUALITY_FROM = 4  # ours
INTERNATIONAL_FROM = 5  # ours

# By which a quality certificate is known abroad, in lower case. Ours; a name that contains one of them counts.
INTERNATIONAL = (
    "iso", "haccp", "globalgap", "global gap", "fda", "halal", "organic", "brc", "ifs", "kosher", "fairtrade",
    "rainforest",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """One requirement as it stands: met or not, in words what there is or what is missing, and where it is written."""

    code: str
    label: str | Promise
    is_met: bool
    detail: str
    source: str
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Readiness:
    """``target`` is the star looked at; ``points_missing`` the self-assessed points below its bound."""

    target: int
    points_missing: Decimal
    points: Sequence[Point]

    @property
    def missing(self) -> list[Point]:
        return [point for point in self.points if not point.is_met]

    @property
    def is_ready(self) -> bool:
        return not self.missing


def next_star(stars_now: int | None) -> int | None:
    """The star to look at: three for a product without any, one more than it has; None with five."""
    if stars_now is None:
        return MIN_STARS
    return stars_now + 1 if stars_now < MAX_STARS else None


def readiness_of(product: models.Model, *, target: int, on: date) -> Readiness:
    """What a product lacks for so many stars on a day, by its newest file that was not withdrawn.

    Without a file nothing has been shown yet: all of it is missing. At most nine queries.
    """
    dossier = (
        Dossier.objects.of_products([product.pk])
        .exclude(state=DossierState.WITHDRAWN)
        .select_related("product__product_set", "regulation", "replaces")
        .first()
    )
    quality = quality_of(product.pk)
    if dossier is not None:
        return assess(load_contents(dossier, on=on, target_stars=target), quality, target=target, on=on)
    return _assess_nothing(product, quality, target=target, on=on)


def assess(contents: FileContents, quality: Sequence[Quality], *, target: int, on: date) -> Readiness:
    """As ``readiness_of``, from what is at hand. No query."""
    items = [
        Point(
            code=state.item.code,
            label=state.item.label,
            is_met=not state.lacks,
            detail=state.lacks,
            source=state.item.source,
            is_ours=not state.item.is_required,
        )
        for state in contents.items
        if state.item.proof != Proof.COMMUNE
    ]
    return _readiness(items, contents.total, quality, target=target, on=on)


def _assess_nothing(product: Any, quality: Sequence[Quality], *, target: int, on: date) -> Readiness:
    regulation = Regulation.objects.in_force_on(on).filter(checklist_items__isnull=False).distinct().first()
    needed = ChecklistItem.objects.needed_for(
        regulation_id=regulation.pk if regulation else 0,
        kind=Kind.FIRST,
        target_stars=target,
        industry_id=product.product_set.industry_id,
    )
    items = [
        Point(item.code, item.label, False, _("Nothing is in a file yet."), item.source, not item.is_required)
        for item in needed.exclude(proof=Proof.COMMUNE)
    ]
    return _readiness(items, Decimal(0), quality, target=target, on=on)


def _readiness(items: list[Point], total: Decimal, quality: Sequence[Quality], *, target: int, on: date) -> Readiness:
    missing = max(score_for_stars(target) - total, Decimal(0))
    points = [_by_points(total, missing, target), *items]
    if target >= QUALITY_FROM:
        points.append(_by_quality("quality", _("a quality certificate that is valid today"), quality, on=on))
    if target >= INTERNATIONAL_FROM:
        known_abroad = [each for each in quality if any(name in each.name.lower() for name in INTERNATIONAL)]
        label = _("an international quality certificate that is valid today")
        points.append(_by_quality("international-quality", label, known_abroad, on=on))
    return Readiness(target=target, points_missing=missing, points=points)


def _by_points(total: Decimal, missing: Decimal, target: int) -> Point:
    detail = _("%(total)s of your own points; %(stars)d stars begin at %(bound)s.") % {
        "total": floatformat(total, -2),
        "stars": target,
        "bound": score_for_stars(target),
    }
    if missing:
        lacking = _("%(points)s points are missing.") % {"points": floatformat(missing, -2)}
        detail = f"{detail} {lacking}"
    return Point("points", _("points of the self-assessment"), not missing, detail, article("3.3"))


def _by_quality(code: str, label: str, quality: Sequence[Quality], *, on: date) -> Point:
    valid = [each for each in quality if each.holds_on(on)]
    if valid:
        detail = ", ".join(f"{each.name} ({written(each.valid_until)})" for each in valid)
    elif quality:
        last = max(quality, key=lambda each: each.valid_until)
        detail = _("%(name)s is valid until %(day)s.") % {"name": last.name, "day": written(last.valid_until)}
    else:
        detail = _("No such certificate is on record.")
    return Point(code, label, bool(valid), detail, source="", is_ours=True)
