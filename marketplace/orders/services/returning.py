"""Goods that come back: asked for by the shopper, decided by the producer, received piece by piece, paid back.

The sale of what came back is reversed exactly as it was booked. Shipping is due back only where everything of a parcel
came back and the seller is at fault (``return_rules.SELLERS_FAULT``).
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Sum
from django.utils.translation import gettext as _

from marketplace.orders import letters
from marketplace.orders.models import (
    Fulfilment,
    FulfilmentState,
    Order,
    OrderItem,
    RefundReason,
    Return,
    ReturnItem,
    ReturnState,
)
from marketplace.orders.money import add_up, portion_of, remaining, shipping_part
from marketplace.orders.return_rules import (
    OPEN_RETURNS,
    RETURN_STEPS,
    SELLERS_FAULT,
    Complaint,
    ReturnStep,
    may_return,
)
from marketplace.orders.services.pieces import put_back_pieces
from marketplace.orders.services.refunding import Share, arrives_by, owe
from marketplace.orders.services.steps import lock_order
from ocop_badges.errors import DomainError, InvalidFact


@transaction.atomic
def request_return(
    *, order_id: int, counts: Mapping[int, int], reason: Complaint, note: str = "", at: datetime
) -> list[Return]:
    """The shopper wants to send so many of each item, by their ids, back: one return for each producer's parcel.

    Raises ``InvalidFact`` (field ``counts``) for more than there is, or what is in no parcel that was delivered;
    ``DomainError`` ``too-late`` (409) after the last day (``last_return_day``), ``unknown-order`` (404).
    """
    order, _fulfilments = lock_order(order_id)
    items = {item.pk: item for item in order.items.select_related("fulfilment__box").order_by("pk")}
    free = returnable(order)
    if not counts or any(pk not in items or not 1 <= count <= free.get(pk, 0) for pk, count in counts.items()):
        raise InvalidFact(_("There are not so many to send back."), field="counts", code="wrong-count")
    by_parcel: dict[int, list[OrderItem]] = {}
    for pk in sorted(counts):
        item = items[pk]
        if not may_return(arrives_by(item.fulfilment).delivered_at, at=at):
            raise DomainError(_("The time to send this back is over."), code="too-late")
        by_parcel.setdefault(item.fulfilment_id, []).append(item)
    requests = []
    for parcel_items in by_parcel.values():
        request = Return.objects.create(
            order=order,
            fulfilment=parcel_items[0].fulfilment,
            reason=reason.value,
            note=note[:500],
            requested_at=at,
        )
        ReturnItem.objects.bulk_create(
            ReturnItem(request=request, item=item, quantity=counts[item.pk]) for item in parcel_items
        )
        requests.append(request)
    return requests


def returnable(order: Order) -> dict[int, int]:
    """How many of each item, by id, could still be asked to be sent back; whether in time is another question."""
    asked = dict(
        ReturnItem.objects.filter(request__order=order, request__state__in=[step.value for step in OPEN_RETURNS])
        .order_by()
        .values_list("item_id")
        .annotate(Sum("quantity"))
    )
    return {
        item.pk: left
        for item in order.items.select_related("fulfilment__box").order_by("pk")
        if arrives_by(item.fulfilment).state == FulfilmentState.DELIVERED
        and item.fulfilment.state == FulfilmentState.DELIVERED
        and (left := remaining(item) - asked.get(item.pk, 0)) > 0
    }


def returnable_at(order: Order, *, at: datetime) -> dict[int, int]:
    """How many of each item, by id, may be asked at that instant to be sent back. Three queries."""
    left = returnable(order)
    return {
        item.pk: left[item.pk]
        for item in order.items.filter(pk__in=left).select_related("fulfilment__box")
        if may_return(arrives_by(item.fulfilment).delivered_at, at=at)
    }


@transaction.atomic
def decide_return(*, return_id: int, accept: bool, reason: str = "", at: datetime, by: Any = None) -> Return:
    """The producer accepts it, or refuses it with a reason. Raises ``DomainError`` ``wrong-state`` (409)."""
    order, request = _locked(return_id)
    reason = reason.strip()
    if not accept and not reason:
        raise InvalidFact(_("Say why you refuse it."), field="reason", code="required")
    _step(request, ReturnStep.ACCEPTED if accept else ReturnStep.REFUSED)
    request.decided_at, request.decided_by, request.decision = at, by, reason[:500]
    request.save()
    letters.tell_return_decided(order, request, at=at)
    return request


@transaction.atomic
def withdraw_return(*, return_id: int, at: datetime) -> Return:
    """The shopper keeps the goods after all. Raises ``DomainError`` ``wrong-state`` (409)."""
    _order, request = _locked(return_id)
    _step(request, ReturnStep.WITHDRAWN)
    request.withdrawn_at = at
    request.save()
    return request


@transaction.atomic
def receive_return(*, return_id: int, arrived: Mapping[int, tuple[int, int]], at: datetime, by: Any = None) -> Return:
    """What came back, for each item's id: how many, and how many of those are fit for sale. Items not named did not.

    Fit goods go into the stock again, and the money of all that came back is due back to the shopper.
    Raises ``InvalidFact`` (field ``arrived``) for more than was asked for; ``DomainError`` ``wrong-state`` (409).
    """
    order, request = _locked(return_id)
    _step(request, ReturnStep.RECEIVED)
    rows = list(request.items.select_related("item__pack").order_by("item_id"))
    _write_arrived(rows, arrived)
    request.received_at, request.received_by = _after_earlier(order, at), by
    request.save()
    put_back_pieces({row.item: row.fit for row in rows if row.fit}, at=at)
    shares, parts = [], []
    for row in rows:
        count = row.received or 0
        portion = portion_of(row.item, count)
        shares.append(Share(request.fulfilment, portion.goods, row.item, count))
        parts.append(portion)
        row.item.returned += count
        row.item.save(update_fields=["returned"])
    assembly = 0
    for parcel, fee in _carriage_due(request):
        shares.append(Share(parcel, fee))
        if parcel.producer_id is None:
            assembly += fee
        else:
            parts.append(shipping_part(parcel.producer_id, fee, legal_form=rows[0].item.legal_form))
    refund = owe(
        order,
        shares,
        key=f"return:{request.pk}",
        reason=RefundReason.RETURNED,
        at=at,
        by=by,
        note=request.get_reason_display(),
        reversed_parts=add_up(parts),
        assembly=assembly,
    )
    if refund is not None:
        letters.tell_refund_due(order, refund, at=at)
    return request


def _locked(return_id: int) -> tuple[Order, Return]:
    order_id = Return.objects.filter(pk=return_id).values_list("order_id", flat=True).first()
    if order_id is None:
        raise DomainError(_("There is no such return."), code="unknown-return", status=404)
    order, fulfilments = lock_order(order_id)
    request = Return.objects.locked().get(pk=return_id)
    request.fulfilment = fulfilments[request.fulfilment_id]
    return order, request


def _step(request: Return, to: ReturnStep) -> None:
    if to not in RETURN_STEPS[ReturnStep(request.state)]:
        text = _("This return is “{state}”: it cannot become “{to}”.").format(
            state=ReturnState(request.state).label, to=ReturnState(to.value).label
        )
        raise DomainError(text, code="wrong-state")
    request.state = ReturnState(to.value)


def _write_arrived(rows: list[ReturnItem], arrived: Mapping[int, tuple[int, int]]) -> None:
    known = {row.item_id for row in rows}
    if set(arrived) - known or not any(came for came, _fit in arrived.values()):
        raise InvalidFact(_("Say how many of which goods came back."), field="arrived", code="wrong-count")
    for row in rows:
        came, fit = arrived.get(row.item_id, (0, 0))
        if not 0 <= fit <= came <= row.quantity:
            raise InvalidFact(
                _("Of {sku} at most {count} were to come back.").format(sku=row.item.sku, count=row.quantity),
                field="arrived",
                code="wrong-count",
            )
        row.received, row.fit = came, fit
    ReturnItem.objects.bulk_update(rows, ["received", "fit"])


def _after_earlier(order: Order, at: datetime) -> datetime:
    """Returns are received in the order of their instants, whoever read the clock first: so they are invoiced too."""
    last: datetime | None = order.returns.aggregate(last=Max("received_at"))["last"]
    return at if last is None else max(at, last + timedelta(microseconds=1))


def _carriage_due(request: Return) -> list[tuple[Fulfilment, int]]:
    """The shipping that is due back with what just came back: of whole parcels, if the seller is at fault.

    A gift box's own fees are due once all of it came back so.
    """
    if Complaint(request.reason) not in SELLERS_FAULT:
        return []
    parcel = request.fulfilment
    if _is_left(parcel) or _complains_elsewhere(parcel):
        return []
    due = [(parcel, parcel.shipping)]
    box = parcel.box
    if box is not None and not any(
        _is_left(each) or _complains_elsewhere(each)
        for each in Fulfilment.objects.filter(box=box, state=FulfilmentState.DELIVERED)
    ):
        due.append((box, box.shipping + box.assembly))
    return due


def _is_left(parcel: Fulfilment) -> bool:
    return any(remaining(item) for item in OrderItem.objects.filter(fulfilment=parcel))


def _complains_elsewhere(parcel: Fulfilment) -> bool:
    """Whether some of it came back only because it was no longer wanted."""
    blameless = [reason.value for reason in set(Complaint) - SELLERS_FAULT]
    return Return.objects.filter(fulfilment=parcel, state=ReturnState.RECEIVED, reason__in=blameless).exists()
