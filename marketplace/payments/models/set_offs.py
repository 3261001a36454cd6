from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.orders.models import Refund


class SetOff(models.Model):
    """So much of a refund is not sent: the shopper has it already, as it was taken back before it was due."""

    refund = models.ForeignKey(Refund, verbose_name=_("refund"), on_delete=models.PROTECT, related_name="set_offs")
    amount = models.PositiveBigIntegerField(_("amount"))
    created_at = models.DateTimeField(_("set off at"))

    class Meta:
        verbose_name = _("refund set off")
        verbose_name_plural = _("refunds set off")
        constraints = [models.CheckConstraint(name="set_off_is_of_something", condition=Q(amount__gt=0))]

    def __str__(self) -> str:
        return f"{self.refund_id}: {self.amount}"
