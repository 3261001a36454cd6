"""What every act on a file shares: the lock, the state, the move to the next one and the trail."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from ocop_badges import audit, lifecycle
from ocop_badges import rules as certificate_rules
from ocop_badges.dossiers import rules
from ocop_badges.dossiers.deadlines import due_on_of, load_clockwork
from ocop_badges.dossiers.models import CriteriaPart, Criterion, Dossier
from ocop_badges.dossiers.powers import check_power
from ocop_badges.dossiers.rules import Act, State
from ocop_badges.errors import DomainError, Fault, InvalidFact
from ocop_badges.models import Certificate
from ocop_badges.officers import mandate_of
from ocop_badges.rules import MAX_SCORE
from ocop_badges.services import lock_product
from ocop_badges.services.checks import family_of, refuse

LONGEST_TEXT = 2_000


def locked(dossier: Dossier, act: Act, *, seen: int | None = None) -> Dossier:
    """The file as it is now, its product locked, where its state allows the act."""
    lock_product(dossier.product_id, seen=seen)
    current = Dossier.objects.select_related("product__product_set", "regulation", "replaces").get(pk=dossier.pk)
    refusal = rules.refusal_of(act, current.place)
    if refusal is not None:
        raise refuse(refusal)
    return current


def locked_by_authority(dossier: Dossier, act: Act, *, by: Any, seen: int | None = None) -> Dossier:
    """As ``locked``, for an act of an authority: the actor's posts must allow it too."""
    current = locked(dossier, act, seen=seen)
    check_power(act, current, mandate_of(by))
    return current


def move(dossier: Dossier, state: State) -> None:
    """Let the file lie elsewhere from now on, with that step's deadline. Saves all of it."""
    if state not in rules.NEXT[dossier.place]:
        raise ValueError(f"no way leads from {dossier.place} to {state}")
    dossier.state = state.value
    dossier.due_on = due_on_of(dossier, load_clockwork())
    dossier.save()


def tell(dossier: Dossier, action: str, *, at: datetime, by: Any, before: State | None = None, **facts: Any) -> None:
    """Add an act to the product's trail: where the file lies now, and what the act says."""
    audit.record(
        [
            audit.Deed(
                dossier.product_id,
                None,
                action,
                before=None if before is None else {"file": dossier.public_id, "state": before.value},
                after={
                    "file": dossier.public_id,
                    "kind": dossier.kind,
                    "state": dossier.state,
                    **{name: audit.plain(value) for name, value in facts.items()},
                },
            )
        ],
        at=at,
        by=by,
    )


def certificate_in_force(product_id: int, *, on: date) -> Certificate | None:
    """The certificate that can be ranked again on a day: valid, suspended or about to begin. The product is locked."""
    family = family_of(product_id)
    last = certificate_rules.certificate_in_question(family, on)
    if last is None:
        return None
    status = certificate_rules.status_on(last, family, on)
    standing = (certificate_rules.Status.VALID, certificate_rules.Status.SUSPENDED, certificate_rules.Status.UPCOMING)
    return Certificate.objects.get(pk=last.sequence) if status in standing else None


def fitting_action(product_id: int, *, stars: int, on: date) -> lifecycle.Action:
    """The act by which a product, locked, gets a certificate with so many stars from a day on."""
    return lifecycle.judge(family_of(product_id), stars=stars, on=on).action


def checked_points(
    points: Mapping[int, Decimal], criteria: list[Criterion], *, all_of_them: bool
) -> list[tuple[Criterion, Decimal]]:
    """Points by criterion id, each within its criterion's bounds and in steps of a hundredth.

    The criteria on record may allow more than their part or than 100: what is given may not. All faults at once;
    ``field`` is ``points-{criterion id}``, for a part that of its last criterion, ``points`` for the sum.
    """
    faults = []
    known = {criterion.pk: criterion for criterion in criteria}
    if points.keys() - known.keys():
        raise InvalidFact(_("This file has no such criterion."), field="points", code="unknown-criterion")
    for criterion in criteria:
        given = points.get(criterion.pk)
        if given is None:
            if all_of_them:
                detail = _("%(code)s: give points.") % {"code": criterion.code}
                faults.append(Fault(detail, "required", f"points-{criterion.pk}"))
        elif not given.is_finite() or not 0 <= given <= criterion.max_points or given != round(given, 2):
            detail = _("%(code)s: from 0 to %(max)d points.") % {"code": criterion.code, "max": criterion.max_points}
            faults.append(Fault(detail, "points-out-of-range", f"points-{criterion.pk}"))
    faults = faults or _faults_of_sums([(known[pk], given) for pk, given in points.items()])
    if faults:
        raise DomainError(faults[0].detail, code="invalid", status=400, faults=faults)
    return [(known[pk], given) for pk, given in sorted(points.items())]


def _faults_of_sums(points: list[tuple[Criterion, Decimal]]) -> list[Fault]:
    faults = []
    by_part: dict[CriteriaPart, list[tuple[Criterion, Decimal]]] = {}
    for criterion, given in points:
        by_part.setdefault(criterion.part, []).append((criterion, given))
    for part, of_part in by_part.items():
        if sum(given for _criterion, given in of_part) > part.max_points:
            detail = _("Part %(code)s: at most %(max)d points in all.") % {"code": part.code, "max": part.max_points}
            faults.append(Fault(detail, "points-out-of-range", f"points-{of_part[-1][0].pk}"))
    if not faults and sum(given for _criterion, given in points) > MAX_SCORE:
        detail = _("At most %(max)d points in all.") % {"max": MAX_SCORE}
        faults.append(Fault(detail, "points-out-of-range", "points"))
    return faults


def points_in_words(points: Iterable[tuple[Criterion, Decimal | None]]) -> str:
    """Points by criterion as the trail keeps them, on one line."""
    return "; ".join(f"{criterion.code} {given}" for criterion, given in points)


def checked_text(text: str, field: str, *, limit: int = LONGEST_TEXT, required: bool = True) -> str:
    """A text that a person wrote, stripped."""
    text = text.strip()
    if required and not text:
        raise InvalidFact(_("This cannot be empty."), field=field, code="required")
    if len(text) > limit:
        raise InvalidFact(_("At most %(limit)d characters.") % {"limit": limit}, field=field, code="too-long")
    return text
