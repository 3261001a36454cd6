"""Who may do what with a file, by the posts a person holds. The producer's own acts are scoped by its memberships."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from ocop_badges.errors import DomainError, Fault
from ocop_badges.lifecycle import Refusal, article
from ocop_badges.officers import Mandate

from .models import Dossier
from .rules import Act, State

_COMMUNE = Refusal(
    "not-the-commune",
    _("The commune where the product is made checks its file, or the province records the commune's paper."),
    article("7.2"),
)
_COUNCIL = Refusal(
    "not-on-the-council", _("Only a member of the council that the file lies with scores it."), article("3.3, 7")
)
_PROVINCE = Refusal("not-the-province", _("This is for the officers of the product's province."), article("4.1"))
_MINISTRY = Refusal(
    "ministry-only", _("This file lies with the Ministry: a national officer acts on it."), article("4.1, 5.2")
)
MEMBER_OF_PRODUCER = Refusal(
    "member-of-the-producer",
    _("Who belongs to the producer does not score its product: declare the conflict of interest."),
    article("7"),
)

REFUSED: Mapping[Act, Refusal] = {
    Act.CHECK: _COMMUNE,
    Act.SCORE: _COUNCIL,
    Act.RETURN: _PROVINCE,
    Act.GIVE_TASK: _PROVINCE,
    Act.SEND_TO_MINISTRY: _PROVINCE,
    Act.DECIDE: _PROVINCE,
}


def power_refusal(act: Act, dossier: Dossier, mandate: Mandate) -> Refusal | None:
    """Why a person with these posts may not do an authority's act with a file; None where they may."""
    product: Any = dossier.product
    match act:
        case Act.CHECK:
            may = product.commune_id in mandate.communes or keeps(product, mandate)
        case Act.SCORE if dossier.place is State.MINISTRY:
            may = mandate.central_council
        case Act.SCORE:
            may = product.province_id in mandate.councils
        case Act.RETURN | Act.GIVE_TASK | Act.SEND_TO_MINISTRY | Act.DECIDE:
            if dossier.place is State.MINISTRY and not mandate.is_national:
                return _MINISTRY
            may = keeps(product, mandate)
        case _:
            return None
    return None if may else REFUSED[act]


def check_power(act: Act, dossier: Dossier, mandate: Mandate) -> None:
    """Raise where a person with these posts may not do an act: 403, with the article."""
    refusal = power_refusal(act, dossier, mandate)
    if refusal is not None:
        raise forbidden(refusal)


def forbidden(refusal: Refusal) -> DomainError:
    detail = str(refusal)
    return DomainError(detail, code=refusal.code, status=403, faults=[Fault(detail, refusal.code)])


def keeps(product: Any, mandate: Mandate) -> bool:
    """Whether a person is an officer of the product's province or of the country."""
    return mandate.is_national or product.province_id in mandate.provinces
