"""The words of the desk for what certificates are and what is done with them."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_badges.lifecycle import Action
from ocop_badges.rules import Status

LAPSED = "lapsed"  # ended, and nothing newer on record
IN_FORCE = "in-force"  # valid or suspended
UNRENEWED = "unrenewed"  # in force, and nothing newer on record

STATUS_NAMES: Mapping[str, str | Promise] = {
    Status.UPCOMING: _("Upcoming"),
    Status.VALID: _("Valid"),
    Status.SUSPENDED: _("Suspended"),
    Status.REVOKED: _("Revoked"),
    Status.SUPERSEDED: _("Replaced"),
    Status.EXPIRED: _("Expired"),
}
STATUS_CHOICES: Mapping[str, str | Promise] = {
    **STATUS_NAMES,
    IN_FORCE: _("In force (valid or suspended)"),
    UNRENEWED: _("In force, not renewed"),
    LAPSED: _("Lapsed (expired, not renewed)"),
}
ACTION_NAMES: Mapping[Action, str | Promise] = {
    Action.ISSUE: _("Record a first certificate"),
    Action.RENEW: _("Renew"),
    Action.UPGRADE: _("Upgrade"),
    Action.DOWNGRADE: _("Downgrade"),
    Action.SUSPEND: _("Suspend"),
    Action.LIFT: _("Lift the suspension"),
    Action.REVOKE: _("Revoke"),
    Action.EXTEND: _("Extend"),
    Action.CORRECT: _("Correct a clerical error"),
}


def stars_of(stars: int) -> str:
    return "★" * stars
