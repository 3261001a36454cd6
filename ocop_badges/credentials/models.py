"""Keys that sign, and the places of credentials in the status lists."""

from datetime import date

from django.db import models
from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from ocop_badges import rules
from ocop_badges.models import Certificate, CorrectedField, Extension, Suspension

# What a credential says and a correction may change: one that was signed before tells something wrong.
ATTESTED_FIELDS = (
    CorrectedField.STARS,
    CorrectedField.DECISION_NUMBER,
    CorrectedField.ISSUING_AUTHORITY,
    CorrectedField.ISSUED_ON,
    CorrectedField.VALID_FROM,
    CorrectedField.VALID_UNTIL,
    CorrectedField.COVERS,
)


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def published(self, *, on: date) -> "SigningKeyQuerySet":
        """Those whose signatures are to be believed on a day, the one that signs first."""
        needed = Q(replaced_at__isnull=True) | Q(needed_until__gte=on)
        return self.filter(needed, retired_at__isnull=True).order_by("-created_at", "-id")


class SigningKey(models.Model):
    """A pair of keys. The newest signs; one replaced is published until the last credential it signed has ended."""

    kid = models.CharField(_("thumbprint"), max_length=43, unique=True)
    algorithm = models.CharField(_("algorithm"), max_length=10)
    public_jwk = models.JSONField(_("public key"))
    private_key = models.TextField(_("private key, encrypted"))
    created_at = models.DateTimeField(_("created at"))
    replaced_at = models.DateTimeField(_("replaced at"), null=True, blank=True)
    needed_until = models.DateField(_("last day of what it signed"), null=True, blank=True)
    retired_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)

    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        verbose_name = _("signing key")
        verbose_name_plural = _("signing keys")
        constraints = [
            models.UniqueConstraint(
                fields=["algorithm"], condition=Q(replaced_at__isnull=True), name="one_key_signs_at_a_time"
            ),
            models.CheckConstraint(
                name="replaced_key_has_a_last_day",
                condition=Q(replaced_at__isnull=True, needed_until__isnull=True)
                | Q(replaced_at__isnull=False, needed_until__isnull=False),
            ),
            models.CheckConstraint(
                name="withdrawn_key_no_longer_signs",
                condition=Q(retired_at__isnull=True) | Q(replaced_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.kid

    def is_published(self, *, on: date) -> bool:
        """Whether its signatures are to be believed on a day."""
        if self.retired_at is not None:
            return False
        return self.needed_until is None or on <= self.needed_until


class StatusPlaceQuerySet(models.QuerySet["StatusPlace"]):
    def revoked(self, *, on: date) -> "StatusPlaceQuerySet":
        """Places of credentials that say what is no longer so: revoked, superseded, or corrected since."""
        # Each of the three is narrowed on its own: a list is asked for by everybody who verifies.
        revoked = Certificate.objects.filter(revocation__effective_on__lte=on)
        superseded = Certificate.objects.filter(
            Exists(
                Certificate.objects.filter(product=OuterRef("product"), valid_from__lte=on)
                .filter(valid_from__gte=OuterRef("valid_from"))
                .exclude(pk=OuterRef("pk"))
            )
        ).with_status(rules.Status.SUPERSEDED, on=on)
        corrected = (
            StatusPlace.objects.filter(certificate__corrections__field__in=ATTESTED_FIELDS)
            .annotate(corrections_now=Count("certificate__corrections"))
            .filter(corrections_now__gt=F("corrections"))
        )
        # Of several extensions the last recorded counts, a shorter one too: what was signed before it says a later end.
        ended = Certificate.objects.filter(pk__in=Extension.objects.values("certificate")).ending_before(on)
        return self.filter(
            Q(certificate__in=revoked.values("pk"))
            | Q(certificate__in=ended.values("pk"))
            | Q(certificate__in=superseded.values("pk"))
            | Q(pk__in=corrected.values("pk"))
        )

    def suspended(self, *, on: date) -> "StatusPlaceQuerySet":
        """Places of credentials whose certificate is suspended."""
        once = Certificate.objects.filter(
            pk__in=Suspension.objects.filter(suspended_from__lte=on).values("certificate")
        )
        return self.filter(certificate__in=once.with_status(rules.Status.SUSPENDED, on=on).values("pk"))


class StatusPlace(models.Model):
    """Where the status of a certificate's credential is read: a random index in a list, the same for each purpose.

    A correction changes what the credential says: from then on the certificate has another place, and the bit of the
    old one is set.
    """

    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.PROTECT, related_name="status_places"
    )
    corrections = models.PositiveIntegerField(_("corrections that it knew"))
    list_number = models.PositiveIntegerField(_("list"))
    index = models.PositiveIntegerField(_("index"))
    taken_at = models.DateTimeField(_("taken at"))

    objects = StatusPlaceQuerySet.as_manager()

    class Meta:
        verbose_name = _("place in a status list")
        verbose_name_plural = _("places in status lists")
        constraints = [
            models.UniqueConstraint(fields=["list_number", "index"], name="place_in_a_status_list_is_taken_once"),
            models.UniqueConstraint(
                fields=["certificate", "corrections"], name="credential_has_one_place_in_the_status_lists"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.list_number}/{self.index}"
