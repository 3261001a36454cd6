from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Province


class PackingHubQuerySet(models.QuerySet["PackingHub"]):
    def visible_to(self, user: Any) -> Self:
        """Those at which a person packs."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(posts__user=user)


class PackingHub(models.Model):
    """A house where gift boxes are packed."""

    name = models.CharField(_("name"), max_length=160)
    province = models.ForeignKey(Province, verbose_name=_("province"), on_delete=models.PROTECT, related_name="+")
    address = models.CharField(_("address"), max_length=255)
    phone = models.CharField(_("phone"), max_length=20, blank=True)
    is_open = models.BooleanField(_("open"), default=True)

    objects = PackingHubQuerySet.as_manager()

    class Meta:
        verbose_name = _("packing hub")
        verbose_name_plural = _("packing hubs")

    def __str__(self) -> str:
        return self.name


class HubPost(models.Model):
    """A person who packs at a hub."""

    hub = models.ForeignKey(PackingHub, verbose_name=_("packing hub"), on_delete=models.CASCADE, related_name="posts")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="hub_posts"
    )

    class Meta:
        verbose_name = _("packer of a hub")
        verbose_name_plural = _("packers of hubs")
        constraints = [models.UniqueConstraint(fields=["hub", "user"], name="hub_post_is_one_a_person")]

    def __str__(self) -> str:
        return f"{self.user_id} at {self.hub_id}"


class HubTariffQuerySet(models.QuerySet["HubTariffRow"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day, hub__is_open=True
        )


class HubTariffRow(models.Model):
    """What a hub asks for one gift box, on the days this is in force. Amounts in đồng."""

    hub = models.ForeignKey(PackingHub, on_delete=models.CASCADE, related_name="tariffs")
    assembly_fee = models.PositiveIntegerField(_("assembly"))
    box_fee = models.PositiveIntegerField(_("box and filler"))
    box_weight_g = models.PositiveIntegerField(_("weight of the empty box in grams"))
    handling_days = models.PositiveSmallIntegerField(_("days from the last part to the packed box"))
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    objects = HubTariffQuerySet.as_manager()

    class Meta:
        verbose_name = _("tariff of a hub")
        verbose_name_plural = _("tariffs of hubs")
        constraints = [
            models.UniqueConstraint(fields=["hub", "valid_from"], name="hub_tariff_begins_once_a_day"),
            models.CheckConstraint(
                name="hub_tariff_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.hub_id}: {self.assembly_fee + self.box_fee}"
