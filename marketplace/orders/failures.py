"""Why a parcel did not arrive, as people choose it."""

from django.utils.translation import gettext_lazy as _

from .return_rules import Failure

FAILURES = [
    (Failure.ABSENT.value, _("Nobody was there")),
    (Failure.REFUSED.value, _("It was not accepted")),
    (Failure.WRONG_ADDRESS.value, _("The address or phone is wrong")),
    (Failure.LOST.value, _("The carrier lost it")),
    (Failure.DAMAGED.value, _("The carrier damaged it")),
]
