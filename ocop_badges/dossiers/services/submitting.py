"""A file leaves its producer: handed in, or given up."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ocop_badges.dossiers import rules
from ocop_badges.dossiers.contents import FileContents, load_contents
from ocop_badges.dossiers.deadlines import window_of
from ocop_badges.dossiers.models import Dossier
from ocop_badges.dossiers.rules import Act, Kind, State
from ocop_badges.errors import DomainError
from ocop_badges.lifecycle import article
from ocop_badges.services.checks import refuse

from .steps import certificate_in_force, locked, move, points_in_words, tell


@transaction.atomic
def submit_dossier(*, dossier: Dossier, at: datetime, on: date, by: Any = None, seen: int | None = None) -> Dossier:
    """Hand a file in to the commune, or again after it was returned.

    Refused with all that is missing (``faults``: one for each item, ``field`` its code; article 6), where the
    certificate it renews or upgrades is no longer in force, and for a renewal outside the regulation's window before
    the end (article 7.6.a). The window asks for the first handing-in only; an extension on record lets a late file in
    (article 12.3).
    """
    dossier = locked(dossier, Act.SUBMIT, seen=seen)
    before = dossier.place
    _check_reason(dossier, on)
    contents = load_contents(dossier, on=on)
    faults = contents.missing
    if faults:
        raise DomainError(
            _("This file is not complete (%(article)s): %(missing)s")
            % {"article": article("6"), "missing": " ".join(fault.detail for fault in faults)},
            code="incomplete",
            status=400,
            faults=faults,
        )
    dossier.attempt += 1
    dossier.submitted_on = dossier.submitted_on or on
    dossier.handed_in_on = on
    dossier.complete_on = dossier.sent_to_ministry_on = None
    move(dossier, State.COMMUNE_CHECK)
    tell(
        dossier,
        "file-submitted",
        at=at,
        by=by,
        before=before,
        attempt=dossier.attempt,
        target_stars=dossier.target_stars,
        **_snapshot(contents),
    )
    return dossier


@transaction.atomic
def withdraw_dossier(*, dossier: Dossier, at: datetime, on: date, by: Any = None, seen: int | None = None) -> Dossier:
    """Give a file up. Another one may be opened for the product."""
    dossier = locked(dossier, Act.WITHDRAW, seen=seen)
    before = dossier.place
    dossier.closed_on = on
    move(dossier, State.WITHDRAWN)
    tell(dossier, "file-withdrawn", at=at, by=by, before=before)
    return dossier


def _check_reason(dossier: Dossier, on: date) -> None:
    """Raise unless there still is something to certify, renew or upgrade, and the window is open."""
    standing = certificate_in_force(dossier.product_id, on=on)
    refusal = rules.kind_refusal(
        Kind(dossier.kind), stars_now=standing.stars if standing else None, target=dossier.target_stars
    )
    if refusal is not None:
        raise refuse(refusal)
    if standing is not None and dossier.replaces_id != standing.pk:
        raise DomainError(
            _("A newer certificate has replaced the one that this file is about: withdraw it and open another."),
            code="certificate-superseded",
        )
    window = window_of(dossier)
    if window is None or dossier.submitted_on is not None or dossier.replaces is None:
        return
    refusal = rules.window_refusal(
        on, opens_on=window[0], closes_on=window[1], valid_until=dossier.replaces.valid_until
    )
    if refusal is not None and not (on > window[1] and dossier.replaces.extensions.exists()):
        raise refuse(refusal)


def _snapshot(contents: FileContents) -> dict[str, Any]:
    """What was handed in, as the trail keeps it: points by criterion and the SHA-256 of each document."""
    criteria = [state for part in contents.parts for state in part.criteria]
    links = [link for item in contents.items for link in item.evidence]
    links += [link for state in criteria for link in state.evidence]
    return {
        "points": points_in_words((state.criterion, state.points) for state in criteria),
        "total": contents.total,
        "sha256": sorted(link.evidence_file.sha256 for link in links),
    }
