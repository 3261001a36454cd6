from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fulfilments import Fulfilment
from .items import OrderItem
from .orders import Order


class RefundReason(models.TextChoices):
    CANCELLED = "cancelled", _("cancelled before it was packed")
    OUT_OF_STOCK = "out-of-stock", _("paid late, when the goods were gone")
    FAILED_DELIVERY = "failed-delivery", _("delivery failed")
    RETURNED = "returned", _("returned")
    GOODWILL = "goodwill", _("goodwill")
    OVERPAID = "overpaid", _("paid more than the order's total, or twice")
    DISPUTE = "dispute", _("decided by the card's bank")


class RefundQuerySet(models.QuerySet["Refund"]):
    def due(self) -> Self:
        return self.filter(done_at=None)

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Refund(models.Model):
    """Money that is due back to the shopper, in đồng, and why. ``key`` makes each reason count once.

    Payments carry it out and say so in ``done_at``; whatever they try meanwhile, the sum of an order's refunds never
    exceeds what was captured.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    key = models.CharField(max_length=80, unique=True)
    reason = models.CharField(_("reason"), max_length=20, choices=RefundReason)
    note = models.CharField(_("note"), max_length=255, blank=True)
    amount = models.PositiveBigIntegerField(_("amount"))
    created_at = models.DateTimeField(_("due since"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    done_at = models.DateTimeField(_("paid back at"), null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        constraints = [
            models.CheckConstraint(name="refund_is_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="refund_reason_is_known", condition=Q(reason__in=RefundReason.values)),
        ]
        indexes = [models.Index(fields=["id"], condition=Q(done_at=None), name="refund_due")]

    def __str__(self) -> str:
        return f"{self.order_id}: {self.amount}"


class RefundItem(models.Model):
    """The part of a refund that is for so many of one item; without an item, for a fulfilment's shipping."""

    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="items")
    item = models.ForeignKey(OrderItem, null=True, on_delete=models.PROTECT, related_name="refund_items")
    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.PROTECT, related_name="refund_items")
    quantity = models.PositiveIntegerField(_("quantity"), default=0)
    amount = models.PositiveBigIntegerField(_("amount"))

    def __str__(self) -> str:
        return f"{self.refund_id}: {self.amount}"
