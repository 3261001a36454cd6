"""What shoppers report: "this logo looks wrong"."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ocop_badges.ids import new_public_id
from ocop_badges.inspections.rules import ReportState
from ocop_badges.models import Certificate, EvidenceFile

from .inspections import Inspection


class ReportStatus(models.TextChoices):
    NEW = ReportState.NEW.value, _("new")
    IN_REVIEW = ReportState.IN_REVIEW.value, _("in review")
    CLOSED = ReportState.CLOSED.value, _("closed")


class ReportOutcome(models.TextChoices):
    MARK_RIGHT = "mark_right", _("the mark is used rightly")
    MISUSE_CONFIRMED = "misuse_confirmed", _("misuse confirmed")
    NOT_OURS = "not_ours", _("not about the OCOP mark")


class MarkReportQuerySet(models.QuerySet["MarkReport"]):
    def with_contact(self) -> Self:
        return self.exclude(contact="")

    def closed_before(self, at: datetime) -> Self:
        return self.filter(state=ReportState.CLOSED, closed_at__lt=at)


class MarkReport(models.Model):
    """One report. It goes to the officers of the product's province; without a product to the national ones."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    product = models.ForeignKey(
        "catalog.Product",
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mark_reports",
    )
    certificate = models.ForeignKey(
        Certificate,
        verbose_name=_("certificate"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mark_reports",
    )
    place = models.CharField(_("where it was seen"), max_length=500, blank=True)
    text = models.TextField(_("what looks wrong"), max_length=2000)
    contact = models.CharField(_("how to reach the sender"), max_length=200, blank=True)
    contact_forgotten_at = models.DateTimeField(_("contact erased at"), null=True, blank=True)
    photo = models.ForeignKey(
        EvidenceFile, verbose_name=_("photo"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    received_at = models.DateTimeField(_("received at"))
    state = models.CharField(_("state"), max_length=10, choices=ReportStatus, default=ReportStatus.NEW)
    taken_at = models.DateTimeField(_("taken at"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("taken by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=16, blank=True, choices=ReportOutcome)
    inspection = models.ForeignKey(
        Inspection,
        verbose_name=_("inspection"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="mark_reports",
    )

    objects = MarkReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report of a logo")
        verbose_name_plural = _("reports of logos")
        constraints = [
            models.CheckConstraint(name="mark_report_state_is_known", condition=Q(state__in=ReportStatus.values)),
            models.CheckConstraint(name="mark_report_says_what_is_wrong", condition=~Q(text="")),
            models.CheckConstraint(
                name="mark_report_without_product_says_where", condition=Q(product__isnull=False) | ~Q(place="")
            ),
            models.CheckConstraint(
                name="mark_report_closed_has_an_outcome",
                condition=Q(state=ReportState.CLOSED, outcome__in=ReportOutcome.values, closed_at__isnull=False)
                | (~Q(state=ReportState.CLOSED) & Q(outcome="", closed_at__isnull=True)),
            ),
        ]
        indexes = [models.Index(fields=["state", "-received_at", "-id"], name="mark_report_by_state")]

    def __str__(self) -> str:
        return self.public_id


class ReportNote(models.Model):
    """What an officer wrote down about a report."""

    report = models.ForeignKey(MarkReport, verbose_name=_("report"), on_delete=models.CASCADE, related_name="notes")
    text = models.CharField(_("note"), max_length=1000)
    at = models.DateTimeField(_("at"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("note on a report")
        verbose_name_plural = _("notes on reports")

    def __str__(self) -> str:
        return self.text[:60]


class ReportSender(models.Model):
    """How often somebody reported on one day. ``key`` is a keyed hash of address and day: no address is kept."""

    key = models.CharField(max_length=64, primary_key=True)
    at = models.JSONField(default=list)  # the instants of the day's reports, in seconds since the epoch
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("count of reports")
        verbose_name_plural = _("counts of reports")
        indexes = [models.Index(fields=["expires_at"], name="report_sender_by_end")]

    def __str__(self) -> str:
        return self.key[:8]
