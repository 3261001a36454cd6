from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .boxes import BoxJob
from .hubs import PackingHub


class SupplyKind(models.TextChoices):
    BOX = "box", _("box")
    FILLER = "filler", _("filler")
    OTHER = "other", _("ribbon, card, tape")


class SupplyQuerySet(models.QuerySet["Supply"]):
    def low(self) -> Self:
        return self.filter(on_hand__lte=F("low_at"))

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Supply(models.Model):
    """What a hub packs with: so many go into every box."""

    hub = models.ForeignKey(PackingHub, on_delete=models.CASCADE, related_name="supplies")
    kind = models.CharField(_("kind"), max_length=10, choices=SupplyKind)
    name = models.CharField(_("name"), max_length=120)
    per_box = models.PositiveIntegerField(_("for each box"), default=1)
    on_hand = models.PositiveIntegerField(_("on hand"), default=0)
    low_at = models.PositiveIntegerField(_("low from so many on"), default=0)

    objects = SupplyQuerySet.as_manager()

    class Meta:
        verbose_name = _("supply of a hub")
        verbose_name_plural = _("supplies of hubs")
        constraints = [
            models.UniqueConstraint(fields=["hub", "name"], name="supply_name_is_unique_at_its_hub"),
            models.CheckConstraint(name="supply_kind_is_known", condition=Q(kind__in=SupplyKind.values)),
        ]

    def __str__(self) -> str:
        return f"{self.name}: {self.on_hand}"


class SupplyMove(models.Model):
    """Supplies that came in (above zero) or went into a box (below)."""

    supply = models.ForeignKey(Supply, on_delete=models.CASCADE, related_name="moves")
    job = models.ForeignKey(BoxJob, null=True, blank=True, on_delete=models.SET_NULL, related_name="supply_moves")
    quantity = models.IntegerField(_("quantity"))
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        verbose_name = _("movement of supplies")
        verbose_name_plural = _("movements of supplies")
        constraints = [models.CheckConstraint(name="supply_move_is_of_something", condition=~Q(quantity=0))]

    def __str__(self) -> str:
        return f"{self.supply_id}: {self.quantity:+}"
