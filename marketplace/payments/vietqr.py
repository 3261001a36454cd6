"""Bank transfers by VietQR: the shopper scans, the bank's feed tells us, a person sends money back."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.orders.models import PaymentMethod
from marketplace.payments.methods import Begun, MethodUnavailable, Qr, Sent
from marketplace.payments.models import Payment, RefundTransfer
from marketplace.payments.vietqr_payload import payload
from marketplace.payments.vietqr_picture import picture


@dataclass(frozen=True, slots=True)
class Account:
    """The shop's account, to which transfers go. ``bank_bin``: the bank's number with NAPAS."""

    bank_bin: str
    number: str
    name: str


def account() -> Account | None:
    """The account of the settings; None where there is none, and transfers are not offered."""
    if not (settings.BANK_BIN and settings.BANK_ACCOUNT):
        return None
    return Account(settings.BANK_BIN, settings.BANK_ACCOUNT, settings.BANK_ACCOUNT_NAME)


def takes(total: int) -> bool:
    """Whether so much, in đồng, can be paid by transfer: the shop has an account."""
    return account() is not None


class BankTransfer:
    """Asks nobody: the code is computed, what comes in is told by the bank, what goes back is sent by a person."""

    code = PaymentMethod.VIETQR

    def begin(self, payment: Payment, *, return_url: str, at: datetime) -> Begun:
        """Nothing to tell anybody. Raises ``MethodUnavailable`` where the shop has no account."""
        if account() is None:
            raise MethodUnavailable("No bank account is set: BANK_BIN and BANK_ACCOUNT.")
        return Begun()

    def show(self, payment: Payment) -> Qr | None:
        """The code for what is still to be paid, with the order's number as its purpose."""
        to = account()
        left = payment.amount - (payment.captured - payment.refunded)
        if to is None or left <= 0:
            return None
        number = payment.order.number
        text = payload(bank_bin=to.bank_bin, account=to.number, amount=left, purpose=number)
        title = _("VietQR code for order {number}").format(number=number)
        described = _("Transfer {amount} đ to account {account} with the message {number}.").format(
            amount=f"{left:,}".replace(",", "."), account=to.number, number=number
        )
        return Qr(payload=text, svg=picture(text, title=title, description=described))

    def close(self, payment: Payment) -> None:
        """Nobody can be told: what still comes in is due back."""

    def refund(self, transfer: RefundTransfer, *, at: datetime) -> Sent:
        """Sends nothing: it stays on the list of what a person has to transfer, and is done when that person says."""
        return Sent(reference=transfer.reference, is_done=False)

    def fetch(self, payment: Payment) -> list[tuple[str, int]]:
        """Nobody can be asked; the bank's feed tells again what it is not told to have been stored."""
        return []
