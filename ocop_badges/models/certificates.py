"""Facts about certificates. Append-only in meaning: nothing here ever says whether a certificate "is valid"."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any, Self

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Case, Exists, F, Func, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler
from django.utils.translation import gettext_lazy as _

from ocop_badges import lifecycle, rules
from ocop_badges.ids import new_public_id

from .recording import RecordedFact
from .regulations import Regulation


class DaysLater(Func):
    """A day and a number of days to the day so much later, in each database's own way."""

    output_field = models.DateField()

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="date(%(expressions)s || ' days')", arg_joiner=", ")

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="(%(expressions)s)", arg_joiner=" + ")


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def with_facts(self) -> Self:
        """With what ``Certificate.facts`` reads: three queries for any number of certificates."""
        return self.select_related("revocation").prefetch_related("extensions", "suspensions")

    def of_products(self, product_ids: Iterable[int]) -> Self:
        return self.filter(product_id__in=product_ids).order_by("valid_from", "id")

    def with_last_day(self) -> Self:
        """With ``effective_until``: the last day with stars, the extension that counts included."""
        extension = Extension.objects.filter(certificate=OuterRef("pk")).order_by("-id").values("days")[:1]
        return self.annotate(effective_until=DaysLater(F("valid_until"), Coalesce(Subquery(extension), 0)))

    def with_status_on(self, day: date) -> Self:
        """With ``status``, said by the database: what ``rules.status_on`` says of the same facts."""
        successors = (
            Certificate.objects.filter(product=OuterRef("product"), valid_from__lte=day)
            .filter(
                Q(valid_from__gt=OuterRef("valid_from")) | Q(valid_from=OuterRef("valid_from"), pk__gt=OuterRef("pk"))
            )
            .filter(Q(revocation__isnull=True) | Q(revocation__effective_on__gte=F("valid_from")))
        )
        suspensions = Suspension.objects.filter(certificate=OuterRef("pk"), suspended_from__lte=day).filter(
            Q(lifted_on__isnull=True) | Q(lifted_on__gt=day)
        )
        return self.with_last_day().annotate(
            status=Case(
                When(valid_from__gt=day, then=Value(rules.Status.UPCOMING)),
                When(revocation__effective_on__lte=day, then=Value(rules.Status.REVOKED)),
                When(Exists(successors), then=Value(rules.Status.SUPERSEDED)),
                When(effective_until__lt=day, then=Value(rules.Status.EXPIRED)),
                When(Exists(suspensions), then=Value(rules.Status.SUSPENDED)),
                default=Value(rules.Status.VALID),
                output_field=models.CharField(),
            )
        )

    def with_status(self, status: str, *, on: date) -> Self:
        """Those that have one status on a day."""
        return self.with_status_on(on).filter(Q(("status", status)))

    def ending_before(self, day: date) -> Self:
        """Those whose last day, an extension included, is before ``day``."""
        # An extension only moves the end on: the first condition lets the index narrow the search.
        return self.with_last_day().filter(Q(("effective_until__lt", day)), valid_until__lt=day)

    def ending_after(self, day: date) -> Self:
        """Those whose last day, an extension included, is after ``day``."""
        return self.with_last_day().filter(Q(("effective_until__gt", day)))


class AuthorityLevel(models.TextChoices):
    """Decision 26/2026/QĐ-TTg, article 4.1; empty where nobody has said."""

    PROVINCE = lifecycle.Authority.PROVINCE.value, _("provincial People's Committee")
    MINISTRY = lifecycle.Authority.MINISTRY.value, _("Ministry of Agriculture and Environment")
    DISTRICT = lifecycle.Authority.DISTRICT.value, _("district People's Committee (until June 2025)")


class Certificate(RecordedFact):
    """The recognition of one product with three to five stars by a decision (many products may share one)."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), on_delete=models.PROTECT, related_name="ocop_certificates"
    )
    stars = models.PositiveSmallIntegerField(
        _("stars"), validators=[MinValueValidator(rules.MIN_STARS), MaxValueValidator(rules.MAX_STARS)]
    )
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True, blank=True)
    decision_number = models.CharField(_("decision number"), max_length=80)
    issuing_authority = models.CharField(_("issuing authority"), max_length=200, blank=True)
    authority = models.CharField(
        _("level of the authority"), max_length=10, blank=True, default="", db_default="", choices=AuthorityLevel
    )
    issued_on = models.DateField(_("issued on"))
    valid_from = models.DateField(_("first day with stars"))
    valid_until = models.DateField(_("last day with stars"))
    end_reason = models.CharField(
        _("why the end differs from the legal one"),
        max_length=255,
        blank=True,
        help_text=_("A printed end date wins over arithmetic; say where it stands."),
    )
    regulation = models.ForeignKey(
        Regulation, verbose_name=_("regulation"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    covers = models.CharField(
        _("what it covers"), max_length=255, blank=True, help_text=_("Empty: every pack of the product.")
    )
    legal_basis = models.CharField(_("legal basis"), max_length=255, blank=True)
    evidence = models.CharField(_("evidence"), max_length=500, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        constraints = [
            models.CheckConstraint(
                name="certificate_has_three_to_five_stars",
                condition=Q(stars__gte=rules.MIN_STARS, stars__lte=rules.MAX_STARS),
            ),
            models.CheckConstraint(
                name="certificate_score_is_out_of_100",
                condition=Q(score__isnull=True) | Q(score__gte=0, score__lte=100),
            ),
            models.CheckConstraint(
                name="certificate_ends_on_or_after_its_first_day", condition=Q(valid_until__gte=F("valid_from"))
            ),
            models.CheckConstraint(
                name="certificate_begins_on_or_after_its_issue", condition=Q(valid_from__gte=F("issued_on"))
            ),
            models.CheckConstraint(
                name="certificate_with_five_stars_is_the_ministrys",
                condition=~Q(stars=5) | Q(authority__in=["", AuthorityLevel.MINISTRY]),
            ),
            models.CheckConstraint(name="certificate_names_its_decision", condition=~Q(decision_number="")),
            models.CheckConstraint(
                name="certificate_without_regulation_gives_a_reason_for_its_end",
                condition=Q(regulation__isnull=False) | ~Q(end_reason=""),
            ),
            models.UniqueConstraint(
                fields=["product", "decision_number", "issued_on"], name="one_certificate_per_product_and_decision"
            ),
        ]
        indexes = [
            models.Index(fields=["valid_until", "id"], name="certificate_by_end"),
            models.Index(fields=["-valid_from", "-id"], name="certificate_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.decision_number} ({self.stars}★, {self.valid_from} – {self.valid_until})"

    @property
    def last_day(self) -> date:
        """The last day with stars, extensions included. Needs ``with_facts()`` to be without a query."""
        return self.facts().last_day

    def facts(self) -> rules.CertificateFacts:
        """This certificate as the rules see it. Needs ``with_facts()`` to be without a query."""
        extension = max(self.extensions.all(), key=lambda e: e.pk, default=None)
        revocation = getattr(self, "revocation", None)
        return rules.CertificateFacts(
            sequence=self.pk,
            stars=self.stars,
            valid_from=self.valid_from,
            valid_until=self.valid_until,
            extended_until=self.valid_until + timedelta(days=extension.days) if extension else None,
            revoked_on=revocation.effective_on if revocation else None,
            suspensions=tuple(
                rules.SuspensionFact(s.suspended_from, s.lifted_on)
                for s in sorted(self.suspensions.all(), key=lambda s: (s.suspended_from, s.pk))
            ),
        )


class Extension(RecordedFact):
    """A stay of the end while a re-ranking file is decided (Decision 26/2026/QĐ-TTg, article 12.3).

    Always explicit, with evidence; of several the one recorded last counts.
    """

    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.PROTECT, related_name="extensions"
    )
    days = models.PositiveSmallIntegerField(_("days past the end"))
    granted_on = models.DateField(_("granted on"))
    evidence = models.CharField(_("evidence"), max_length=500)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        constraints = [
            models.CheckConstraint(
                name="extension_is_at_most_180_days",
                condition=Q(days__gte=1, days__lte=rules.MAX_EXTENSION_DAYS),
            ),
            models.CheckConstraint(name="extension_has_evidence", condition=~Q(evidence="")),
        ]

    def __str__(self) -> str:
        return f"+{self.days} d"


class Suspension(RecordedFact):
    """The platform's own state: the stars are withheld for a reason until lifted. The decisions know none such."""

    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.PROTECT, related_name="suspensions"
    )
    suspended_from = models.DateField(_("first day without stars"))
    reason = models.CharField(_("reason"), max_length=500)
    lifted_on = models.DateField(_("first day with stars again"), null=True, blank=True)
    lift_reason = models.CharField(_("why it was lifted"), max_length=500, blank=True)
    lift_recorded_at = models.DateTimeField(_("lift recorded at"), null=True, blank=True, editable=False)
    lift_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("lift recorded by"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("suspension")
        verbose_name_plural = _("suspensions")
        constraints = [
            models.CheckConstraint(name="suspension_has_a_reason", condition=~Q(reason="")),
            models.CheckConstraint(
                name="suspension_is_lifted_on_or_after_its_first_day",
                condition=Q(lifted_on__isnull=True) | Q(lifted_on__gte=F("suspended_from")),
            ),
            models.CheckConstraint(
                name="suspension_lift_is_recorded",
                condition=Q(lifted_on__isnull=True, lift_recorded_at__isnull=True)
                | Q(lifted_on__isnull=False, lift_recorded_at__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["certificate"],
                condition=Q(lifted_on__isnull=True),
                name="certificate_has_one_open_suspension",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.suspended_from} – {self.lifted_on or ''}"


class RevocationGround(models.TextChoices):
    """Decision 26/2026/QĐ-TTg, article 8."""

    FALSE_DOCUMENTS = "false_documents", _("a) false documents")
    CRITERIA_NOT_MET = "criteria_not_met", _("b) no longer meets the criteria")
    BREACH_OF_LAW = (
        "breach_of_law",
        _("c) breach of the law on quality, food safety, environment, intellectual property or labelling"),
    )
    MISUSE_OF_MARK = "misuse_of_mark", _("d) misuse of the OCOP mark")
    PRODUCTION_STOPPED = "production_stopped", _("đ) production stopped")
    OTHER_CONCLUSION = "other_conclusion", _("e) another conclusion of an authority")


class Revocation(RecordedFact):
    """The end of a certificate by decision (Decision 26/2026/QĐ-TTg, article 8)."""

    certificate = models.OneToOneField(
        Certificate, verbose_name=_("certificate"), on_delete=models.PROTECT, related_name="revocation"
    )
    ground = models.CharField(_("ground"), max_length=20, choices=RevocationGround)
    decision_number = models.CharField(_("decision number"), max_length=80)
    effective_on = models.DateField(_("first day without stars"))
    note = models.CharField(_("note"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("revocation")
        verbose_name_plural = _("revocations")
        constraints = [
            models.CheckConstraint(
                name="revocation_ground_is_one_of_article_8",
                condition=Q(ground__in=RevocationGround.values),
            ),
            models.CheckConstraint(name="revocation_names_its_decision", condition=~Q(decision_number="")),
        ]

    def __str__(self) -> str:
        return f"{self.decision_number} ({self.effective_on})"


def facts_of(certificates: Iterable[Certificate]) -> list[rules.CertificateFacts]:
    return [certificate.facts() for certificate in certificates]


def product_model() -> Any:
    """The model of products. No module here imports the app that owns it."""
    return Certificate._meta.get_field("product").related_model
