from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fulfilments import Fulfilment, FulfilmentState


class FulfilmentEvent(models.Model):
    """What happened to a fulfilment, when, and by whose hand (nobody's: a carrier told it, or the shopper did it).

    ``state`` is where it stood afterwards: one that was only shortened stands where it stood.
    """

    fulfilment = models.ForeignKey(Fulfilment, on_delete=models.CASCADE, related_name="events")
    state = models.CharField(_("state"), max_length=12, choices=FulfilmentState)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("done by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("event of a fulfilment")
        verbose_name_plural = _("events of fulfilments")
        constraints = [
            models.CheckConstraint(
                name="fulfilment_event_state_is_known", condition=Q(state__in=FulfilmentState.values)
            )
        ]
        indexes = [models.Index(fields=["fulfilment", "id"], name="fulfilment_event_in_order")]

    def __str__(self) -> str:
        return f"{self.fulfilment_id}: {self.state}"
