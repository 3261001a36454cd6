from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Producer, Province
from marketplace.shipping import rules


class Region(models.TextChoices):
    NORTH = "north", _("North")
    CENTRE = "centre", _("Centre")
    SOUTH = "south", _("South")


class ZoneName(models.TextChoices):
    LOCAL = rules.Zone.LOCAL.value, _("within the province")
    NEAR = rules.Zone.NEAR.value, _("within the region")
    FAR = rules.Zone.FAR.value, _("elsewhere in the country")


class ProvinceRegion(models.Model):
    """The part of the country a province lies in, as carriers count."""

    province = models.OneToOneField(Province, on_delete=models.CASCADE, related_name="shipping_region")
    region = models.CharField(_("region"), max_length=10, choices=Region)

    class Meta:
        verbose_name = _("region of a province")
        verbose_name_plural = _("regions of provinces")

    def __str__(self) -> str:
        return f"{self.province_id}: {self.region}"


class ShippingTableQuerySet(models.QuerySet["ShippingTable"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class ShippingTable(models.Model):
    """What parcels cost in one zone, on the days it is in force: a producer's own table, or that of the shop."""

    producer = models.ForeignKey(
        Producer,
        verbose_name=_("producer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="shipping_tables",
    )
    zone = models.CharField(_("zone"), max_length=10, choices=ZoneName)
    transit_days = models.PositiveSmallIntegerField(_("days on the way"))
    more_per_kg = models.PositiveIntegerField(_("each kilogram above the last step, in đồng"), null=True, blank=True)
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    objects = ShippingTableQuerySet.as_manager()

    class Meta:
        verbose_name = _("shipping table")
        verbose_name_plural = _("shipping tables")
        constraints = [
            models.CheckConstraint(name="shipping_zone_is_known", condition=Q(zone__in=ZoneName.values)),
            models.CheckConstraint(
                name="shipping_table_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.UniqueConstraint(fields=["producer", "zone", "valid_from"], name="shipping_table_begins_once_a_day"),
            models.UniqueConstraint(
                fields=["zone", "valid_from"],
                condition=Q(producer__isnull=True),
                name="shops_shipping_table_begins_once_a_day",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_zone_display()} ({self.valid_from})"


class ShippingStep(models.Model):
    """One row of a table: the price up to a weight."""

    table = models.ForeignKey(ShippingTable, on_delete=models.CASCADE, related_name="steps")
    up_to_g = models.PositiveIntegerField(_("up to so many grams"))
    price = models.PositiveIntegerField(_("price in đồng"))

    class Meta:
        verbose_name = _("price up to a weight")
        verbose_name_plural = _("prices up to a weight")
        constraints = [
            models.UniqueConstraint(fields=["table", "up_to_g"], name="shipping_table_has_a_weight_once"),
            models.CheckConstraint(name="shipping_step_has_a_weight", condition=Q(up_to_g__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.up_to_g} g: {self.price}"
