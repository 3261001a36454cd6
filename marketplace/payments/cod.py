"""Cash on delivery: the carrier collects at the door and hands over later; what goes back a person transfers."""

from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.orders.models import PaymentMethod
from marketplace.payments.methods import Begun, Qr, Sent
from marketplace.payments.models import Payment, RefundTransfer


def takes(total: int) -> bool:
    """Whether a carrier may be asked to collect so much, in đồng, for one order."""
    limit: int = settings.COD_LIMIT
    return total <= limit


def why_not(total: int) -> str:
    """What to tell a shopper whose order is too large for that."""
    limit = f"{settings.COD_LIMIT:,}".replace(",", ".")
    return _("Cash on delivery is possible up to {limit} đ.").format(limit=limit)


class CashOnDelivery:
    """Asks nobody: the order is confirmed when it is placed, and paid parcel by parcel (``cod_collecting``)."""

    code = PaymentMethod.COD

    def begin(self, payment: Payment, *, return_url: str, at: datetime) -> Begun:
        return Begun()

    def show(self, payment: Payment) -> Qr | None:
        return None

    def close(self, payment: Payment) -> None:
        """Nothing was opened anywhere."""

    def refund(self, transfer: RefundTransfer, *, at: datetime) -> Sent:
        """Sends nothing: it stays on the list of what a person has to transfer, and is done when that person says."""
        return Sent(reference=transfer.reference, is_done=False)

    def fetch(self, payment: Payment) -> list[tuple[str, int]]:
        """Nobody can be asked; carriers say by their remittances what they collected (``cod_remittances``)."""
        return []
