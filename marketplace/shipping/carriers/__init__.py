"""The carriers that take parcels, behind one port (``ports``)."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from marketplace.shipping.carriers.manual import ManualCarrier
from marketplace.shipping.carriers.ports import Carrier
from ocop_badges.errors import DomainError

CARRIERS: Mapping[str, Carrier] = {carrier.code: carrier for carrier in (ManualCarrier(),)}


def find_carrier(code: str) -> Carrier:
    """Raises ``DomainError`` (``unknown-carrier``) for one that is not there."""
    try:
        return CARRIERS[code]
    except KeyError:
        raise DomainError(_("There is no carrier {code}.").format(code=code), code="unknown-carrier") from None
