"""The legal deadlines of a file where it lies now."""

from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_badges.lifecycle import article

from . import terms
from .models import Dossier, FileTerms, Holiday
from .rules import Kind, State
from .terms import Level, Terms, WorkCalendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """The last day for something, and where that is written."""

    code: str
    label: str | Promise
    due_on: date
    article: str


@dataclass(frozen=True, slots=True)
class Clockwork:
    """All that deadlines are computed from, loaded once for any number of files."""

    terms: dict[int, Terms]
    calendar: WorkCalendar


def load_clockwork() -> Clockwork:
    """The terms of every regulation and all holidays on record. Three queries."""
    rows = FileTerms.objects.select_related("regulation").prefetch_related("regulation__evaluation_rounds")
    return Clockwork(
        terms={row.regulation_id: row.as_terms() for row in rows}, calendar=Holiday.objects.all().as_calendar()
    )


def window_of(dossier: Dossier) -> tuple[date, date] | None:
    """First and last day on which a renewal is handed in (article 7.6.a), None where there is no such window.

    Needs ``replaces`` and ``regulation`` to be without a query.
    """
    if dossier.kind != Kind.RENEWAL or dossier.replaces is None:
        return None
    return dossier.regulation.window_for(dossier.replaces.valid_until)


def deadlines_of(dossier: Dossier, clockwork: Clockwork) -> list[Deadline]:
    """What is due where the file lies, the first to bind first. Empty for a closed file.

    Article 7.6.g speaks of re-ranking: its 45 days bind a renewal. Every file belongs to a round as well, by the day
    on which it reached the council complete.
    """
    own = clockwork.terms.get(dossier.regulation_id)
    match dossier.place:
        case State.DRAFT:
            window = window_of(dossier)
            if window is None:
                return []
            return [Deadline("window-closes", _("last day to hand it in"), window[1], article("7.6.a"))]
        case State.COMMUNE_CHECK if own and dossier.handed_in_on:
            due = terms.commune_check_due(dossier.handed_in_on, terms=own, calendar=clockwork.calendar)
            return [Deadline("commune-check", _("commune's check"), due, article("7.2"))]
        case State.COUNCIL if own and dossier.complete_on:
            return _for_decision(dossier, dossier.complete_on, Level.PROVINCE, own, clockwork.calendar)
        case State.MINISTRY if own and dossier.sent_to_ministry_on:
            return _for_decision(dossier, dossier.sent_to_ministry_on, Level.MINISTRY, own, clockwork.calendar)
        case _:
            return []


def due_on_of(dossier: Dossier, clockwork: Clockwork) -> date | None:
    """The first deadline that binds the file where it lies."""
    return min((deadline.due_on for deadline in deadlines_of(dossier, clockwork)), default=None)


def _for_decision(dossier: Dossier, since: date, level: Level, own: Terms, calendar: WorkCalendar) -> list[Deadline]:
    found = []
    if dossier.kind == Kind.RENEWAL:
        due = terms.decision_due(since, terms=own, calendar=calendar)
        found.append(Deadline("decision", _("decision on a complete re-ranking file"), due, article("7.6.g")))
    taken = terms.round_of(since, own.rounds, level=level)
    if taken is not None:
        number = "5.2" if level is Level.MINISTRY else "5.1"
        found.append(Deadline("round", _("decision of the round"), taken.decided_by, article(number)))
    return sorted(found, key=lambda deadline: deadline.due_on)
