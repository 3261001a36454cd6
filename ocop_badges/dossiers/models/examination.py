"""What authorities make of a file. Facts: written once, each with who recorded it and when."""

from decimal import Decimal
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ocop_badges.dossiers.rules import Sheet
from ocop_badges.models.recording import RecordedFact

from .dossiers import Dossier
from .requirements import Criterion, RoundLevel


class CommuneCheck(RecordedFact):
    """Form 03: what the commune found (article 7.2)."""

    dossier = models.ForeignKey(
        Dossier, verbose_name=_("file"), on_delete=models.PROTECT, related_name="commune_checks"
    )
    attempt = models.PositiveSmallIntegerField(_("handing-in"))
    is_complete = models.BooleanField(_("complete and true"))
    note = models.CharField(_("note"), max_length=2000, blank=True)
    checked_on = models.DateField(_("checked on"))

    class Meta:
        verbose_name = _("commune's check")
        verbose_name_plural = _("communes' checks")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "attempt"], name="commune_checks_a_file_once"),
            models.CheckConstraint(name="commune_says_what_is_missing", condition=Q(is_complete=True) | ~Q(note="")),
        ]

    def __str__(self) -> str:
        return f"{self.checked_on}: {self.is_complete}"


class DossierReturn(RecordedFact):
    """A file sent back to its producer, with the reasons."""

    dossier = models.ForeignKey(Dossier, verbose_name=_("file"), on_delete=models.PROTECT, related_name="returns")
    attempt = models.PositiveSmallIntegerField(_("handing-in"))
    reason = models.CharField(_("reasons"), max_length=2000)
    returned_on = models.DateField(_("returned on"))

    class Meta:
        verbose_name = _("return of a file")
        verbose_name_plural = _("returns of files")
        constraints = [
            models.UniqueConstraint(fields=["dossier", "attempt"], name="file_is_returned_once_for_each_handing_in"),
            models.CheckConstraint(name="return_of_a_file_gives_its_reasons", condition=~Q(reason="")),
        ]

    def __str__(self) -> str:
        return f"{self.returned_on}: {self.reason}"


class ScoreSheetQuerySet(models.QuerySet["ScoreSheet"]):
    def of_step(self, dossier: Dossier) -> Self:
        """The sheets about a file as it lies now: of its last handing-in and of the council it lies or lay with."""
        return self.filter(dossier=dossier, attempt=dossier.attempt, level=dossier.last_level.value).order_by(
            "recorded_at", "id"
        )

    def as_sheets(self) -> list[Sheet]:
        return [sheet.as_sheet() for sheet in self]


class ScoreSheet(RecordedFact):
    """What one member of a council made of a file: points, or a conflict of interest declared with its reason.

    Written once: a sheet handed in is locked. ``recorded_by`` is the member; the name stays when the user is gone.
    """

    dossier = models.ForeignKey(Dossier, verbose_name=_("file"), on_delete=models.PROTECT, related_name="score_sheets")
    attempt = models.PositiveSmallIntegerField(_("handing-in"))
    level = models.CharField(_("council"), max_length=10, choices=RoundLevel)
    member_name = models.CharField(_("member"), max_length=300)
    has_conflict = models.BooleanField(_("conflict of interest"), default=False)
    conflict_reason = models.CharField(_("reason of the conflict"), max_length=500, blank=True)
    total = models.DecimalField(_("total"), max_digits=5, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("note"), max_length=2000, blank=True)

    objects = ScoreSheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["dossier", "attempt", "level", "recorded_by"], name="member_scores_a_file_once"
            ),
            models.CheckConstraint(name="score_sheet_level_is_known", condition=Q(level__in=RoundLevel.values)),
            models.CheckConstraint(
                name="score_sheet_has_points_or_a_conflict",
                condition=Q(has_conflict=True, total__isnull=True) & ~Q(conflict_reason="")
                | Q(has_conflict=False, total__isnull=False, conflict_reason=""),
            ),
            models.CheckConstraint(
                name="score_sheet_is_out_of_100", condition=Q(total__isnull=True) | Q(total__gte=0, total__lte=100)
            ),
        ]

    def __str__(self) -> str:
        return self.member_name

    def as_sheet(self) -> Sheet:
        """This sheet as the rules see it."""
        return Sheet(points=self.total or Decimal(0), has_conflict=self.has_conflict)


class SheetPoints(models.Model):
    """The points a member of a council gives for a criterion."""

    sheet = models.ForeignKey(
        ScoreSheet, verbose_name=_("score sheet"), on_delete=models.PROTECT, related_name="points"
    )
    criterion = models.ForeignKey(Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="+")
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)

    class Meta:
        verbose_name = _("points of a score sheet")
        verbose_name_plural = _("points of score sheets")
        constraints = [
            models.UniqueConstraint(fields=["sheet", "criterion"], name="sheet_scores_a_criterion_once"),
            models.CheckConstraint(name="sheet_points_are_out_of_100", condition=Q(points__gte=0, points__lte=100)),
        ]

    def __str__(self) -> str:
        return f"{self.criterion.code}: {self.points}"


class DepartmentTaskQuerySet(models.QuerySet["DepartmentTask"]):
    def open(self) -> Self:
        return self.filter(done_on__isnull=True)


class DepartmentTask(RecordedFact):
    """What a department is asked for while a file is examined: a test, an opinion, a visit."""

    dossier = models.ForeignKey(Dossier, verbose_name=_("file"), on_delete=models.PROTECT, related_name="tasks")
    department = models.CharField(_("department"), max_length=200)
    what = models.CharField(_("what it is asked for"), max_length=1000)
    given_on = models.DateField(_("given on"))
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    note = models.CharField(_("answer"), max_length=2000, blank=True)
    done_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answer recorded by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = DepartmentTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task for a department")
        verbose_name_plural = _("tasks for departments")
        constraints = [
            models.CheckConstraint(name="task_names_a_department", condition=~Q(department="")),
            models.CheckConstraint(name="task_says_what_is_asked", condition=~Q(what="")),
            models.CheckConstraint(name="task_is_due_after_it_is_given", condition=Q(due_on__gte=F("given_on"))),
            models.CheckConstraint(
                name="task_is_done_after_it_is_given",
                condition=Q(done_on__isnull=True) | Q(done_on__gte=F("given_on")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.department}: {self.what}"
