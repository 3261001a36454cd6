"""Goods that will not be sent: a whole order, a part of it, or what a producer has too few of. Only before packing.

An operator also cancels what was packed and never left. Goods go back to stock unless they are lost, vouchers too
where nothing is left of the order. What was paid for them is due back, and the shipping of every part of which nothing
is left.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.orders import cancelled_unpaid, letters
from marketplace.orders.models import (
    Fulfilment,
    FulfilmentEvent,
    FulfilmentState,
    Order,
    OrderItem,
    OrderState,
    RefundReason,
)
from marketplace.orders.money import portion_of, remaining
from marketplace.orders.rules import OPERATORS_STEPS, STEPS, Step
from marketplace.orders.services.confirming import lock_vouchers_of
from marketplace.orders.services.emptying import emptied_boxes
from marketplace.orders.services.pieces import give_back_pieces
from marketplace.orders.services.refunding import Share, is_paid, owe
from marketplace.orders.services.steps import (
    check_step,
    end_order,
    lock_fulfilment,
    lock_order,
    take_step,
    write_event,
)
from ocop_badges.errors import DomainError, InvalidFact


class Actor(StrEnum):
    """Who cancels."""

    SHOPPER = "by-shopper"
    PRODUCER = "by-producer"
    OPERATOR = "by-operator"

    @property
    def steps(self) -> Mapping[Step, frozenset[Step]]:
        """The table of steps that holds for them."""
        return OPERATORS_STEPS if self is Actor.OPERATOR else STEPS


@transaction.atomic
def cancel_order(
    *, order_id: int, actor: Actor, at: datetime, by: Any = None, note: str = "", came_back: bool = True
) -> Order:
    """Cancel everything of an order. Doing so again changes nothing. ``came_back`` as in ``cancel_fulfilment``.

    Raises ``DomainError``: ``packed-already`` (409) where a part of it can no longer be cancelled, ``unknown-order``.
    """
    order, fulfilments = lock_order(order_id)
    if order.cancelled_at is not None:
        return order
    items = _items_in(fulfilments)
    counts = {item: remaining(item) for item in items}
    _cancel(order, fulfilments, counts, actor=actor, at=at, by=by, note=note, came_back=came_back)
    return order


@transaction.atomic
def cancel_fulfilment(
    *, fulfilment_id: int, actor: Actor, at: datetime, by: Any = None, note: str = "", came_back: bool = True
) -> Fulfilment:
    """Cancel what one producer was to send, or a whole gift box.

    A shopper cancels gift bundles whole: what other producers were to send of them is cancelled too. Where a producer
    or the operator cancels, the rest of a bundle still goes; its share of the price is due back.
    Of what was packed already ``came_back`` says whether it goes into the stock again, or is lost.
    Raises ``DomainError``: ``wrong-state``, ``packed-already`` (409), ``unknown-fulfilment`` (404); ``unpaid`` (409)
    for a part of an order that is still to be paid, whose total is what is paid.
    """
    order, fulfilment, all_of_it = lock_fulfilment(fulfilment_id)
    check_step(fulfilment, Step.CANCELLED, steps=actor.steps)
    items = _items_in(all_of_it)
    own = {item for item in items if fulfilment.pk in (item.fulfilment_id, all_of_it[item.fulfilment_id].box_id)}
    if actor is Actor.SHOPPER:
        bundles = {item.line_id for item in own if item.line.is_bundle}
        own |= {item for item in items if item.line_id in bundles}
    counts = {item: remaining(item) for item in own}
    _cancel(order, all_of_it, counts, actor=actor, at=at, by=by, note=note, came_back=came_back)
    fulfilment.refresh_from_db()
    return fulfilment


@transaction.atomic
def cancel_shortage(
    *,
    fulfilment_id: int,
    counts: Mapping[int, int],
    at: datetime,
    by: Any = None,
    note: str = "",
    actor: Actor = Actor.PRODUCER,
) -> Fulfilment:
    """So many of some items of a fulfilment, by their ids, are not there after all. The rest still goes.

    Raises ``InvalidFact`` (field ``counts``) for what is not in it; else as ``cancel_fulfilment``.
    """
    order, fulfilment, all_of_it = lock_fulfilment(fulfilment_id)
    check_step(fulfilment, Step.CANCELLED)
    items = {item.pk: item for item in _items_in({fulfilment.pk: fulfilment})}
    wrong = not counts or any(pk not in items or not 1 <= count <= remaining(items[pk]) for pk, count in counts.items())
    if wrong:
        raise InvalidFact(_("There are not so many in this part of the order."), field="counts", code="wrong-count")
    _cancel(
        order,
        all_of_it,
        {items[pk]: count for pk, count in counts.items()},
        actor=actor,
        at=at,
        by=by,
        note=note,
    )
    fulfilment.refresh_from_db()
    return fulfilment


def can_cancel(fulfilments: Iterable[Fulfilment], *, actor: Actor = Actor.SHOPPER) -> bool:
    """Whether nothing of this is packed yet, nor ended; for an operator, whether nothing has left yet."""
    return all(Step.CANCELLED in actor.steps[Step(each.state)] for each in fulfilments)


def _items_in(fulfilments: Mapping[int, Fulfilment]) -> list[OrderItem]:
    """Those of which something is left, in id order."""
    found = OrderItem.objects.filter(fulfilment__in=list(fulfilments)).select_related("line").order_by("pk")
    return [item for item in found if remaining(item)]


def _cancel(
    order: Order,
    fulfilments: Mapping[int, Fulfilment],
    counts: Mapping[OrderItem, int],
    *,
    actor: Actor,
    at: datetime,
    by: Any,
    note: str,
    came_back: bool = True,
) -> None:
    touched = {fulfilments[item.fulfilment_id].pk for item in counts}
    if not counts or not can_cancel((fulfilments[pk] for pk in touched), actor=actor):
        raise DomainError(_("Some of this is packed already: it can no longer be cancelled."), code="packed-already")
    was_unpaid = order.state == OrderState.AWAITING_PAYMENT
    if was_unpaid and any(counts.get(item, 0) < remaining(item) for item in _items_in(fulfilments)):
        raise DomainError(_("This order is not paid yet: it can only be cancelled as a whole."), code="unpaid")
    was_paid = {pk: is_paid(order, fulfilments[pk]) for pk in touched}
    lock_vouchers_of(order)
    packed = {item for item in counts if fulfilments[item.fulfilment_id].state == FulfilmentState.PACKED}
    give_back_pieces(counts, packed=packed, came_back=came_back, at=at)
    shares = []
    for item, count in sorted(counts.items(), key=lambda pair: pair[0].pk):
        fulfilment = fulfilments[item.fulfilment_id]
        if was_paid[fulfilment.pk]:
            shares.append(Share(fulfilment, portion_of(item, count).goods, item, count))
        item.cancelled += count
        item.save(update_fields=["cancelled"])
    ended = _end_emptied(fulfilments, touched)
    told = f"{actor.value}: {note}" if note else actor.value
    events: list[FulfilmentEvent] = []
    for fulfilment in ended:
        fulfilment.failure = told[:255]
        step = take_step(fulfilment, Step.CANCELLED, at=at, by=by, note=told, steps=actor.steps)
        events.append(step)
    for pk in sorted(touched - {each.pk for each in ended}):
        gone = ", ".join(f"{count} × {item.sku}" for item, count in counts.items() if item.fulfilment_id == pk)
        events.append(write_event(fulfilments[pk], at=at, by=by, note=f"{told} – {gone}"))
    if any(was_paid.values()):
        shares += [Share(each, each.shipping + each.assembly) for each in ended]
    refund = owe(order, shares, key=f"cancelled:{events[0].pk}", reason=RefundReason.CANCELLED, at=at, by=by, note=told)
    end_order(order, reason=actor.value, at=at)
    words = note if actor is Actor.PRODUCER else ""
    letters.tell_cancelled(order, counts, event=events[0], words=words, refund=refund, at=at)
    if was_unpaid:
        transaction.on_commit(partial(cancelled_unpaid.tell, order), robust=True)


def _end_emptied(fulfilments: Mapping[int, Fulfilment], touched: Iterable[int]) -> list[Fulfilment]:
    """Those of the touched of which nothing is left, and the boxes into which nothing goes any more."""
    left = {item.fulfilment_id for item in _items_in(fulfilments)}
    ended = [fulfilments[pk] for pk in sorted(touched) if pk not in left]
    return [*ended, *(fulfilments[box_id] for box_id in emptied_boxes(ended))]
