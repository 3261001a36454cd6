from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .evidence import EvidenceFile


class RecordedFact(models.Model):
    """Who recorded a fact, when, and on which file: what we knew on a day can be told from what was so on that day."""

    recorded_at = models.DateTimeField(_("recorded at"), editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    evidence_file = models.ForeignKey(
        EvidenceFile,
        verbose_name=_("evidence file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        abstract = True
