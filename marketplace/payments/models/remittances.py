from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.orders.models import Fulfilment


class RemittanceBatchQuerySet(models.QuerySet["RemittanceBatch"]):
    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class RemittanceBatch(models.Model):
    """A carrier's list of what it collected on delivery and hands over in one transfer, less its fees."""

    carrier = models.CharField(_("carrier"), max_length=40)
    reference = models.CharField(_("reference of the carrier"), max_length=80)
    paid_on = models.DateField(_("paid on"))
    created_at = models.DateTimeField(_("created at"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("created by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    booked_at = models.DateTimeField(_("booked at"), null=True, blank=True)

    objects = RemittanceBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("remittance of a carrier")
        verbose_name_plural = _("remittances of carriers")
        constraints = [
            models.UniqueConstraint(fields=["carrier", "reference"], name="remittance_batch_is_told_once"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.reference}"


class RemittanceLine(models.Model):
    """What a carrier says it collected for one parcel, in đồng, and what it keeps of that as its fee."""

    batch = models.ForeignKey(RemittanceBatch, on_delete=models.CASCADE, related_name="lines")
    fulfilment = models.OneToOneField(Fulfilment, on_delete=models.PROTECT, related_name="remittance_line")
    collected = models.PositiveBigIntegerField(_("collected"))
    fee = models.PositiveBigIntegerField(_("fee"), default=0)

    class Meta:
        verbose_name = _("line of a remittance")
        verbose_name_plural = _("lines of a remittance")
        constraints = [
            models.CheckConstraint(name="remittance_line_is_of_something", condition=Q(collected__gt=0) | Q(fee__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.fulfilment_id}: {self.collected}"
