from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.shipping.rules import WaybillStep


class WaybillState(models.TextChoices):
    CREATED = WaybillStep.CREATED.value, _("announced")
    TAKEN = WaybillStep.TAKEN.value, _("on its way")
    DELIVERED = WaybillStep.DELIVERED.value, _("delivered")
    FAILED = WaybillStep.FAILED.value, _("not delivered")
    RETURNED = WaybillStep.RETURNED.value, _("back at the sender")
    CANCELLED = WaybillStep.CANCELLED.value, _("cancelled")


class WaybillQuerySet(models.QuerySet["Waybill"]):
    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Waybill(models.Model):
    """One parcel with one carrier. ``key`` is the sender's own name for it: a parcel is announced once.

    ``collect`` is what the carrier asks for at the door, in đồng. ``carried_by`` is the carrier's name where a person
    typed it: numbers are each carrier's own.
    """

    carrier = models.CharField(_("carrier"), max_length=40)
    carried_by = models.CharField(_("carried by"), max_length=40, blank=True, default="", db_default="")
    key = models.CharField(_("parcel"), max_length=80)
    number = models.CharField(_("tracking number"), max_length=60)
    state = models.CharField(_("state"), max_length=10, choices=WaybillState, default=WaybillState.CREATED)
    weight_g = models.PositiveIntegerField(_("weight in grams"))
    collect = models.PositiveBigIntegerField(_("to collect at the door, in đồng"), default=0)
    created_at = models.DateTimeField(_("announced at"))

    objects = WaybillQuerySet.as_manager()

    class Meta:
        verbose_name = _("waybill")
        verbose_name_plural = _("waybills")
        constraints = [
            models.UniqueConstraint(fields=["carrier", "key"], name="waybill_is_one_a_parcel"),
            models.UniqueConstraint(
                fields=["carrier", "carried_by", "number"], name="waybill_number_is_one_parcels_of_a_carrier"
            ),
            models.CheckConstraint(name="waybill_state_is_known", condition=Q(state__in=WaybillState.values)),
            models.CheckConstraint(name="waybill_has_key_and_number", condition=~Q(key="") & ~Q(number="")),
        ]

    def __str__(self) -> str:
        return f"{self.carried_by or self.carrier} {self.number}"


class WaybillEvent(models.Model):
    """A state that a waybill came to, when, and what was said of it."""

    waybill = models.ForeignKey(Waybill, on_delete=models.CASCADE, related_name="events")
    state = models.CharField(_("state"), max_length=10, choices=WaybillState)
    at = models.DateTimeField(_("at"))
    note = models.CharField(_("note"), max_length=255, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("event of a waybill")
        verbose_name_plural = _("events of a waybill")
        constraints = [models.UniqueConstraint(fields=["waybill", "state"], name="waybill_comes_to_a_state_once")]

    def __str__(self) -> str:
        return f"{self.waybill_id}: {self.state}"
