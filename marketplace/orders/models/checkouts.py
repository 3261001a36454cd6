from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .orders import Order


class CheckoutAttempt(models.Model):
    """One ``Idempotency-Key`` of one actor: what was asked, by its hash, and the answer once there is one.

    Made before anything else, in a transaction of its own; ``leased_until`` says until when whoever works on it may
    be believed alive. ``order`` is set in the transaction that places it, so that a retry goes on from there.
    """

    actor = models.CharField(max_length=60)
    key = models.CharField(max_length=255)
    body_hash = models.CharField(max_length=64)
    order = models.ForeignKey(Order, null=True, on_delete=models.CASCADE, related_name="attempts")
    status = models.PositiveSmallIntegerField(null=True)
    answer = models.JSONField(null=True)
    created_at = models.DateTimeField()
    leased_until = models.DateTimeField()

    class Meta:
        verbose_name = _("checkout attempt")
        verbose_name_plural = _("checkout attempts")
        constraints = [
            models.UniqueConstraint(fields=["actor", "key"], name="idempotency_key_is_used_once_by_an_actor"),
            models.CheckConstraint(
                name="checkout_attempt_has_status_and_answer",
                condition=Q(status__isnull=True, answer__isnull=True) | Q(status__isnull=False, answer__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["created_at"], name="checkout_attempt_by_age")]

    def __str__(self) -> str:
        return f"{self.actor} {self.key}"
