"""The way of a certification file: its states, who may do what in which, and the average that decides the stars.

Pure: no database, no clock. The articles are those of Decision 26/2026/QĐ-TTg.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_badges.lifecycle import Action, Refusal, article, star_refusal
from ocop_badges.rules import MAX_STARS, stars_for_score

HUNDREDTH = Decimal("0.01")


class Kind(StrEnum):
    """Why a file is handed in: a first certificate, the same stars again (article 7.6), or more of them (7.5)."""

    FIRST = "first"
    RENEWAL = "renewal"
    UPGRADE = "upgrade"


_ACTIONS: Mapping[Kind, Action] = {
    Kind.FIRST: Action.ISSUE,
    Kind.RENEWAL: Action.RENEW,
    Kind.UPGRADE: Action.UPGRADE,
}


class State(StrEnum):
    """Where a file lies."""

    DRAFT = "draft"
    COMMUNE_CHECK = "commune_check"
    COUNCIL = "council"
    MINISTRY = "ministry"
    RETURNED = "returned"
    DECIDED = "decided"
    WITHDRAWN = "withdrawn"


NEXT: Mapping[State, frozenset[State]] = {
    State.DRAFT: frozenset({State.COMMUNE_CHECK, State.WITHDRAWN}),
    State.COMMUNE_CHECK: frozenset({State.COUNCIL, State.RETURNED, State.WITHDRAWN}),
    State.COUNCIL: frozenset({State.MINISTRY, State.DECIDED, State.RETURNED, State.WITHDRAWN}),
    State.MINISTRY: frozenset({State.DECIDED, State.RETURNED, State.WITHDRAWN}),
    State.RETURNED: frozenset({State.COMMUNE_CHECK, State.WITHDRAWN}),
    State.DECIDED: frozenset(),
    State.WITHDRAWN: frozenset(),
}
OPEN = frozenset(state for state, following in NEXT.items() if following)
WITH_PRODUCER = frozenset({State.DRAFT, State.RETURNED})
JUDGED = frozenset({State.COUNCIL, State.MINISTRY})


class Act(StrEnum):
    """What somebody does with a file."""

    EDIT = "edit"
    SUBMIT = "submit"
    CHECK = "check"
    RETURN = "return"
    SCORE = "score"
    GIVE_TASK = "give-task"
    SEND_TO_MINISTRY = "send-to-ministry"
    DECIDE = "decide"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class _Step:
    """The states in which an act is allowed, what is said in the others, and where that is written."""

    states: frozenset[State]
    reason: str | Promise
    article: str


_STEPS: Mapping[Act, _Step] = {
    Act.EDIT: _Step(
        WITH_PRODUCER, _("A file is changed only while it lies with its producer, as a draft or returned."), "6"
    ),
    Act.SUBMIT: _Step(WITH_PRODUCER, _("A file is handed in once, and again only after it was returned."), "6"),
    Act.CHECK: _Step(frozenset({State.COMMUNE_CHECK}), _("The commune checks a file that was handed in."), "7.2"),
    Act.RETURN: _Step(JUDGED, _("Only a file that lies with a council is returned."), "7"),
    Act.SCORE: _Step(JUDGED, _("A council scores a file that lies with it."), "3.3, 7"),
    Act.GIVE_TASK: _Step(
        frozenset({State.COMMUNE_CHECK}) | JUDGED, _("Departments are asked only while a file is examined."), "7"
    ),
    Act.SEND_TO_MINISTRY: _Step(
        frozenset({State.COUNCIL}), _("A file goes to the Ministry from the provincial council."), "4.1, 5.2"
    ),
    Act.DECIDE: _Step(JUDGED, _("A decision follows the council's evaluation."), "4.1, 7"),
    Act.WITHDRAW: _Step(OPEN, _("Only a file in progress is withdrawn."), "7"),
}

_CLOSED: Mapping[State, str | Promise] = {
    State.DECIDED: _("This file is decided."),
    State.WITHDRAWN: _("This file was withdrawn."),
}


def refusal_of(act: Act, state: State) -> Refusal | None:
    """Why an act is refused while a file lies there; None where it is allowed."""
    step = _STEPS[act]
    if state in step.states:
        return None
    if state in _CLOSED:
        return Refusal(f"file-{state.value}", _CLOSED[state], article(step.article))
    return Refusal(f"cannot-{act.value}-now", step.reason, article(step.article))


def allowed_in(state: State) -> tuple[Act, ...]:
    """The acts that a state allows, in the order of ``Act``."""
    return tuple(act for act in Act if refusal_of(act, state) is None)


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one member of a council made of a file: points out of 100, or a conflict of interest declared instead."""

    points: Decimal
    has_conflict: bool = False


def average_of(sheets: Sequence[Sheet]) -> Decimal | None:
    """The average of the sheets that count, None where none does. A sheet with a conflict does not count.

    Rounded down to hundredths: every bound between stars is a whole number, so that rounding never earns a star and
    never loses one.
    """
    counting = [sheet.points for sheet in sheets if not sheet.has_conflict]
    if not counting:
        return None
    return (sum(counting, Decimal(0)) / len(counting)).quantize(HUNDREDTH, rounding=ROUND_FLOOR)


def is_the_ministrys(average: Decimal) -> bool:
    """Whether an average earns five stars, which only the Ministry gives (article 4.1)."""
    return stars_for_score(average) == MAX_STARS


def kind_refusal(kind: Kind, *, stars_now: int | None, target: int) -> Refusal | None:
    """Why a file of this kind cannot aim at so many stars. ``stars_now``: of the certificate in force, if any."""
    if kind is Kind.FIRST:
        if stars_now is not None:
            return Refusal(
                "certificate-in-force",
                _("This product has a certificate in force: ask for its renewal or for an upgrade."),
                article("7.5, 7.6"),
            )
        return None
    if stars_now is None:
        return Refusal(
            "no-certificate-in-force",
            _("Only a certificate in force is renewed or upgraded: ask for a first one."),
            article("7.5, 7.6"),
        )
    return star_refusal(_ACTIONS[kind], stars=target, before=stars_now)


def window_refusal(day: date, *, opens_on: date, closes_on: date, valid_until: date) -> Refusal | None:
    """Why a re-ranking file cannot be handed in on a day (article 7.6.a): the window holds its first and last day.

    ``valid_until`` is the certificate's end, from which the window is told.
    """
    if day < opens_on:
        reason = _("A re-ranking file is handed in no earlier than %(days)d days before the certificate's end.")
        return Refusal("window-not-open", reason % {"days": (valid_until - opens_on).days}, article("7.6.a"))
    if day > closes_on:
        reason = _(
            "A re-ranking file is handed in no later than %(days)d days before the certificate's end. Where that could "
            "not be met, the authority may extend the certificate until its result (article 12.3)."
        )
        return Refusal("window-closed", reason % {"days": (valid_until - closes_on).days}, article("7.6.a"))
    return None
