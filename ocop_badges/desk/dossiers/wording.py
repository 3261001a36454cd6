"""The words of the desk for files: acts and deadlines."""

from collections.abc import Mapping
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from ocop_badges.dossiers.rules import Act

ACT_NAMES: Mapping[Act, str | Promise] = {
    Act.SUBMIT: _("Hand in for the producer"),
    Act.CHECK: _("Form 03: the commune's check"),
    Act.SCORE: _("Score sheet"),
    Act.SEND_TO_MINISTRY: _("Send to the Ministry"),
    Act.DECIDE: _("Decide"),
    Act.RETURN: _("Return to the producer"),
    Act.GIVE_TASK: _("Give a task to a department"),
    Act.WITHDRAW: _("Withdraw for the producer"),
}

OF_THE_COUNCIL = frozenset({"conflict-declared", "sheet-handed-in"})  # told to officers alone


def days_left(due_on: date | None, *, on: date) -> str:
    """How far a deadline is, in words; empty for none."""
    if due_on is None:
        return ""
    days = (due_on - on).days
    if days == 0:
        return _now("due today")
    if days > 0:
        return ngettext("%(days)d day left", "%(days)d days left", days) % {"days": days}
    return ngettext("%(days)d day overdue", "%(days)d days overdue", -days) % {"days": -days}
