"""What moves a file: each function is one transaction under the lock of the product, told to the product's trail.

``at`` is the instant of recording, ``on`` the shop's day of the act, ``by`` who acts, ``seen`` the version of the
product's trail that the actor looked at (``audit.version_of``; None: whatever it is). Every function raises a
``DomainError`` where the act is refused, and then has written nothing: 409 by the file's state, 403 by the actor's
posts, 400 for what is missing or wrong. Each refusal by the rules of the programme names its article.

Who may prepare, hand in and withdraw a file is the caller's to check: the producer's members, or officers who keep
the product. The acts of authorities are checked here, by the posts that ``by`` holds.
"""

from .deciding import decide_dossier, send_to_ministry
from .examining import check_by_commune, finish_task, give_task, return_dossier
from .preparing import (
    attach_evidence,
    open_dossier,
    remove_evidence,
    set_self_assessment,
    tick_item,
    untick_item,
)
from .restating import record_holidays, restate_deadlines
from .scoring import declare_conflict, hand_in_score_sheet
from .submitting import submit_dossier, withdraw_dossier

__all__ = [
    "attach_evidence",
    "check_by_commune",
    "decide_dossier",
    "declare_conflict",
    "finish_task",
    "give_task",
    "hand_in_score_sheet",
    "open_dossier",
    "record_holidays",
    "remove_evidence",
    "restate_deadlines",
    "return_dossier",
    "send_to_ministry",
    "set_self_assessment",
    "submit_dossier",
    "tick_item",
    "untick_item",
    "withdraw_dossier",
]
