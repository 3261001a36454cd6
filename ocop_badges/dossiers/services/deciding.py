"""The end of a file: the average of the sheets that count decides the stars."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocop_badges import services as certificates
from ocop_badges.dossiers import rules
from ocop_badges.dossiers.models import Dossier, ScoreSheet
from ocop_badges.dossiers.rules import Act, State
from ocop_badges.errors import InvalidFact
from ocop_badges.lifecycle import Refusal, article
from ocop_badges.models import Certificate, EvidenceFile
from ocop_badges.officers import usual_authority
from ocop_badges.rules import MIN_STARS, stars_for_score
from ocop_badges.services.checks import refuse

from .steps import fitting_action, locked_by_authority, move, tell

NO_SHEETS = Refusal(
    "no-score-sheets",
    gettext_lazy("No score sheet counts yet: the average of the council's sheets decides the stars."),
    article("3.3, 7"),
)
FOR_THE_MINISTRY = Refusal(
    "for-the-ministry",
    gettext_lazy("The average earns five stars, which the Ministry gives: send the file there."),
    article("4.1"),
)
NOT_FOR_THE_MINISTRY = Refusal(
    "not-for-the-ministry",
    gettext_lazy("Only a file whose average earns five stars goes to the Ministry."),
    article("3.3, 4.1"),
)
NOT_CERTIFIED = Refusal(
    "not-certified",
    gettext_lazy("One and two stars get no decision and no certificate: leave the decision's fields empty."),
    article("3.3, 4.1"),
)


def average_now(dossier: Dossier) -> Decimal | None:
    """The average of the sheets that count where the file lies; None where there are none. One query."""
    return rules.average_of(ScoreSheet.objects.of_step(dossier).as_sheets())


@transaction.atomic
def send_to_ministry(*, dossier: Dossier, at: datetime, on: date, by: Any, seen: int | None = None) -> Dossier:
    """Send a file whose provincial average earns five stars to the central council (articles 4.1, 5.2)."""
    dossier = locked_by_authority(dossier, Act.SEND_TO_MINISTRY, by=by, seen=seen)
    average = _average(dossier)
    if not rules.is_the_ministrys(average):
        raise refuse(NOT_FOR_THE_MINISTRY)
    dossier.sent_to_ministry_on = on
    move(dossier, State.MINISTRY)
    tell(dossier, "file-sent-to-ministry", at=at, by=by, before=State.COUNCIL, average=average)
    return dossier


@transaction.atomic
def decide_dossier(
    *,
    dossier: Dossier,
    at: datetime,
    on: date,
    by: Any,
    decision_number: str = "",
    issued_on: date | None = None,
    issuing_authority: str = "",
    valid_from: date | None = None,
    evidence_file: EvidenceFile | None = None,
    seen: int | None = None,
) -> Dossier:
    """Close a file by the average: with three stars or more the certificate is issued in the same transaction.

    The certificate is a first one, a renewal, an upgrade or a downgrade as the averaged stars and the product's
    standing on its first day say; its authority is the Ministry for five stars, else the province. With fewer than
    three stars there is no decision: ``decision_number`` and ``issued_on`` stay empty, and the product gets nothing.
    """
    dossier = locked_by_authority(dossier, Act.DECIDE, by=by, seen=seen)
    before = dossier.place
    average = _average(dossier)
    if before is State.COUNCIL and rules.is_the_ministrys(average):
        raise refuse(FOR_THE_MINISTRY)
    stars = stars_for_score(average)
    if stars < MIN_STARS:
        if decision_number.strip() or issued_on is not None:
            raise refuse(NOT_CERTIFIED, field="decision_number")
    else:
        dossier.issued = _issue(
            dossier,
            stars=stars,
            average=average,
            at=at,
            by=by,
            decision_number=decision_number,
            issued_on=issued_on,
            issuing_authority=issuing_authority,
            valid_from=valid_from,
            evidence_file=evidence_file,
        )
    dossier.score = average
    dossier.closed_on = on
    move(dossier, State.DECIDED)
    tell(
        dossier,
        "file-decided",
        at=at,
        by=by,
        before=before,
        average=average,
        stars=stars,
        certificate=dossier.issued.public_id if dossier.issued else None,
    )
    return dossier


def _average(dossier: Dossier) -> Decimal:
    average = average_now(dossier)
    if average is None:
        raise refuse(NO_SHEETS)
    return average


def _issue(dossier: Dossier, *, stars: int, average: Decimal, issued_on: date | None, **facts: Any) -> Certificate:
    if issued_on is None:
        raise InvalidFact(_("Say when the decision was issued."), field="issued_on", code="required")
    if dossier.complete_on is not None and issued_on < dossier.complete_on:
        raise InvalidFact(
            _("The decision cannot be older than the complete file."), field="issued_on", code="before-the-file"
        )
    first_day = facts["valid_from"] or issued_on
    return certificates.issue_certificate(
        product=dossier.product,
        stars=stars,
        score=average,
        issued_on=issued_on,
        authority=usual_authority(stars).value,
        action=fitting_action(dossier.product_id, stars=stars, on=first_day),
        **facts,
    )
