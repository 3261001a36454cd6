"""What Stripe knows, asked of its API and never taken from a message: as plain facts. Amounts in đồng.

Every function raises as ``stripe_client.asking``. What is not in đồng, or not of an order, is told as it is; those who
record it judge that.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from marketplace.payments.stripe_client import asking, client

CURRENCY = "vnd"  # without a minor unit: an amount is a number of đồng
ORDER, REFUND = "order", "refund"  # keys of the metadata we give to Stripe's objects
_PAGE = 100


@dataclass(frozen=True, slots=True)
class Intent:
    """One payment by card. ``received`` counts once it ``is_paid``."""

    id: str
    order_number: str
    received: int
    currency: str
    is_paid: bool


@dataclass(frozen=True, slots=True)
class Checkout:
    """A page of Stripe on which an order can be paid. ``is_over``: nobody will pay on it any more."""

    id: str
    order_number: str
    is_over: bool
    intent: Intent | None


@dataclass(frozen=True, slots=True)
class SentBack:
    """A refund as Stripe has it. ``refund_id`` is ours, None where it was not we who asked for it."""

    id: str
    intent_id: str
    amount: int
    status: str
    refund_id: int | None

    @property
    def has_failed(self) -> bool:
        return self.status in {"failed", "canceled"}


@dataclass(frozen=True, slots=True)
class Dispute:
    """The card's bank takes a payment back, or tries to: ``status`` ``lost`` and ``won`` are its ends."""

    id: str
    intent_id: str
    amount: int
    status: str


Fact = Intent | Checkout | SentBack | Dispute


def fetch_checkout(session_id: str) -> list[Fact]:
    with asking():
        session = client().v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]})
    return [_checkout(session.to_dict())]


def fetch_intent(intent_id: str) -> Intent:
    with asking():
        return _intent(client().v1.payment_intents.retrieve(intent_id).to_dict())


def fetch_charge(charge_id: str) -> list[Fact]:
    """The payment that a charge belongs to, and everything that was paid back of it."""
    with asking():
        intent_id = _id(client().v1.charges.retrieve(charge_id).to_dict().get("payment_intent"))
    return [fetch_intent(intent_id), *refunds_of(intent_id)] if intent_id else []


def fetch_refund(refund_id: str) -> list[Fact]:
    with asking():
        back = _sent_back(client().v1.refunds.retrieve(refund_id).to_dict())
    return [fetch_intent(back.intent_id), back] if back.intent_id else []


def fetch_dispute(dispute_id: str) -> list[Fact]:
    with asking():
        dispute = _dispute(client().v1.disputes.retrieve(dispute_id).to_dict())
    return [fetch_intent(dispute.intent_id), dispute] if dispute.intent_id else []


def refunds_of(intent_id: str) -> list[SentBack]:
    """Oldest first."""
    with asking():
        found = client().v1.refunds.list({"payment_intent": intent_id, "limit": _PAGE})
        return [_sent_back(each) for each in _all(found)][::-1]


def list_since(since: datetime, *, disputes_since: datetime) -> Iterator[Fact]:
    """Everything that was begun since, in the order in which it makes sense: paid, paid back, disputed.

    A dispute lasts months, so those are asked for further back.
    """
    with asking():
        api, begun = client().v1, int(since.timestamp())
        yield from map(_intent, _all(api.payment_intents.list({"created": {"gte": begun}, "limit": _PAGE})))
        yield from map(
            _checkout,
            _all(
                api.checkout.sessions.list(
                    {"created": {"gte": begun}, "limit": _PAGE, "expand": ["data.payment_intent"]}
                )
            ),
        )
        refunds = [_sent_back(each) for each in _all(api.refunds.list({"created": {"gte": begun}, "limit": _PAGE}))]
        yield from reversed(refunds)
        lasting = int(disputes_since.timestamp())
        yield from map(_dispute, _all(api.disputes.list({"created": {"gte": lasting}, "limit": _PAGE})))


def _all(page: Any) -> Iterator[dict[str, Any]]:
    found: Iterable[Any] = page.auto_paging_iter()
    return (each.to_dict() for each in found)


def _id(value: Any) -> str:
    """The id of what may be expanded."""
    return str(value["id"] if isinstance(value, dict) else value or "")


def _intent(said: dict[str, Any]) -> Intent:
    return Intent(
        id=said["id"],
        order_number=(said.get("metadata") or {}).get(ORDER) or "",
        received=int(said.get("amount_received") or 0),
        currency=said.get("currency") or "",
        is_paid=said.get("status") == "succeeded",
    )


def _checkout(said: dict[str, Any]) -> Checkout:
    intent = said.get("payment_intent")
    was_paid_in_vain = said.get("status") == "complete" and said.get("payment_status") == "unpaid"
    is_hopeless = isinstance(intent, dict) and intent.get("status") in {"requires_payment_method", "canceled"}
    return Checkout(
        id=said["id"],
        order_number=said.get("client_reference_id") or "",
        is_over=said.get("status") == "expired" or (was_paid_in_vain and is_hopeless),
        intent=_intent(intent) if isinstance(intent, dict) else None,
    )


def _sent_back(said: dict[str, Any]) -> SentBack:
    ours = str((said.get("metadata") or {}).get(REFUND) or "")
    return SentBack(
        id=said["id"],
        intent_id=_id(said.get("payment_intent")),
        amount=int(said.get("amount") or 0),
        status=said.get("status") or "",
        refund_id=int(ours) if ours.isascii() and ours.isdigit() and len(ours) < 19 else None,
    )


def _dispute(said: dict[str, Any]) -> Dispute:
    return Dispute(
        id=said["id"],
        intent_id=_id(said.get("payment_intent")),
        amount=int(said.get("amount") or 0),
        status=said.get("status") or "",
    )
