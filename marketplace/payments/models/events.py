from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .payments import Payment


class EventSource(models.TextChoices):
    STRIPE = "stripe", "Stripe"
    BANK = "bank", _("bank")


class InboundEvent(models.Model):
    """A message of a provider whose signature held, stored in the transaction of its effect: it has one effect.

    ``outcome`` says in a word what it came to; ``object_id`` what it was about. The message itself is not kept.
    """

    source = models.CharField(_("source"), max_length=10, choices=EventSource)
    event_id = models.CharField(_("id"), max_length=255)
    kind = models.CharField(_("kind"), max_length=80)
    object_id = models.CharField(_("about"), max_length=255, blank=True)
    amount = models.BigIntegerField(_("amount"), null=True)
    content = models.CharField(_("content of the transfer"), max_length=500, blank=True)
    outcome = models.CharField(_("outcome"), max_length=40)
    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), null=True, on_delete=models.PROTECT, related_name="events"
    )
    received_at = models.DateTimeField(_("received at"))

    class Meta:
        verbose_name = _("inbound event")
        verbose_name_plural = _("inbound events")
        constraints = [
            models.UniqueConstraint(fields=["source", "event_id"], name="inbound_event_has_one_effect"),
            models.CheckConstraint(name="inbound_event_source_is_known", condition=Q(source__in=EventSource.values)),
        ]
        indexes = [models.Index(fields=["outcome", "-id"], name="inbound_event_by_outcome")]

    def __str__(self) -> str:
        return f"{self.source} {self.event_id}"
