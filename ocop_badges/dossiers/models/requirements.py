"""What a regulation asks of a file, as dated data: its terms, its criteria and its checklist."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from ocop_badges import rules
from ocop_badges.dossiers.rules import Kind
from ocop_badges.dossiers.terms import Level, RoundDays, Terms
from ocop_badges.models import Regulation


class _Named(models.Model):
    """Something with a name in both languages."""

    name = models.CharField(_("name"), max_length=255)
    name_en = models.CharField(_("name in English"), max_length=255)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """The name in the language of the reader."""
        return self.name_en if (get_language() or "").startswith("en") else self.name


class FileTerms(models.Model):
    """How long the steps of a file take by a regulation."""

    regulation = models.OneToOneField(
        Regulation, verbose_name=_("regulation"), on_delete=models.PROTECT, related_name="file_terms"
    )
    commune_working_days = models.PositiveSmallIntegerField(_("working days for the commune's check"))
    decision_days = models.PositiveSmallIntegerField(_("days for the decision on a complete re-ranking file"))
    source = models.CharField(_("source"), max_length=255)

    class Meta:
        verbose_name = _("terms of files")
        verbose_name_plural = _("terms of files")

    def __str__(self) -> str:
        return str(self.regulation)

    def as_terms(self) -> Terms:
        """With the rounds of the regulation, as the rules see them. Prefetch ``regulation__evaluation_rounds``."""
        regulation: Any = self.regulation
        rounds: models.Manager[EvaluationRound] = regulation.evaluation_rounds
        return Terms(
            commune_working_days=self.commune_working_days,
            decision_days=self.decision_days,
            rounds=tuple(each.as_days() for each in rounds.all()),
        )


class RoundLevel(models.TextChoices):
    PROVINCE = Level.PROVINCE.value, _("provincial council")
    MINISTRY = Level.MINISTRY.value, _("central council")


class EvaluationRound(models.Model):
    """A round of every year: files that lie with the council by one day are decided by another."""

    regulation = models.ForeignKey(
        Regulation, verbose_name=_("regulation"), on_delete=models.PROTECT, related_name="evaluation_rounds"
    )
    level = models.CharField(_("council"), max_length=10, choices=RoundLevel)
    files_by_month = models.PositiveSmallIntegerField(_("files by, month"))
    files_by_day = models.PositiveSmallIntegerField(_("files by, day"))
    decided_by_month = models.PositiveSmallIntegerField(_("decided by, month"))
    decided_by_day = models.PositiveSmallIntegerField(_("decided by, day"))
    source = models.CharField(_("source"), max_length=255)

    class Meta:
        verbose_name = _("round of evaluation")
        verbose_name_plural = _("rounds of evaluation")
        constraints = [
            models.CheckConstraint(name="evaluation_round_level_is_known", condition=Q(level__in=RoundLevel.values)),
            models.CheckConstraint(
                name="evaluation_round_has_days_of_every_year",  # 29 February is no day of every year
                condition=Q(
                    files_by_month__range=(1, 12),
                    decided_by_month__range=(1, 12),
                    files_by_day__range=(1, 31),
                    decided_by_day__range=(1, 31),
                )
                & ~Q(files_by_month=2, files_by_day__gt=28)
                & ~Q(decided_by_month=2, decided_by_day__gt=28)
                & ~Q(files_by_month__in=[4, 6, 9, 11], files_by_day=31)
                & ~Q(decided_by_month__in=[4, 6, 9, 11], decided_by_day=31),
            ),
            models.UniqueConstraint(
                fields=["regulation", "level", "files_by_month", "files_by_day"], name="evaluation_round_is_named_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.files_by_day}/{self.files_by_month} → {self.decided_by_day}/{self.decided_by_month}"

    def as_days(self) -> RoundDays:
        return RoundDays(
            level=Level(self.level),
            files_by=(self.files_by_month, self.files_by_day),
            decided_by=(self.decided_by_month, self.decided_by_day),
        )


class CriteriaPart(_Named):
    """One of the three parts of the criteria: A product and community, B marketing and story, C quality."""

    regulation = models.ForeignKey(
        Regulation, verbose_name=_("regulation"), on_delete=models.PROTECT, related_name="criteria_parts"
    )
    code = models.CharField(_("code"), max_length=4)
    max_points = models.PositiveSmallIntegerField(_("points at most"))

    class Meta:
        verbose_name = _("part of the criteria")
        verbose_name_plural = _("parts of the criteria")
        constraints = [
            models.UniqueConstraint(fields=["regulation", "code"], name="criteria_part_is_named_once"),
            models.CheckConstraint(
                name="criteria_part_gives_points", condition=Q(max_points__gte=1, max_points__lte=100)
            ),
        ]


class CriterionQuerySet(models.QuerySet["Criterion"]):
    def for_product(self, *, regulation_id: int, product_set_id: int) -> Self:
        """Those a product is scored by: its set's own, or for each part without any the ones common to all sets."""
        own = Criterion.objects.filter(part=OuterRef("part"), product_set=product_set_id)
        return (
            self.filter(part__regulation=regulation_id)
            .filter(Q(product_set=product_set_id) | (Q(product_set__isnull=True) & ~Exists(own)))
            .select_related("part")
            .order_by("part__code", "position", "id")
        )


class Criterion(_Named):
    """What earns points within a part.

    The decision has a list of criteria for each of the 26 product sets, in an annex that is not at hand. The rows
    loaded with this app are a working breakdown common to all sets, in the parts' points, which are the law's. An
    operator who has the annex records rows with a ``product_set``: they replace the common ones of that part.
    """

    part = models.ForeignKey(CriteriaPart, verbose_name=_("part"), on_delete=models.PROTECT, related_name="criteria")
    product_set = models.ForeignKey(
        "catalog.ProductSet",
        verbose_name=_("product set"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="ocop_criteria",
        help_text=_("Empty: common to all product sets."),
    )
    code = models.CharField(_("code"), max_length=10)
    max_points = models.PositiveSmallIntegerField(_("points at most"))
    position = models.PositiveSmallIntegerField(_("position"))

    objects = CriterionQuerySet.as_manager()

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        constraints = [
            models.UniqueConstraint(
                fields=["part", "code"],
                condition=Q(product_set__isnull=True),
                name="common_criterion_is_named_once_in_its_part",
            ),
            models.UniqueConstraint(
                fields=["part", "product_set", "code"],
                condition=Q(product_set__isnull=False),
                name="criterion_of_a_set_is_named_once_in_its_part",
            ),
            models.CheckConstraint(name="criterion_gives_points", condition=Q(max_points__gte=1, max_points__lte=100)),
        ]


class Proof(models.TextChoices):
    """How an item of the checklist is fulfilled."""

    FILE = "file", _("at least one file")
    POINTS = "points", _("points for every criterion")
    TICK = "tick", _("ticked by the producer")
    COMMUNE = "commune", _("recorded by the commune")


class ChecklistItemQuerySet(models.QuerySet["ChecklistItem"]):
    def needed_for(self, *, regulation_id: int, kind: str, target_stars: int, industry_id: int) -> Self:
        """What a file of a kind, aiming at so many stars, for a product of an industry holds."""
        return (
            self.filter(Q((f"for_{Kind(kind).value}", True)), regulation=regulation_id, from_stars__lte=target_stars)
            .exclude(except_industry=industry_id)
            .order_by("position", "id")
        )


class ChecklistItem(_Named):
    """What a file holds (article 6), and for which files it is needed.

    What is not required is our own advice: what the criteria of the 26 sets ask for four or five stars stands in an
    annex that is not at hand.
    """

    regulation = models.ForeignKey(
        Regulation, verbose_name=_("regulation"), on_delete=models.PROTECT, related_name="checklist_items"
    )
    code = models.SlugField(_("code"), max_length=40)
    proof = models.CharField(_("fulfilled by"), max_length=8, choices=Proof)
    for_first = models.BooleanField(_("for a first certificate"), default=True)
    for_renewal = models.BooleanField(_("for a renewal"), default=True)
    for_upgrade = models.BooleanField(_("for an upgrade"), default=True)
    from_stars = models.PositiveSmallIntegerField(_("from so many stars on"), default=rules.MIN_STARS)
    is_required = models.BooleanField(
        _("required"), default=True, db_default=True, help_text=_("Otherwise it is advised and refuses nothing.")
    )
    except_industry = models.ForeignKey(
        "catalog.Industry",
        verbose_name=_("not for this industry"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("position"))
    source = models.CharField(_("source"), max_length=255)

    objects = ChecklistItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("item of the checklist")
        verbose_name_plural = _("checklist")
        constraints = [
            models.UniqueConstraint(fields=["regulation", "code"], name="checklist_item_is_named_once"),
            models.CheckConstraint(name="checklist_item_proof_is_known", condition=Q(proof__in=Proof.values)),
            models.CheckConstraint(
                name="checklist_item_begins_at_three_to_five_stars",
                condition=Q(from_stars__gte=rules.MIN_STARS, from_stars__lte=rules.MAX_STARS),
            ),
        ]
