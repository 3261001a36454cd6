from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.orders.models import Fulfilment, FulfilmentState, OrderItem

from .hubs import PackingHub


class BoxJobQuerySet(models.QuerySet["BoxJob"]):
    def at_hub(self, hub: PackingHub) -> Self:
        return self.filter(hub=hub)

    def open(self) -> Self:
        """Those whose box is not with its recipient yet, and is still to go there."""
        return self.exclude(
            fulfilment__state__in=[FulfilmentState.DELIVERED, FulfilmentState.FAILED, FulfilmentState.CANCELLED]
        )

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class BoxJob(models.Model):
    """The work of a hub on one gift box, or several alike for one recipient: ``boxes`` of them."""

    fulfilment = models.OneToOneField(Fulfilment, on_delete=models.PROTECT, related_name="box_job")
    hub = models.ForeignKey(PackingHub, on_delete=models.PROTECT, related_name="jobs")
    boxes = models.PositiveIntegerField(_("boxes"))
    opened_at = models.DateTimeField(_("taken in at"))

    objects = BoxJobQuerySet.as_manager()

    class Meta:
        verbose_name = _("gift box to pack")
        verbose_name_plural = _("gift boxes to pack")
        constraints = [models.CheckConstraint(name="box_job_is_of_a_box", condition=Q(boxes__gt=0))]

    def __str__(self) -> str:
        return f"{self.hub_id}: {self.fulfilment_id}"


class BoxPart(models.Model):
    """An item that goes into a box, and how many good pieces of it lie at the hub."""

    job = models.ForeignKey(BoxJob, on_delete=models.CASCADE, related_name="parts")
    item = models.OneToOneField(OrderItem, on_delete=models.PROTECT, related_name="box_part")
    received = models.PositiveIntegerField(_("received"), default=0)

    class Meta:
        verbose_name = _("part of a gift box")
        verbose_name_plural = _("parts of a gift box")

    def __str__(self) -> str:
        return f"{self.job_id}: {self.item_id}"

    @property
    def wanted(self) -> int:
        """How many pieces are to go into the box."""
        return self.item.quantity - self.item.cancelled - self.item.returned

    @property
    def missing(self) -> int:
        return max(0, self.wanted - self.received)


class LossReason(models.TextChoices):
    MISSING = "missing", _("did not come")
    BROKEN = "broken", _("came broken")
    SPOILED_HERE = "spoiled-here", _("broken or spoiled at the hub")


class Remedy(models.TextChoices):
    REPLACE = "replace", _("the producer sends it again")
    REFUND = "refund", _("taken out of the box, its price is due back")


class PartLoss(models.Model):
    """Pieces that cannot go into the box, and what is done about it. ``done_at``: the matter is settled.

    ``key`` is that of the form in which it was reported.
    """

    part = models.ForeignKey(BoxPart, verbose_name=_("part"), on_delete=models.CASCADE, related_name="losses")
    key = models.UUIDField(null=True, blank=True, editable=False)
    quantity = models.PositiveIntegerField(_("quantity"))
    reason = models.CharField(_("reason"), max_length=15, choices=LossReason)
    remedy = models.CharField(_("what is done"), max_length=10, choices=Remedy)
    note = models.CharField(_("note"), max_length=255, blank=True)
    reported_at = models.DateTimeField(_("reported at"))
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    done_at = models.DateTimeField(_("settled at"), null=True, blank=True)

    class Meta:
        verbose_name = _("lost part of a gift box")
        verbose_name_plural = _("lost parts of gift boxes")
        constraints = [
            models.UniqueConstraint(fields=["part", "key"], name="part_loss_is_reported_once_by_a_form"),
            models.CheckConstraint(name="part_loss_is_of_something", condition=Q(quantity__gt=0)),
            models.CheckConstraint(name="part_loss_reason_is_known", condition=Q(reason__in=LossReason.values)),
            models.CheckConstraint(name="part_loss_remedy_is_known", condition=Q(remedy__in=Remedy.values)),
        ]

    def __str__(self) -> str:
        return f"{self.part_id}: {self.quantity} {self.reason}"
