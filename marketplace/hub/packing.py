"""The work of the packing hub on a gift box: parts come in, are lost or replaced, the box is packed and sent.

Every act locks the order with its fulfilments first, then the job and its parts, then supplies. What comes in is
delivered at the hub and not sold yet: the sale is that of the box, once its recipient has it.
"""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from marketplace.hub.models import BoxJob, BoxPart, LossReason, PartLoss, Remedy
from marketplace.hub.supplies import take_supplies
from marketplace.orders.collecting import amount_to_collect
from marketplace.orders.models import Fulfilment, FulfilmentState, Order, OrderItem, Packing
from marketplace.orders.return_rules import Failure
from marketplace.orders.services import (
    accept_fulfilment,
    deliver_fulfilment,
    fail_fulfilment,
    pack_fulfilment,
    ship_fulfilment,
)
from marketplace.orders.services.fulfilling import arrival_of
from marketplace.orders.services.pieces import replace_pieces
from marketplace.orders.services.steps import lock_fulfilment, write_event
from marketplace.shipping.carriers.manual import ManualCarrier
from marketplace.shipping.carriers.ports import Parcel, Party
from marketplace.shipping.rules import WaybillStep
from ocop_badges.days import ZONE
from ocop_badges.errors import DomainError, InvalidFact

from .losses import compensate_spoilt, refund_pieces

COMES = frozenset({FulfilmentState.PACKED, FulfilmentState.SHIPPED, FulfilmentState.DELIVERED})
_OPEN_BOX = frozenset({FulfilmentState.PLACED, FulfilmentState.ACCEPTED})


def new_boxes() -> QuerySet[Fulfilment]:
    """The boxes of confirmed orders that no hub has taken in yet."""
    boxes = Fulfilment.objects.filter(packing=Packing.BOX, box_job=None, hub__isnull=False)
    return boxes.exclude(state__in=[FulfilmentState.WAITING, FulfilmentState.CANCELLED])


@transaction.atomic
def open_jobs(*, at: datetime) -> int:
    """Take in the boxes of orders confirmed since the last time; how many were new. Each belongs to one hub for good:
    the one whose tariff the order was placed under."""
    boxes = list(new_boxes().order_by("pk"))
    if not boxes:
        return 0
    items: dict[int, list[OrderItem]] = {}
    inside = OrderItem.objects.filter(fulfilment__box__in=boxes).select_related("line", "fulfilment").order_by("pk")
    for item in inside:
        items.setdefault(item.fulfilment.box_id or 0, []).append(item)
    jobs = [
        BoxJob(fulfilment=box, hub_id=box.hub_id, boxes=items[box.pk][0].line.quantity, opened_at=at)
        for box in boxes
        if box.hub_id is not None and items.get(box.pk)
    ]
    BoxJob.objects.bulk_create(jobs, ignore_conflicts=True)
    stored = BoxJob.objects.filter(fulfilment__in=[job.fulfilment_id for job in jobs])
    parts = [BoxPart(job=job, item=item) for job in stored.order_by("pk") for item in items[job.fulfilment_id]]
    BoxPart.objects.bulk_create(parts, ignore_conflicts=True)
    return len(jobs)


@transaction.atomic
def receive_part(*, part_id: int, count: int, at: datetime, by: Any = None) -> BoxPart:
    """So many good pieces came in. What a producer sends is delivered once all that is wanted of it lies here.

    Raises ``InvalidFact`` (field ``count``) for more than are missing; ``DomainError`` ``not-sent`` (409) while its
    producer has not packed it, ``box-closed`` (409) once the box is packed.
    """
    _order, inbound, part = _lock_part(part_id)
    if inbound.state not in COMES:
        raise DomainError(_("Its producer has not said yet that this is packed."), code="not-sent")
    if not 1 <= count <= part.missing:
        text = _("Of this, {count} are still missing.").format(count=part.missing)
        raise InvalidFact(text, field="count", code="wrong-count")
    part.received += count
    part.save(update_fields=["received"])
    if not part.missing:
        part.losses.filter(remedy=Remedy.REPLACE, done_at=None).update(done_at=at)
    _settle_inbound(inbound, at=at, by=by)
    return part


@transaction.atomic
def report_loss(
    *,
    part_id: int,
    quantity: int,
    reason: LossReason,
    remedy: Remedy,
    at: datetime,
    by: Any = None,
    note: str = "",
    key: UUID | None = None,
) -> PartLoss:
    """Pieces that cannot go into the box. Their producer is asked in the part's history to send them again, which
    leaves its stock; where too few are free, or ``remedy`` says so, they are taken out and their price is due back.

    What was reported with a ``key`` counts once. Raises as ``receive_part``.
    """
    order, inbound, part = _lock_part(part_id)
    known = PartLoss.objects.filter(part=part, key=key).first() if key else None
    if known is not None:
        return known
    if inbound.state not in COMES:
        raise DomainError(_("Its producer has not said yet that this is packed."), code="not-sent")
    most = part.received if reason is LossReason.SPOILED_HERE else part.missing
    if not 1 <= quantity <= most:
        text = _("At most {count} of this can be lost that way.").format(count=most)
        raise InvalidFact(text, field="quantity", code="wrong-count")
    if reason is LossReason.SPOILED_HERE:
        part.received -= quantity
        part.save(update_fields=["received"])
    if remedy is Remedy.REPLACE and not _replace(inbound, part.item, quantity, at=at):
        remedy = Remedy.REFUND
        note = " – ".join(text for text in (_("none is left to send"), note.strip()) if text)
    loss = PartLoss.objects.create(
        part=part,
        key=key,
        quantity=quantity,
        reason=reason,
        remedy=remedy,
        note=note.strip()[:255],
        reported_at=at,
        reported_by=by,
        done_at=at if remedy is Remedy.REFUND else None,
    )
    said = f"{quantity} × {part.item.sku}: {reason.label} – {remedy.label}"
    write_event(inbound, at=at, by=by, note=" – ".join(text for text in (said, loss.note) if text))
    if reason is LossReason.SPOILED_HERE:
        compensate_spoilt(order, part.item, loss, at=at)
    if remedy is Remedy.REFUND:
        refund_pieces(order, inbound, part.item, loss, at=at, by=by)
        inbound.refresh_from_db()
        _settle_inbound(inbound, at=at, by=by)
    return loss


@transaction.atomic
def pack_box(*, job_id: int, at: datetime, on: date, by: Any = None) -> BoxJob:
    """Everything wanted lies in the box, closed. Boxes and fillers leave the hub's supplies.

    Raises ``DomainError``: ``parts-missing``, ``supplies-out``, ``wrong-state`` (409).
    """
    job, box = _lock_job(job_id)
    parts = list(job.parts.select_related("item"))
    if any(part.missing for part in parts) or not any(part.wanted for part in parts):
        raise DomainError(_("Not everything that goes into the box is at the hub yet."), code="parts-missing")
    if box.state == FulfilmentState.PLACED:
        accept_fulfilment(fulfilment_id=box.pk, at=at, by=by)
    pack_fulfilment(fulfilment_id=box.pk, at=at, on=on, by=by)
    take_supplies(job, at=at, by=by)
    return job


@transaction.atomic
def ship_box(*, job_id: int, carrier: str, number: str = "", at: datetime, by: Any = None) -> BoxJob:
    """A carrier has the box. Raises ``InvalidFact`` without a carrier or for a number that is another parcel's."""
    job, box = _lock_job(job_id)
    recipient, hub = box.recipient, job.hub
    parcel = Parcel(
        key=f"fulfilment:{box.pk}",
        sender=Party(hub.name, hub.phone, hub.address, "", hub.province.name, province_code=hub.province.code),
        recipient=Party(
            recipient.name,
            recipient.phone,
            recipient.street,
            recipient.commune_name,
            recipient.province_name,
            recipient.commune.code or "",
            recipient.province.code,
        ),
        weight_g=box.weight_g,
        collect=amount_to_collect(box),
        number=number,
    )
    ship_fulfilment(fulfilment_id=box.pk, carrier=carrier, tracking_number=number, at=at, by=by)
    manual = ManualCarrier(carrier)
    announced = manual.create_waybill(parcel, at=at)
    manual.record(announced, WaybillStep.TAKEN, at=at, by=by)
    return job


@transaction.atomic
def end_box(*, job_id: int, failure: Failure | None, at: datetime, by: Any = None) -> BoxJob:
    """The recipient has the box, or it could not be delivered for a reason. Raises ``wrong-state`` (409)."""
    job, box = _lock_job(job_id)
    if failure is None:
        deliver_fulfilment(fulfilment_id=box.pk, at=at, by=by)
    else:
        fail_fulfilment(fulfilment_id=box.pk, failure=failure, at=at, by=by)
    manual = ManualCarrier(box.carrier)
    state = WaybillStep.DELIVERED if failure is None else WaybillStep.FAILED
    manual.record(manual.number_of(f"fulfilment:{box.pk}"), state, at=at, by=by)
    return job


def _lock_job(job_id: int) -> tuple[BoxJob, Fulfilment]:
    fulfilment_id = BoxJob.objects.filter(pk=job_id).values_list("fulfilment_id", flat=True).first()
    if fulfilment_id is None:
        raise DomainError(_("There is no such box."), code="unknown-box", status=404)
    _order, box, _all = lock_fulfilment(fulfilment_id)
    return BoxJob.objects.locked().select_related("hub__province").get(pk=job_id), box


def _lock_part(part_id: int) -> tuple[Order, Fulfilment, BoxPart]:
    known = BoxPart.objects.filter(pk=part_id).values_list("item__fulfilment_id", "job_id").first()
    if known is None:
        raise DomainError(_("There is no such part of a box."), code="unknown-part", status=404)
    order, inbound, all_of_it = lock_fulfilment(known[0])
    BoxJob.objects.locked().get(pk=known[1])
    part = BoxPart.objects.select_for_update(of=("self",)).select_related("item").get(pk=part_id)
    if all_of_it[inbound.box_id or 0].state not in _OPEN_BOX:
        raise DomainError(_("This box is packed, or comes to nothing."), code="box-closed")
    return order, inbound, part


def _replace(inbound: Fulfilment, item: OrderItem, quantity: int, *, at: datetime) -> bool:
    on = at.astimezone(ZONE).date()
    box = {each.pk: each for each in (inbound, inbound.box) if each is not None}
    return replace_pieces(item, quantity, arrives_on=arrival_of(inbound, box, on=on), at=at)


def _settle_inbound(inbound: Fulfilment, *, at: datetime, by: Any) -> None:
    """Call it delivered at the hub once all of it is here."""
    if inbound.state == FulfilmentState.DELIVERED or inbound.state not in COMES:
        return
    parts = BoxPart.objects.filter(item__fulfilment=inbound).select_related("item")
    if any(part.missing for part in parts):
        return
    if inbound.state == FulfilmentState.PACKED:
        ship_fulfilment(fulfilment_id=inbound.pk, carrier=_("brought to the hub"), at=at, by=by)
    deliver_fulfilment(fulfilment_id=inbound.pk, at=at, by=by, at_hub=True)
