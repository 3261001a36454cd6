"""Which acts on a file the desk offers to whom."""

from typing import Any

from ocop_badges.dossiers import rules
from ocop_badges.dossiers.models import Dossier
from ocop_badges.dossiers.powers import keeps, power_refusal
from ocop_badges.dossiers.rules import Act
from ocop_badges.officers import Mandate

FOR_THE_PRODUCER = frozenset({Act.SUBMIT, Act.WITHDRAW})  # by an officer whom the producer asked
ORDER = (Act.CHECK, Act.SCORE, Act.DECIDE, Act.SEND_TO_MINISTRY, Act.RETURN, Act.GIVE_TASK, Act.SUBMIT, Act.WITHDRAW)


def may(mandate: Mandate, act: Act, dossier: Dossier) -> bool:
    """Whether a person's posts allow an act on a file that they reach, whatever its state."""
    product: Any = dossier.product
    if act in FOR_THE_PRODUCER or act is Act.EDIT:
        return keeps(product, mandate)
    return power_refusal(act, dossier, mandate) is None


def offered(mandate: Mandate, dossier: Dossier) -> list[Act]:
    """The acts that the state of the file and a person's posts allow."""
    allowed = rules.allowed_in(dossier.place)
    return [act for act in ORDER if act in allowed and may(mandate, act, dossier)]
