from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ocop_badges import rules
from ocop_badges.dossiers.rules import JUDGED, OPEN, Kind, State
from ocop_badges.dossiers.terms import Level
from ocop_badges.ids import new_public_id
from ocop_badges.models import Certificate, Regulation

OPEN_STATES = sorted(state.value for state in OPEN)
JUDGED_STATES = sorted(state.value for state in JUDGED)


class DossierKind(models.TextChoices):
    FIRST = Kind.FIRST.value, _("first certificate")
    RENEWAL = Kind.RENEWAL.value, _("renewal")
    UPGRADE = Kind.UPGRADE.value, _("upgrade")


class DossierState(models.TextChoices):
    DRAFT = State.DRAFT.value, _("draft")
    COMMUNE_CHECK = State.COMMUNE_CHECK.value, _("commune's check")
    COUNCIL = State.COUNCIL.value, _("provincial council")
    MINISTRY = State.MINISTRY.value, _("Ministry, central council")
    RETURNED = State.RETURNED.value, _("returned to the producer")
    DECIDED = State.DECIDED.value, _("decided")
    WITHDRAWN = State.WITHDRAWN.value, _("withdrawn")


class DossierQuerySet(models.QuerySet["Dossier"]):
    def in_progress(self) -> Self:
        """Those neither decided nor withdrawn."""
        return self.filter(state__in=OPEN_STATES)

    def of_products(self, product_ids: list[int]) -> Self:
        return self.filter(product_id__in=product_ids).order_by("-opened_at", "-id")

    def overdue_on(self, day: date) -> Self:
        return self.in_progress().filter(due_on__lt=day)

    def due_within(self, day: date, until: date) -> Self:
        """Those whose deadline lies from ``day`` to ``until``, both included."""
        return self.in_progress().filter(due_on__gte=day, due_on__lte=until)

    def most_urgent_first(self) -> Self:
        """By deadline, those without one last, the oldest first among equals."""
        return self.order_by(models.F("due_on").asc(nulls_last=True), "opened_at", "id")


class Dossier(models.Model):
    """A product's file for a certificate, its renewal or more stars, from the draft to the decision.

    ``submitted_on`` is the day it was first handed in (what the window of article 7.6.a asks), ``handed_in_on`` the
    last time, ``complete_on`` the day on which the commune found it complete and sent it to the province. ``attempt``
    counts how often it was handed in: checks and score sheets belong to one of them. ``due_on`` is the last day of
    the step it lies at, by the terms and holidays on record when it came there or ``services.restate_deadlines`` ran.
    """

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), on_delete=models.PROTECT, related_name="dossiers"
    )
    kind = models.CharField(_("kind"), max_length=8, choices=DossierKind)
    target_stars = models.PositiveSmallIntegerField(_("stars aimed at"))
    replaces = models.ForeignKey(
        Certificate,
        verbose_name=_("certificate renewed or upgraded"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dossiers_to_replace_it",
    )
    regulation = models.ForeignKey(
        Regulation, verbose_name=_("regulation"), on_delete=models.PROTECT, related_name="dossiers"
    )
    state = models.CharField(_("state"), max_length=14, choices=DossierState, default=DossierState.DRAFT)
    attempt = models.PositiveSmallIntegerField(_("times handed in"), default=0)
    opened_at = models.DateTimeField(_("opened at"))
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("opened by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    submitted_on = models.DateField(_("first handed in on"), null=True, blank=True)
    handed_in_on = models.DateField(_("last handed in on"), null=True, blank=True)
    complete_on = models.DateField(_("complete on"), null=True, blank=True)
    sent_to_ministry_on = models.DateField(_("sent to the Ministry on"), null=True, blank=True)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    closed_on = models.DateField(_("decided or withdrawn on"), null=True, blank=True)
    score = models.DecimalField(_("average"), max_digits=5, decimal_places=2, null=True, blank=True)
    issued = models.OneToOneField(
        Certificate,
        verbose_name=_("certificate issued"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="dossier",
    )

    objects = DossierQuerySet.as_manager()

    class Meta:
        verbose_name = _("certification file")
        verbose_name_plural = _("certification files")
        constraints = [
            models.CheckConstraint(name="dossier_kind_is_known", condition=Q(kind__in=DossierKind.values)),
            models.CheckConstraint(name="dossier_state_is_known", condition=Q(state__in=DossierState.values)),
            models.CheckConstraint(
                name="dossier_aims_at_three_to_five_stars",
                condition=Q(target_stars__gte=rules.MIN_STARS, target_stars__lte=rules.MAX_STARS),
            ),
            models.CheckConstraint(
                name="dossier_names_the_certificate_it_replaces",
                condition=Q(kind=DossierKind.FIRST, replaces__isnull=True)
                | (~Q(kind=DossierKind.FIRST) & Q(replaces__isnull=False)),
            ),
            models.CheckConstraint(
                name="dossier_is_a_draft_until_handed_in",
                condition=Q(state=DossierState.DRAFT, submitted_on__isnull=True, attempt=0)
                | Q(state=DossierState.WITHDRAWN)
                | (~Q(state=DossierState.DRAFT) & Q(submitted_on__isnull=False, attempt__gte=1)),
            ),
            models.CheckConstraint(
                name="dossier_is_complete_before_it_is_judged",
                condition=~Q(state__in=JUDGED_STATES) | Q(complete_on__isnull=False),
            ),
            models.CheckConstraint(
                name="dossier_is_closed_on_a_day",
                condition=Q(state__in=[DossierState.DECIDED, DossierState.WITHDRAWN], closed_on__isnull=False)
                | (~Q(state__in=[DossierState.DECIDED, DossierState.WITHDRAWN]) & Q(closed_on__isnull=True)),
            ),
            models.CheckConstraint(
                name="dossier_is_decided_by_an_average",
                condition=~Q(state=DossierState.DECIDED) | Q(score__isnull=False),
            ),
            models.CheckConstraint(
                name="only_a_decided_dossier_issues_a_certificate",
                condition=Q(issued__isnull=True) | Q(state=DossierState.DECIDED),
            ),
            models.CheckConstraint(
                name="dossier_average_is_out_of_100",
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100),
            ),
            models.UniqueConstraint(
                fields=["product"], condition=Q(state__in=OPEN_STATES), name="product_has_one_open_dossier"
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_on", "id"], name="dossier_by_deadline"),
            models.Index(fields=["product", "-opened_at"], name="dossier_of_product"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.target_stars}★ ({self.public_id})"

    @property
    def place(self) -> State:
        """The state as the rules name it."""
        return State(self.state)

    @property
    def level(self) -> Level | None:
        """The council it lies with, if any."""
        return {State.COUNCIL: Level.PROVINCE, State.MINISTRY: Level.MINISTRY}.get(self.place)

    @property
    def last_level(self) -> Level:
        """The council it lies with, or lay with last."""
        return self.level or (Level.MINISTRY if self.sent_to_ministry_on else Level.PROVINCE)
