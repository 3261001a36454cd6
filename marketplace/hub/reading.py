"""The boxes of a hub as its pages show them: where each stands, and what is still missing."""

from dataclasses import dataclass
from enum import StrEnum

from django.db.models import Prefetch, QuerySet

from marketplace.hub.models import BoxJob, BoxPart, PackingHub, PartLoss, Supply
from marketplace.orders.models import Fulfilment, FulfilmentState

MOST = 200  # boxes on the page


class Stage(StrEnum):
    """Where a box stands for the packer."""

    AWAITING = "awaiting"
    COMPLETE = "complete"
    PACKED = "packed"
    SHIPPED = "shipped"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Box:
    job: BoxJob
    fulfilment: Fulfilment
    parts: list[BoxPart]
    stage: Stage

    @property
    def missing(self) -> int:
        return sum(part.missing for part in self.parts)


def load_boxes(hub: PackingHub, *, ended: bool = False) -> list[Box]:
    """Those that must leave first stand first. Three queries."""
    jobs = BoxJob.objects.at_hub(hub)
    if ended:
        done = jobs.exclude(pk__in=jobs.open().values("pk"))
        return _boxes(done.order_by("-pk"))
    return _boxes(jobs.open().order_by("fulfilment__ship_by", "pk"))


def find_box(hub: PackingHub, job_id: int) -> Box | None:
    """A box of this hub; None for that of another."""
    return next(iter(_boxes(BoxJob.objects.at_hub(hub).filter(pk=job_id))), None)


def load_losses(box: Box) -> list[PartLoss]:
    found = PartLoss.objects.filter(part__job=box.job).select_related("part__item", "reported_by")
    return list(found.order_by("-pk"))


def load_supplies(hub: PackingHub) -> list[Supply]:
    return list(Supply.objects.filter(hub=hub).order_by("kind", "name", "pk"))


def _boxes(jobs: QuerySet[BoxJob]) -> list[Box]:
    parts = BoxPart.objects.select_related("item__fulfilment", "item__producer").order_by("pk")
    found = jobs.select_related("fulfilment__order", "fulfilment__recipient")
    return [_box(job) for job in found.prefetch_related(Prefetch("parts", parts))[:MOST]]


def _box(job: BoxJob) -> Box:
    parts = [part for part in job.parts.all() if part.wanted or part.received]
    return Box(job, job.fulfilment, parts, _stage(job.fulfilment, parts))


def _stage(fulfilment: Fulfilment, parts: list[BoxPart]) -> Stage:
    match FulfilmentState(fulfilment.state):
        case FulfilmentState.PACKED:
            return Stage.PACKED
        case FulfilmentState.SHIPPED:
            return Stage.SHIPPED
        case FulfilmentState.PLACED | FulfilmentState.ACCEPTED:
            return Stage.AWAITING if any(part.missing for part in parts) or not parts else Stage.COMPLETE
    return Stage.ENDED
