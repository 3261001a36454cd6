from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .certificates import Certificate
from .recording import RecordedFact


class CorrectedField(models.TextChoices):
    """What can have been written down wrongly. Those after the dot stand in the revocation."""

    STARS = "stars", _("stars")
    SCORE = "score", _("score")
    DECISION_NUMBER = "decision_number", _("decision number")
    ISSUING_AUTHORITY = "issuing_authority", _("issuing authority")
    AUTHORITY = "authority", _("level of the authority")
    ISSUED_ON = "issued_on", _("issued on")
    VALID_FROM = "valid_from", _("first day with stars")
    VALID_UNTIL = "valid_until", _("last day with stars")
    END_REASON = "end_reason", _("why the end differs from the legal one")
    COVERS = "covers", _("what it covers")
    LEGAL_BASIS = "legal_basis", _("legal basis")
    EVIDENCE = "evidence", _("evidence")
    REVOCATION_GROUND = "revocation.ground", _("ground of the revocation")
    REVOCATION_DECISION = "revocation.decision_number", _("decision number of the revocation")
    REVOCATION_DAY = "revocation.effective_on", _("first day without stars")


class Correction(RecordedFact):
    """A clerical error put right: one field of a fact, as it was written and as it reads from ``recorded_at`` on.

    The corrected row holds ``after``; what was known earlier is read back from ``before``. Values are text as in JSON
    (days ``YYYY-MM-DD``), empty for none.
    """

    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.PROTECT, related_name="corrections"
    )
    field = models.CharField(_("field"), max_length=40, choices=CorrectedField)
    before = models.CharField(_("before"), max_length=500, blank=True)
    after = models.CharField(_("after"), max_length=500, blank=True)
    reason = models.CharField(_("reason"), max_length=500)

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        constraints = [
            models.CheckConstraint(name="correction_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(name="correction_changes_something", condition=~Q(before=F("after"))),
            models.CheckConstraint(name="correction_field_is_known", condition=Q(field__in=CorrectedField.values)),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.before} → {self.after}"
