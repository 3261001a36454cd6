"""Checks after certification: Decision 26/2026/QĐ-TTg, article 9."""

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ocop_badges.ids import new_public_id
from ocop_badges.inspections import rules
from ocop_badges.inspections.rules import Conclusion, InspectionState, Severity
from ocop_badges.models import Certificate, EvidenceFile, Revocation, Suspension
from ocop_badges.models.recording import RecordedFact
from ocop_badges.rules import Status


class InspectionKind(models.TextChoices):
    PERIODIC = "periodic", _("periodic")
    UNANNOUNCED = "unannounced", _("unannounced")


class InspectionStatus(models.TextChoices):
    PLANNED = InspectionState.PLANNED.value, _("planned")
    CARRIED_OUT = InspectionState.CARRIED_OUT.value, _("carried out")
    CONCLUDED = InspectionState.CONCLUDED.value, _("concluded")
    CANCELLED = InspectionState.CANCELLED.value, _("cancelled")


class InspectionConclusion(models.TextChoices):
    COMPLIES = Conclusion.COMPLIES.value, _("complies")
    TO_MEND = Conclusion.TO_MEND.value, _("faults to be mended")
    SUSPEND = Conclusion.SUSPEND.value, _("stars suspended")
    REVOKE = Conclusion.REVOKE.value, _("certificate to be revoked")
    DOWNGRADE = Conclusion.DOWNGRADE.value, _("to be ranked with fewer stars")


class InspectionQuerySet(models.QuerySet["Inspection"]):
    def public(self, day: date) -> Self:
        """Those anybody may know of: concluded, and none whose conclusion is yet to come."""
        return self.filter(state=InspectionState.CONCLUDED, concluded_on__lte=day)

    def with_overdue_findings(self, day: date) -> Self:
        return self.filter(Exists(Finding.objects.filter(inspection=OuterRef("pk")).overdue(day)))

    def awaiting_decision(self, day: date) -> Self:
        """Those whose conclusion asks for a decision of the authority that is not on record, while it still matters."""
        in_force = (Status.UPCOMING, Status.VALID, Status.SUSPENDED)
        return self.filter(
            state=InspectionState.CONCLUDED,
            conclusion__in=rules.DECIDED_BY_AUTHORITY,
            revocation__isnull=True,
            successor__isnull=True,
            certificate__in=Certificate.objects.with_status_on(day).filter(Q(("status__in", in_force))).values("pk"),
        )


class Inspection(RecordedFact):
    """One check of a product. An unannounced one is nobody's but the officers' until it was carried out.

    ``certificate`` is the one that spoke for the product on the day, None where it had none. ``suspension``,
    ``revocation`` and ``successor`` are what the conclusion led to.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), on_delete=models.PROTECT, related_name="inspections"
    )
    certificate = models.ForeignKey(
        Certificate,
        verbose_name=_("certificate"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inspections",
    )
    kind = models.CharField(_("kind"), max_length=12, choices=InspectionKind)
    state = models.CharField(_("state"), max_length=12, choices=InspectionStatus, default=InspectionStatus.PLANNED)
    planned_on = models.DateField(_("planned for"))
    note = models.CharField(_("why, and what to look at"), max_length=500, blank=True)
    inspectors = models.CharField(_("inspectors"), max_length=500, blank=True)
    carried_out_on = models.DateField(_("carried out on"), null=True, blank=True)
    concluded_on = models.DateField(_("concluded on"), null=True, blank=True)
    conclusion = models.CharField(_("conclusion"), max_length=10, blank=True, choices=InspectionConclusion)
    reason = models.CharField(_("reason"), max_length=1000, blank=True)
    suspension = models.ForeignKey(
        Suspension, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    revocation = models.ForeignKey(
        Revocation, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    successor = models.ForeignKey(
        Certificate, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = InspectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        constraints = [
            models.CheckConstraint(name="inspection_kind_is_known", condition=Q(kind__in=InspectionKind.values)),
            models.CheckConstraint(name="inspection_state_is_known", condition=Q(state__in=InspectionStatus.values)),
            models.CheckConstraint(
                name="inspection_carried_out_has_its_day_and_inspectors",
                condition=Q(state__in=[InspectionState.PLANNED, InspectionState.CANCELLED], carried_out_on__isnull=True)
                | (
                    Q(state__in=[InspectionState.CARRIED_OUT, InspectionState.CONCLUDED], carried_out_on__isnull=False)
                    & ~Q(inspectors="")
                ),
            ),
            models.CheckConstraint(
                name="inspection_concluded_has_conclusion_and_reason",
                condition=Q(
                    state=InspectionState.CONCLUDED,
                    conclusion__in=InspectionConclusion.values,
                    concluded_on__gte=F("carried_out_on"),
                )
                & ~Q(reason="")
                | (~Q(state=InspectionState.CONCLUDED) & Q(conclusion="", concluded_on__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["product", "state"], name="inspection_by_product"),
            models.Index(fields=["state", "-planned_on", "-id"], name="inspection_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.carried_out_on or self.planned_on}"

    @property
    def lacks_decision(self) -> bool:
        """Whether the conclusion asks for a decision of the authority that was not recorded with it, or since.

        It is awaited no more once the certificate ended otherwise: see ``awaiting_decision``.
        """
        is_on_record = self.revocation_id is not None or self.successor_id is not None
        return self.conclusion in rules.DECIDED_BY_AUTHORITY and not is_on_record

    @property
    def decide_by(self) -> date | None:
        """The last day for the decision that the conclusion asks for; None where the law sets none."""
        if self.concluded_on is None:
            return None
        return rules.decide_by(Conclusion(self.conclusion), self.concluded_on)


class FindingTopic(models.TextChoices):
    CRITERIA = "criteria", _("the criteria still hold")
    MARK = "mark", _("the OCOP mark is used rightly")
    LABEL = "label", _("label")
    FOOD_SAFETY = "food_safety", _("food safety")
    ENVIRONMENT = "environment", _("environment")
    ORIGIN = "origin", _("origin and local material")
    PAPERS = "papers", _("papers and test results")
    OTHER = "other", _("other")


class SeverityLevel(models.TextChoices):
    MINOR = Severity.MINOR.value, _("minor")
    MAJOR = Severity.MAJOR.value, _("major")
    CRITICAL = Severity.CRITICAL.value, _("critical")


class FindingQuerySet(models.QuerySet["Finding"]):
    def open(self) -> Self:
        return self.filter(mended_on__isnull=True)

    def overdue(self, day: date) -> Self:
        """Those that should have been mended before ``day``."""
        return self.open().filter(mend_by__lt=day)


class Finding(RecordedFact):
    """Something found wrong. ``mend_by`` is the last day for it to be mended, None where none was set."""

    inspection = models.ForeignKey(
        Inspection, verbose_name=_("inspection"), on_delete=models.PROTECT, related_name="findings"
    )
    topic = models.CharField(_("about"), max_length=12, choices=FindingTopic)
    severity = models.CharField(_("severity"), max_length=8, choices=SeverityLevel)
    text = models.CharField(_("what was found"), max_length=1000)
    mend_by = models.DateField(_("to be mended by"), null=True, blank=True)
    mended_on = models.DateField(_("mended on"), null=True, blank=True)
    mend_note = models.CharField(_("how it was mended"), max_length=500, blank=True)
    mend_file = models.ForeignKey(
        EvidenceFile, null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        constraints = [
            models.CheckConstraint(name="finding_topic_is_known", condition=Q(topic__in=FindingTopic.values)),
            models.CheckConstraint(name="finding_severity_is_known", condition=Q(severity__in=SeverityLevel.values)),
            models.CheckConstraint(name="finding_says_what_was_found", condition=~Q(text="")),
        ]
        indexes = [models.Index(fields=["inspection", "mended_on", "mend_by"], name="finding_by_inspection")]

    def __str__(self) -> str:
        return f"{self.get_topic_display()}: {self.text[:60]}"

    def is_overdue_on(self, day: date) -> bool:
        return self.mended_on is None and self.mend_by is not None and self.mend_by < day
