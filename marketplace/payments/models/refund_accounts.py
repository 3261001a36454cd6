from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from marketplace.orders.models import Order


class RefundAccount(models.Model):
    """Where a shopper wants money back that a person transfers. Kept only until all of it went back, never logged."""

    order = models.OneToOneField(Order, on_delete=models.CASCADE, related_name="refund_account")
    bank_bin = models.CharField(_("bank"), max_length=6)
    number = models.CharField(_("account number"), max_length=19)
    holder = models.CharField(_("account holder"), max_length=120)
    given_at = models.DateTimeField(_("given at"))

    class Meta:
        verbose_name = _("account for a refund")
        verbose_name_plural = _("accounts for refunds")
        constraints = [
            models.CheckConstraint(
                name="refund_account_is_whole", condition=~Q(bank_bin="") & ~Q(number="") & ~Q(holder="")
            )
        ]

    def __str__(self) -> str:
        return f"…{self.number[-4:]}"
