from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from marketplace.orders.models import Order, OrderState, PaymentMethod


class PaymentQuerySet(models.QuerySet["Payment"]):
    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")

    def partly_paid(self) -> Self:
        """Those of which something came in and the rest is waited for."""
        return self.filter(order__state=OrderState.AWAITING_PAYMENT, captured__gt=0, captured__lt=F("amount"))


class Payment(models.Model):
    """How an order is paid, and how much of it came in and went back. Amounts in đồng.

    ``captured`` and ``refunded`` are the sums of the rows below, moved with them under this row's lock.
    """

    order = models.OneToOneField(Order, verbose_name=_("order"), on_delete=models.PROTECT, related_name="payment")
    method = models.CharField(_("method"), max_length=10, choices=PaymentMethod)
    amount = models.PositiveBigIntegerField(_("amount"))
    captured = models.PositiveBigIntegerField(_("received"), default=0)
    refunded = models.PositiveBigIntegerField(_("paid back"), default=0)
    reference = models.CharField(_("reference of the provider"), max_length=255, blank=True)
    redirect_url = models.URLField(_("page of the provider"), max_length=2_000, blank=True)
    checked_at = models.DateTimeField(_("last asked at"), null=True, blank=True)
    begun_at = models.DateTimeField(_("begun at"), null=True, blank=True)
    created_at = models.DateTimeField(_("created at"))

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        constraints = [
            models.CheckConstraint(name="payment_method_is_known", condition=Q(method__in=PaymentMethod.values)),
            models.CheckConstraint(
                name="payment_gives_back_at_most_what_came", condition=Q(refunded__lte=F("captured"))
            ),
            models.UniqueConstraint(
                fields=["method", "reference"], condition=~Q(reference=""), name="payment_reference_is_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount}"


class Capture(models.Model):
    """Money that came in. The same source counts once, however often it is told."""

    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="captures")
    source_id = models.CharField(_("id at the source"), max_length=255)
    amount = models.PositiveBigIntegerField(_("amount"))
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("money received")
        verbose_name_plural = _("money received")
        constraints = [
            models.UniqueConstraint(fields=["payment", "source_id"], name="capture_of_a_source_counts_once"),
            models.CheckConstraint(name="capture_is_of_something", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"{self.source_id}: {self.amount}"
