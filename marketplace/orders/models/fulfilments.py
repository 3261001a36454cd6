from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from catalog.models import Producer
from marketplace.accounts.models import Membership
from marketplace.orders import rules

from .orders import Order, Recipient


class FulfilmentState(models.TextChoices):
    WAITING = rules.Step.WAITING.value, _("waiting for payment")
    PLACED = rules.Step.PLACED.value, _("to be accepted")
    ACCEPTED = rules.Step.ACCEPTED.value, _("accepted")
    PACKED = rules.Step.PACKED.value, _("packed")
    SHIPPED = rules.Step.SHIPPED.value, _("on its way")
    DELIVERED = rules.Step.DELIVERED.value, _("delivered")
    FAILED = rules.Step.FAILED.value, _("delivery failed")
    CANCELLED = rules.Step.CANCELLED.value, _("cancelled")


class Packing(models.TextChoices):
    """Which way a part of an order goes."""

    DIRECT = "direct", _("from the producer to the recipient")
    INBOUND = "inbound", _("from the producer to the packing hub")
    BOX = "box", _("as one gift box from the packing hub")


class FulfilmentQuerySet(models.QuerySet["Fulfilment"]):
    def visible_to(self, user: Any) -> Self:
        """Those of the producers for whom a person acts."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(producer__in=Membership.objects.active().filter(user=user).values("producer"))

    def of_producer(self, producer: Producer) -> Self:
        return self.filter(producer=producer)

    def open(self) -> Self:
        """Those in which somebody has still something to do."""
        return self.exclude(state__in=[FulfilmentState.WAITING, *(step.value for step in rules.ENDS)])

    def newest_first(self) -> Self:
        return self.order_by("-id")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Fulfilment(models.Model):
    """The part of an order that one producer sends to one recipient, or the gift box that a hub does.

    ``shipping`` and ``assembly`` are what the shopper pays for this part, in đồng. ``producer`` is empty for a box;
    ``hub`` is where a box is packed, whatever tariffs say later.
    """

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="fulfilments")
    recipient = models.ForeignKey(Recipient, on_delete=models.CASCADE, related_name="fulfilments")
    position = models.PositiveSmallIntegerField()
    producer = models.ForeignKey(
        Producer,
        verbose_name=_("producer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="fulfilments",
    )
    producer_name = models.CharField(_("producer"), max_length=255, blank=True)
    packing = models.CharField(pgettext_lazy("parcel", "way"), max_length=10, choices=Packing, default=Packing.DIRECT)
    box = models.ForeignKey(
        "self",
        verbose_name=_("gift box it goes into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inbound",
    )
    hub = models.ForeignKey(
        "hub.PackingHub",
        verbose_name=_("packing hub"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    state = models.CharField(_("state"), max_length=12, choices=FulfilmentState, default=FulfilmentState.WAITING)
    shipping = models.PositiveBigIntegerField(_("shipping"), default=0)
    assembly = models.PositiveBigIntegerField(_("box and assembly"), default=0)
    weight_g = models.PositiveIntegerField(_("weight in grams"), default=0)
    ship_by = models.DateField(_("to be sent by"))
    expected_on = models.DateField(_("expected at the recipient"))
    carrier = models.CharField(_("carrier"), max_length=40, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True)
    packed_at = models.DateTimeField(_("packed at"), null=True, blank=True)
    shipped_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    failed_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled at"), null=True, blank=True)
    failure = models.CharField(_("why it failed or was cancelled"), max_length=255, blank=True)

    objects = FulfilmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("fulfilment")
        verbose_name_plural = _("fulfilments")
        constraints = [
            models.UniqueConstraint(fields=["order", "position"], name="fulfilment_has_a_place_in_the_order"),
            models.CheckConstraint(name="fulfilment_state_is_known", condition=Q(state__in=FulfilmentState.values)),
            models.CheckConstraint(
                name="fulfilment_is_a_producers_or_a_box",
                condition=Q(packing=Packing.BOX, producer__isnull=True)
                | (~Q(packing=Packing.BOX) & Q(producer__isnull=False)),
            ),
            models.CheckConstraint(
                name="fulfilment_goes_into_a_box_if_inbound",
                condition=Q(packing=Packing.INBOUND, box__isnull=False)
                | (~Q(packing=Packing.INBOUND) & Q(box__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["producer", "state", "-id"], name="fulfilment_of_a_producer")]

    def __str__(self) -> str:
        return f"{self.order_id}/{self.position}"
