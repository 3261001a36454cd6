"""One decision about many products: what it would do to each, before anybody records it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from ocop_badges import lifecycle
from ocop_badges.errors import DomainError
from ocop_badges.lifecycle import Action
from ocop_badges.models import Certificate
from ocop_badges.officers import Mandate
from ocop_badges.verification import Family, load_families

from .acts import check_power_between


@dataclass(frozen=True, slots=True)
class Judged:
    """A certificate to be recorded: the act by which the product gets it, the stars it had, and why it is refused."""

    draft: Certificate
    action: Action
    before: int | None
    refusal: str


def judge(drafts: Sequence[Certificate], mandate: Mandate) -> list[Judged]:
    """What recording each draft would be, in their order. Three queries, however many."""
    families = load_families({draft.product_id for draft in drafts})
    return [_judge(draft, families.get(draft.product_id), mandate) for draft in drafts]


def check_power_over(judged: Sequence[Judged], mandate: Mandate) -> None:
    """Raise unless the officer may do each of the acts."""
    for each in judged:
        check_power_between(mandate, each.action, before=each.before, after=each.draft.stars)


def _judge(draft: Certificate, family: Family | None, mandate: Mandate) -> Judged:
    judgement = lifecycle.judge(family.facts if family else (), stars=draft.stars, on=draft.valid_from)
    if _is_known(draft, family):
        reason = _("Already on record: this decision of this day about this product.")
    elif judgement.refusal is not None:
        reason = str(judgement.refusal)
    else:
        reason = _power_refusal(mandate, judgement.action, judgement.before, draft.stars)
    return Judged(draft, judgement.action, judgement.before, reason)


def _is_known(draft: Certificate, family: Family | None) -> bool:
    key = (draft.decision_number, draft.issued_on)
    return any(key == (kept.decision_number, kept.issued_on) for kept in (family.certificates if family else ()))


def _power_refusal(mandate: Mandate, action: Action, before: int | None, stars: int) -> str:
    try:
        check_power_between(mandate, action, before=before, after=stars)
    except DomainError as error:
        return error.detail
    return ""
