"""What may be done with a certificate in which state, and by whose power. Pure, no database, no clock.

A state is the status of the certificate on the day the act takes effect; ``None`` where a product has none. An act
that is missing from ``REFUSALS`` for a state is allowed in it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .rules import CertificateFacts, Status, certificate_in_question, status_on

DISTRICTS_ENDED_ON = date(2025, 7, 1)  # Decision 1489/QĐ-TTg: from then on there is no district level


class Action(StrEnum):
    """An act on record. The first four make a new certificate of a product, the others are about one that is there."""

    ISSUE = "issue"
    RENEW = "renew"
    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    SUSPEND = "suspend"
    LIFT = "lift"
    REVOKE = "revoke"
    EXTEND = "extend"
    CORRECT = "correct"


CERTIFYING = frozenset({Action.ISSUE, Action.RENEW, Action.UPGRADE, Action.DOWNGRADE})
State = Status | None


class Authority(StrEnum):
    """Who issues and revokes (Decision 26/2026/QĐ-TTg, articles 4.1 and 8); districts did until July 2025."""

    PROVINCE = "province"
    MINISTRY = "ministry"
    DISTRICT = "district"


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an act is refused: a stable ``code``, the reason, and where it is written."""

    code: str
    reason: str | Promise
    article: str

    def __str__(self) -> str:
        return f"{str(self.reason).rstrip('.')} ({self.article})."


def article(number: str) -> str:
    """An article of the decision in force, as refusals name it."""
    return f"26/2026/QĐ-TTg, Điều {number}"


_NONE = Refusal("no-certificate", _("This product has no certificate yet."), article("4"))
_IN_FORCE = Refusal(
    "certificate-in-force",
    _("This product has a certificate in force: renew, upgrade or downgrade it instead."),
    article("7.5, 7.6"),
)
_NOT_BEGUN = Refusal("not-begun", _("The last certificate has not begun yet: correct or revoke it."), article("4.3"))
_LAPSED = Refusal(
    "certificate-expired",
    _("The certificate has ended: only one in force can be ranked again. Record a first certificate."),
    article("4.3, 7.6"),
)
_ENDED_BY_REVOCATION = Refusal(
    "certificate-revoked",
    _("The certificate was revoked: the product is certified anew as for the first time."),
    article("8"),
)
REVOKED = Refusal("certificate-revoked", _("This certificate is revoked."), article("8"))
_REPLACED = Refusal("certificate-superseded", _("A newer certificate has replaced this one."), article("7.5, 7.6"))
_ENDED = Refusal("after-the-end", _("That day is after the certificate's end."), article("4.3"))
ALREADY_SUSPENDED = Refusal(
    "already-suspended", _("This certificate is already suspended on or after that day."), article("9")
)
NOT_SUSPENDED = Refusal("not-suspended", _("This certificate is not suspended."), article("9"))
ALREADY_REVOKED = Refusal("already-revoked", _("This certificate is already revoked."), article("8"))

NATIONAL_ONLY = Refusal(
    "ministry-only",
    _("Five stars are issued and revoked by the Ministry: a national officer records it."),
    article("4.1, 8"),
)

_RANK_AGAIN: Mapping[State, Refusal] = {
    None: _NONE,
    Status.UPCOMING: _NOT_BEGUN,
    Status.EXPIRED: _LAPSED,
    Status.REVOKED: _ENDED_BY_REVOCATION,
    Status.SUPERSEDED: _REPLACED,
}

REFUSALS: Mapping[Action, Mapping[State, Refusal]] = {
    Action.ISSUE: {
        Status.UPCOMING: _NOT_BEGUN,
        Status.VALID: _IN_FORCE,
        Status.SUSPENDED: _IN_FORCE,
        Status.SUPERSEDED: _REPLACED,
    },
    Action.RENEW: _RANK_AGAIN,
    Action.UPGRADE: _RANK_AGAIN,
    Action.DOWNGRADE: _RANK_AGAIN,
    Action.SUSPEND: {
        None: _NONE,
        Status.SUSPENDED: ALREADY_SUSPENDED,
        Status.REVOKED: REVOKED,
        Status.SUPERSEDED: _REPLACED,
        Status.EXPIRED: _ENDED,
    },
    Action.LIFT: {
        None: _NONE,
        Status.UPCOMING: NOT_SUSPENDED,
        Status.VALID: NOT_SUSPENDED,
        Status.REVOKED: REVOKED,
        Status.SUPERSEDED: _REPLACED,
        Status.EXPIRED: _ENDED,
    },
    Action.REVOKE: {
        None: _NONE,
        Status.REVOKED: ALREADY_REVOKED,
        Status.SUPERSEDED: _REPLACED,
        Status.EXPIRED: _ENDED,
    },
    # An extension may be granted after the end it moves, but not where nothing is left to extend.
    Action.EXTEND: {
        None: _NONE,
        Status.UPCOMING: _NOT_BEGUN,
        Status.REVOKED: REVOKED,
        Status.SUPERSEDED: _REPLACED,
    },
    # What was written down wrongly is put right in whatever state.
    Action.CORRECT: {None: _NONE},
}


def refusal_of(action: Action, state: State) -> Refusal | None:
    """Why an act is refused in a state; None where it is allowed."""
    return REFUSALS[action].get(state)


def allowed_in(state: State) -> tuple[Action, ...]:
    """The acts that a state allows, in the order of ``Action``."""
    return tuple(action for action in Action if refusal_of(action, state) is None)


def fitting_action(state: State, *, before: int | None, stars: int) -> Action:
    """The act by which a product in this state, with ``before`` stars, gets a certificate with ``stars``."""
    if before is None or state not in (Status.VALID, Status.SUSPENDED):
        return Action.ISSUE
    if stars == before:
        return Action.RENEW
    return Action.UPGRADE if stars > before else Action.DOWNGRADE


def star_refusal(action: Action, *, stars: int, before: int | None) -> Refusal | None:
    """Why an act cannot lead from ``before`` to ``stars`` stars (Decision 26/2026/QĐ-TTg, articles 7.5 and 7.6)."""
    if before is None or action not in CERTIFYING:
        return None
    match action:
        case Action.RENEW if stars != before:
            return Refusal("renewal-changes-stars", _("A renewal keeps the number of stars."), article("7.6"))
        case Action.UPGRADE if stars <= before:
            return Refusal("upgrade-without-more-stars", _("An upgrade gives more stars."), article("7.5"))
        case Action.DOWNGRADE if stars >= before:
            return Refusal("downgrade-without-fewer-stars", _("A downgrade gives fewer stars."), article("3.3, 7.6"))
    return None


@dataclass(frozen=True, slots=True)
class Judgement:
    """A certificate to come: the act by which a product gets it, the stars it had, and why it is refused, if it is.

    ``about_stars`` says that the refusal is about the number of stars.
    """

    action: Action
    before: int | None
    refusal: Refusal | None
    about_stars: bool = False


def judge(certificates: Sequence[CertificateFacts], *, stars: int, on: date, action: Action | None = None) -> Judgement:
    """Whether a product with these certificates may get one with ``stars`` from the day ``on``.

    ``action`` None asks for the act that fits.
    """
    last = certificate_in_question(certificates, on)
    state = status_on(last, certificates, on) if last else None
    before = last.stars if last else None
    act = action or fitting_action(state, before=before, stars=stars)
    if (refusal := refusal_of(act, state)) is not None:
        return Judgement(act, before, refusal)
    refusal = star_refusal(act, stars=stars, before=before)
    return Judgement(act, before, refusal, about_stars=refusal is not None)


def authorities_for(*, stars: int, issued_on: date) -> frozenset[Authority]:
    """Who may issue so many stars on a day (Decision 26/2026/QĐ-TTg, article 4.1; the same in Decision 148/QĐ-TTg).

    Districts issued three stars until their level was abolished (Decision 1489/QĐ-TTg).
    """
    if stars == 5:
        return frozenset({Authority.MINISTRY})
    if stars == 3 and issued_on < DISTRICTS_ENDED_ON:
        return frozenset({Authority.PROVINCE, Authority.DISTRICT})
    return frozenset({Authority.PROVINCE})
