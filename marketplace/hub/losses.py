"""Pieces that will not go into a gift box after all: they are not sold, and what was paid for them is due back.

What spoils at the hub the shop bears: their producer is owed for them all the same. What does not come, or comes
broken, was in its producer's care.
"""

from datetime import datetime
from typing import Any

from marketplace.hub.models import LossReason, PartLoss
from marketplace.orders import letters
from marketplace.orders.models import Fulfilment, FulfilmentState, Order, OrderItem, RefundReason
from marketplace.orders.money import portion_of, remaining, shipping_part
from marketplace.orders.return_rules import Failure
from marketplace.orders.rules import Step
from marketplace.orders.services import fail_fulfilment
from marketplace.orders.services.compensating import compensate
from marketplace.orders.services.confirming import lock_vouchers_of
from marketplace.orders.services.emptying import emptied_boxes
from marketplace.orders.services.refunding import Share, is_paid, owe
from marketplace.orders.services.steps import end_order, take_step

_FAILURES = {LossReason.MISSING: Failure.LOST, LossReason.BROKEN: Failure.DAMAGED}


def compensate_spoilt(order: Order, item: OrderItem, loss: PartLoss, *, at: datetime) -> None:
    """Owe the producer the pieces that spoilt at the hub; before anything is taken out of the order."""
    lost = portion_of(item, min(loss.quantity, remaining(item)))
    compensate(order, [lost], key=f"loss:{loss.pk}", at=at, note=f"{loss.quantity} × {item.sku}")


def refund_pieces(order: Order, inbound: Fulfilment, item: OrderItem, loss: PartLoss, *, at: datetime, by: Any) -> None:
    """Take the lost pieces of an item out of the order, whose rows this transaction has locked.

    Where nothing is left of a producer's part, its shipping is due back too: if it did not come, it has failed; if it
    did, the shop bears its way to the hub. Where nothing is left for the box, the box is cancelled, its fees due back.
    """
    reason = LossReason(loss.reason)
    left = sum(remaining(each) for each in OrderItem.objects.filter(fulfilment=inbound)) - loss.quantity
    if left == 0 and inbound.state != FulfilmentState.DELIVERED and reason in _FAILURES:
        if inbound.state == FulfilmentState.PACKED:
            take_step(inbound, Step.SHIPPED, at=at, by=by, note=str(reason.label))
        fail_fulfilment(
            fulfilment_id=inbound.pk,
            failure=_FAILURES[reason],
            at=at,
            by=by,
            note=loss.note,
            came_back=False,
            at_hub=True,
        )
        return
    lock_vouchers_of(order)
    box = inbound.box
    shares = [Share(inbound, portion_of(item, loss.quantity).goods, item, loss.quantity)]
    was_paid = is_paid(order, inbound)
    item.returned += loss.quantity
    item.save(update_fields=["returned"])
    if left == 0:
        shares.append(Share(inbound, inbound.shipping))
        carried = shipping_part(item.producer_id, inbound.shipping, legal_form=item.legal_form)
        compensate(order, [carried], key=f"carried:{inbound.pk}", at=at)
    if box is not None and emptied_boxes([inbound]):
        take_step(box, Step.CANCELLED, at=at, by=by, note=reason.value)
        shares.append(Share(box, box.assembly + box.shipping))
    if was_paid:
        refund = owe(
            order,
            shares,
            key=f"loss:{loss.pk}",
            reason=RefundReason.FAILED_DELIVERY,
            at=at,
            by=by,
            note=f"{loss.quantity} × {item.sku}: {reason.value}",
        )
        if refund is not None:
            letters.tell_refund_due(order, refund, at=at)
    end_order(order, reason="delivery-failed", at=at)
