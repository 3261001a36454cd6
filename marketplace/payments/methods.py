"""The interface of payment methods. Each is a class in a module of its own; ``method_of`` finds it."""

from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from typing import Protocol

from marketplace.orders.models import PaymentMethod
from marketplace.payments.models import Payment, RefundTransfer


@dataclass(frozen=True, slots=True)
class Qr:
    """A code to scan with a banking app: the EMVCo text, and the picture of it as SVG."""

    payload: str
    svg: str


@dataclass(frozen=True, slots=True)
class PaymentStart:
    """How a shopper goes on: nowhere, to another site, or by scanning a code."""

    status: str
    redirect_url: str = ""
    qr: Qr | None = None


@dataclass(frozen=True, slots=True)
class Begun:
    """What a provider said when a payment was begun there."""

    reference: str = ""
    redirect_url: str = ""


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of an attempt to pay back: ``is_done`` once the money is on its way for good."""

    reference: str
    is_done: bool


class MethodUnavailable(Exception):
    """The provider does not answer, or not so that one could go on: try again later. Nothing has happened."""


class RefundFailed(Exception):
    """The provider will not pay this back: a person has to look at it. ``reference``: of what failed, if it began."""

    def __init__(self, text: str, *, reference: str = "") -> None:
        super().__init__(text)
        self.reference = reference


class Method(Protocol):
    """What a payment method can do. Each call may be repeated: the same payment or transfer has one effect."""

    code: PaymentMethod

    def begin(self, payment: Payment, *, return_url: str, at: datetime) -> Begun:
        """Tell the provider, outside any transaction. Raises ``MethodUnavailable``."""
        ...

    def show(self, payment: Payment) -> Qr | None:
        """The code to scan, where there is one; asks nobody."""
        ...

    def close(self, payment: Payment) -> None:
        """Let nobody pay any more where ``begin`` led, as far as that can be. Raises ``MethodUnavailable``."""
        ...

    def refund(self, transfer: RefundTransfer, *, at: datetime) -> Sent:
        """Pay back, outside any transaction. Raises ``MethodUnavailable`` or ``RefundFailed``."""
        ...

    def fetch(self, payment: Payment) -> list[tuple[str, int]]:
        """What the provider says it received: (source id, amount in đồng). For reconciliation. May be empty."""
        ...


# What goes back by these is transferred by a person, from the shop's own bank account.
BY_HAND = frozenset(method for method in PaymentMethod if method.is_paid_back_by_hand)

_WHERE = {
    PaymentMethod.COD: "marketplace.payments.cod.CashOnDelivery",
    PaymentMethod.VIETQR: "marketplace.payments.vietqr.BankTransfer",
    PaymentMethod.STRIPE: "marketplace.payments.stripe_api.Cards",
}


def method_of(code: str) -> Method:
    """The method of this code."""
    module, _dot, name = _WHERE[PaymentMethod(code)].rpartition(".")
    method: Method = getattr(import_module(module), name)()
    return method
