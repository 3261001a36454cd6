"""One step of a fulfilment: locked, checked by the table, written down with who and when; and how an order ends."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from marketplace.orders.models import (
    Fulfilment,
    FulfilmentEvent,
    FulfilmentState,
    Order,
    OrderState,
    Packing,
)
from marketplace.orders.rules import ENDS, STEPS, Step
from marketplace.orders.services.confirming import give_vouchers_back
from ocop_badges.errors import DomainError

_INSTANTS = {
    Step.ACCEPTED: "accepted_at",
    Step.PACKED: "packed_at",
    Step.SHIPPED: "shipped_at",
    Step.DELIVERED: "delivered_at",
    Step.FAILED: "failed_at",
    Step.CANCELLED: "cancelled_at",
}


def lock_order(order_id: int) -> tuple[Order, dict[int, Fulfilment]]:
    """An order and all of its fulfilments, by id, held to the end of the transaction. Raises ``DomainError`` (404)."""
    order = Order.objects.locked().filter(pk=order_id).first()
    if order is None:
        raise DomainError(_("There is no such order."), code="unknown-order", status=404)
    return order, {each.pk: each for each in Fulfilment.objects.locked().filter(order=order)}


def lock_fulfilment(fulfilment_id: int) -> tuple[Order, Fulfilment, dict[int, Fulfilment]]:
    """A fulfilment with its order and everything else of it. Raises ``DomainError`` (404)."""
    order_id = Fulfilment.objects.filter(pk=fulfilment_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise DomainError(_("There is no such part of an order."), code="unknown-fulfilment", status=404)
    order, all_of_it = lock_order(order_id)
    return order, all_of_it[fulfilment_id], all_of_it


def check_step(fulfilment: Fulfilment, to: Step, *, steps: Mapping[Step, frozenset[Step]] = STEPS) -> None:
    """Raises ``DomainError`` ``wrong-state`` where the table does not lead there."""
    if to not in steps[Step(fulfilment.state)]:
        text = _("This part of the order is “{state}”: it cannot become “{to}”.").format(
            state=FulfilmentState(fulfilment.state).label, to=FulfilmentState(to.value).label
        )
        raise DomainError(text, code="wrong-state")


def take_step(
    fulfilment: Fulfilment,
    to: Step,
    *,
    at: datetime,
    by: Any = None,
    note: str = "",
    steps: Mapping[Step, frozenset[Step]] = STEPS,
) -> FulfilmentEvent:
    """Lead a locked fulfilment on, as far as the table goes. Fields that the caller has set are saved too."""
    check_step(fulfilment, to, steps=steps)
    fulfilment.state = FulfilmentState(to.value)
    setattr(fulfilment, _INSTANTS[to], at)
    fulfilment.save()
    return write_event(fulfilment, at=at, by=by, note=note)


def write_event(fulfilment: Fulfilment, *, at: datetime, by: Any = None, note: str = "") -> FulfilmentEvent:
    return FulfilmentEvent.objects.create(fulfilment=fulfilment, state=fulfilment.state, at=at, by=by, note=note[:500])


def end_order(order: Order, *, reason: str, at: datetime) -> None:
    """Close a locked order once all of its parts have ended: completed if any reached its recipient, else cancelled.

    ``reason`` is why all of it was cancelled; where some of it was sent and never arrived, that is ``delivery-failed``.
    Vouchers go back with a cancelled order, so whoever may cancel it has locked them before any stock.
    """
    parts = Fulfilment.objects.filter(order=order)
    states = {Step(state) for state in parts.values_list("state", flat=True)}
    if not states <= ENDS:
        return
    if parts.filter(state=FulfilmentState.DELIVERED).exclude(packing=Packing.INBOUND).exists():
        order.state, order.completed_at = OrderState.COMPLETED, at
    else:
        give_vouchers_back(order, at=at)
        order.state, order.cancelled_at = OrderState.CANCELLED, at
        order.cancel_reason = reason if states == {Step.CANCELLED} else "delivery-failed"
    order.save(update_fields=["state", "cancelled_at", "cancel_reason", "completed_at"])
