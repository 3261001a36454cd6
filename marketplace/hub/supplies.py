"""Boxes and fillers of a hub: counted under lock, so that two packers never take the same last box."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.hub.models import BoxJob, Supply, SupplyMove
from ocop_badges.errors import DomainError, InvalidFact

MOST_AT_ONCE = 100_000


def take_supplies(job: BoxJob, *, at: datetime, by: Any = None) -> None:
    """What a job's boxes are packed with leaves the hub's supplies, in the caller's transaction.

    Raises ``DomainError`` ``supplies-out`` (409) where there is too little of something.
    """
    supplies = list(Supply.objects.locked().filter(hub=job.hub_id, per_box__gt=0))
    short = [supply.name for supply in supplies if supply.on_hand < supply.per_box * job.boxes]
    if short:
        text = _("There is too little of: {names}. Count what has come in first.")
        raise DomainError(text.format(names=", ".join(short)), code="supplies-out")
    for supply in supplies:
        _move(supply, -supply.per_box * job.boxes, at=at, by=by, job=job)


@transaction.atomic
def add_supplies(*, supply_id: int, quantity: int, at: datetime, by: Any = None) -> Supply:
    """So many came in; below zero: fewer are there than were thought. Raises ``InvalidFact`` (field ``quantity``)."""
    supply = Supply.objects.locked().get(pk=supply_id)
    if quantity == 0 or abs(quantity) > MOST_AT_ONCE or supply.on_hand + quantity < 0:
        text = _("There are {count} of {name}.").format(count=supply.on_hand, name=supply.name)
        raise InvalidFact(text, field="quantity", code="wrong-count")
    _move(supply, quantity, at=at, by=by)
    return supply


def _move(supply: Supply, quantity: int, *, at: datetime, by: Any, job: BoxJob | None = None) -> None:
    supply.on_hand += quantity
    supply.save(update_fields=["on_hand"])
    SupplyMove.objects.create(supply=supply, quantity=quantity, job=job, at=at, by=by)
