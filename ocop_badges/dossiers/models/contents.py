"""What a producer puts into a file."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ocop_badges.models import EvidenceFile

from .dossiers import Dossier
from .requirements import ChecklistItem, Criterion


class SelfAssessedPoints(models.Model):
    """The points a producer gives its own product for a criterion (Form 02)."""

    dossier = models.ForeignKey(
        Dossier, verbose_name=_("file"), on_delete=models.CASCADE, related_name="self_assessed_points"
    )
    criterion = models.ForeignKey(Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("self-assessed points")
        verbose_name_plural = _("self-assessed points")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "criterion"], name="criterion_is_self_assessed_once"),
            models.CheckConstraint(
                name="self_assessed_points_are_out_of_100", condition=Q(points__gte=0, points__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.points}"


class DossierEvidence(models.Model):
    """A document in a file: for an item of the checklist or for a criterion."""

    dossier = models.ForeignKey(Dossier, verbose_name=_("file"), on_delete=models.CASCADE, related_name="evidence")
    evidence_file = models.ForeignKey(
        EvidenceFile, verbose_name=_("evidence file"), on_delete=models.PROTECT, related_name="dossier_links"
    )
    item = models.ForeignKey(
        ChecklistItem,
        verbose_name=_("item of the checklist"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_until = models.DateField(
        _("last valid day"), null=True, blank=True, help_text=_("Of a test result or a certificate that ends.")
    )

    class Meta:
        verbose_name = _("evidence in a file")
        verbose_name_plural = _("evidence in files")
        constraints = [
            models.CheckConstraint(
                name="dossier_evidence_is_for_one_thing",
                condition=Q(item__isnull=False, criterion__isnull=True) | Q(item__isnull=True, criterion__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.evidence_file)


class TickedItem(models.Model):
    """An item of the checklist that a producer says is done, such as the samples handed over."""

    dossier = models.ForeignKey(Dossier, verbose_name=_("file"), on_delete=models.CASCADE, related_name="ticked_items")
    item = models.ForeignKey(
        ChecklistItem, verbose_name=_("item of the checklist"), on_delete=models.PROTECT, related_name="+"
    )
    ticked_at = models.DateTimeField(_("ticked at"))
    ticked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("ticked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("ticked item")
        verbose_name_plural = _("ticked items")
        constraints = [models.UniqueConstraint(fields=["dossier", "item"], name="checklist_item_is_ticked_once")]

    def __str__(self) -> str:
        return str(self.item)
