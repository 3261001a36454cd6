"""An order as its page and the API tell it, in a bounded number of queries."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from marketplace.orders.models import Fulfilment, Order, OrderItem, OrderLine, OrderState, Packing, Recipient, Refund
from marketplace.orders.rules import EXPIRED
from marketplace.orders.services import Placed
from marketplace.payments.leftovers import waits_for_the_rest
from marketplace.payments.methods import MethodUnavailable, PaymentStart
from marketplace.payments.models import Payment
from marketplace.payments.rules import PaymentStatus
from marketplace.payments.services import check_payment, start_of
from marketplace.payments.vietqr import account
from marketplace.settlement.banks import BANKS


@dataclass(frozen=True, slots=True)
class FulfilmentFacts:
    """One part of an order; ``inbound`` are the parts that go into it, of a gift box."""

    fulfilment: Fulfilment
    items: list[OrderItem]
    inbound: list["FulfilmentFacts"]

    @property
    def is_box(self) -> bool:
        return self.fulfilment.packing == Packing.BOX


@dataclass(frozen=True, slots=True)
class Transfer:
    """What a bank transfer says, for who cannot scan the code: it may be on the very screen they hold."""

    bank: str
    account: str
    holder: str
    amount: int
    content: str


@dataclass(frozen=True, slots=True)
class OrderFacts:
    """``status`` is judged at an instant; ``payment`` is where it stands and the way on; ``left`` is to be paid yet."""

    order: Order
    status: str
    recipients: list[Recipient]
    lines: list[OrderLine]
    fulfilments: list[FulfilmentFacts]
    refunds: list[Refund]
    payment: PaymentStart
    left: int

    @property
    def parcels(self) -> list[FulfilmentFacts]:
        """What arrives at recipients: parts that go into a box come with it."""
        return [each for each in self.fulfilments if each.fulfilment.packing != Packing.INBOUND]

    @property
    def transfer(self) -> Transfer | None:
        """To where and how to transfer, while that is the way to pay."""
        to = account() if self.payment.qr is not None else None
        if to is None:
            return None
        bank = BANKS.get(to.bank_bin, "")
        return Transfer(bank, to.number, to.name, self.left, self.order.number)

    def lines_of(self, recipient: Recipient) -> list[OrderLine]:
        return [line for line in self.lines if line.recipient_id == recipient.pk]


def look_for_payment(order: Order, *, at: datetime) -> None:
    """Bring an unpaid order up to what its provider knows, where there is one to ask and it answers.

    Whoever waits for their order then need not wait for a webhook, which may be late or lost.
    """
    if order.state == OrderState.AWAITING_PAYMENT:
        with suppress(MethodUnavailable):
            check_payment(order, at=at)
            order.refresh_from_db()


def load_order(order: Order, *, at: datetime, start: PaymentStart | None = None) -> OrderFacts:
    """Six queries, whatever the size of the order. ``start`` is how its payment was begun, if it just was."""
    parts = order.fulfilments.select_related("producer", "box").order_by("position")
    payment = Payment.objects.filter(order=order).first()
    if start is None and payment is not None:
        start = start_of(payment, order)
    status = order.status_at(at)
    if start is not None and status == EXPIRED:
        # Its goods are kept no longer: nobody is led to pay for them, but who has paid a part is, for the rest.
        waits = payment is not None and waits_for_the_rest(payment, order, at=at)
        start = PaymentStart(status=start.status, qr=start.qr if waits else None)
    return OrderFacts(
        order=order,
        status=status,
        recipients=list(order.recipients.order_by("position")),
        lines=list(order.lines.order_by("position")),
        fulfilments=_with_items(parts, order.items.order_by("pk")),
        refunds=list(order.refunds.order_by("pk")),
        payment=start or PaymentStart(status=PaymentStatus.PENDING),
        left=order.total - (payment.captured - payment.refunded if payment else 0),
    )


def facts_of(placed: Placed, *, start: PaymentStart, at: datetime) -> OrderFacts:
    """Of an order that was just placed: the same, without any query."""
    order = placed.order
    return OrderFacts(
        order=order,
        status=order.status_at(at),
        recipients=list(placed.recipients),
        lines=list(placed.lines),
        fulfilments=_with_items(placed.fulfilments, placed.items),
        refunds=[],
        payment=start,
        left=order.total,
    )


def _with_items(parts: Iterable[Fulfilment], items: Iterable[OrderItem]) -> list[FulfilmentFacts]:
    found = {part.pk: FulfilmentFacts(part, [], []) for part in parts}
    for item in items:
        found[item.fulfilment_id].items.append(item)
    for facts in found.values():
        if (box := facts.fulfilment.box_id) is not None:
            found[box].inbound.append(facts)
    return list(found.values())
