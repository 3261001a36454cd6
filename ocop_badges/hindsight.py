"""What had been recorded of certificates by an instant: facts recorded since are absent, corrections made since undone.

The same is said twice: in memory of certificates with their facts (``recall_certificates``), and by the database
(``known_certificates``) where a register filters and pages. Neither knows names and places of other days: those of a
product are the ones it has now.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Cast, Coalesce

from . import days, rules
from .models import Certificate, CorrectedField, Correction, Extension, Revocation, Suspension
from .models.certificates import DaysLater

_OF_REVOCATION = "revocation."


def end_of(day: date) -> datetime:
    """The instant before which everything of a day is recorded."""
    return days.start_of(day + timedelta(days=1))


# --- in memory -----------------------------------------------------------


def recall_certificates(product_ids: Iterable[int], *, known_at: datetime) -> list[Certificate]:
    """The certificates of some products as they stood on record before ``known_at``, by product and first day.

    With their facts, as ``with_facts()`` gives them. Never to be saved. Five queries.
    """
    known = Q(recorded_at__lt=known_at)
    certificates = Certificate.objects.filter(known, product_id__in=product_ids).prefetch_related(
        Prefetch("revocation", Revocation.objects.filter(known)),
        Prefetch("extensions", Extension.objects.filter(known)),
        Prefetch("suspensions", Suspension.objects.filter(known)),
        # Of several corrections of a field the first one holds what stood there: it is undone last.
        Prefetch(
            "corrections", Correction.objects.filter(recorded_at__gte=known_at).order_by("-id"), "corrected_later"
        ),
    )
    recalled = list(certificates)
    for certificate in recalled:
        _rewind(certificate, known_at)
    return sorted(recalled, key=lambda c: (c.product_id, c.valid_from, c.pk))


def _rewind(certificate: Certificate, known_at: datetime) -> None:
    revocation = getattr(certificate, "revocation", None)
    for correction in certificate.corrected_later:  # type: ignore[attr-defined]
        attribute = correction.field.removeprefix(_OF_REVOCATION)
        fact: Certificate | Revocation | None = certificate if attribute == correction.field else revocation
        if fact is not None:
            setattr(fact, attribute, _value(fact._meta.get_field(attribute), correction.before))
    for suspension in certificate.suspensions.all():
        if suspension.lift_recorded_at is not None and suspension.lift_recorded_at >= known_at:
            suspension.lifted_on, suspension.lift_reason = None, ""
            suspension.lift_recorded_at = suspension.lift_recorded_by = None


def _value(field: Any, text: str) -> Any:
    """What a correction keeps as text, as its column holds it."""
    return None if not text and field.null else field.to_python(text)


# --- by the database -----------------------------------------------------


def known_certificates(*, known_at: datetime) -> "QuerySet[Certificate]":
    """The certificates on record before ``known_at``, in no order.

    With ``known_stars``, ``known_from``, ``known_until`` (the last day, an extension included) and ``known_revoked``
    (None where no revocation was on record). The columns themselves hold what is known now.
    """
    extension = Extension.objects.filter(certificate=OuterRef("pk"), recorded_at__lt=known_at).order_by("-id")
    revocation = Revocation.objects.filter(certificate=OuterRef("pk"), recorded_at__lt=known_at)
    return Certificate.objects.filter(recorded_at__lt=known_at).annotate(
        known_stars=_as_known(CorrectedField.STARS, "stars", known_at, models.PositiveSmallIntegerField),
        known_from=_as_known(CorrectedField.VALID_FROM, "valid_from", known_at),
        known_until=DaysLater(
            _as_known(CorrectedField.VALID_UNTIL, "valid_until", known_at),
            Coalesce(Subquery(extension.values("days")[:1]), 0),
        ),
        known_revoked=Case(
            When(
                Exists(revocation), then=_as_known(CorrectedField.REVOCATION_DAY, "revocation__effective_on", known_at)
            ),
            default=None,
            output_field=models.DateField(),
        ),
    )


def with_known_status(
    certificates: "QuerySet[Certificate]", *, on: date, known_at: datetime
) -> "QuerySet[Certificate]":
    """``known_certificates`` with ``status``: what ``rules.status_on`` says of the facts then on record."""
    successors = (
        known_certificates(known_at=known_at)
        .filter(Q(("known_from__lte", on)), product=OuterRef("product"))
        .filter(Q(known_from__gt=OuterRef("known_from")) | Q(known_from=OuterRef("known_from"), pk__gt=OuterRef("pk")))
        .filter(Q(known_revoked__isnull=True) | Q(known_revoked__gte=F("known_from")))
    )
    suspensions = Suspension.objects.filter(
        Q(lifted_on__isnull=True) | Q(lifted_on__gt=on) | Q(lift_recorded_at__gte=known_at),
        certificate=OuterRef("pk"),
        recorded_at__lt=known_at,
        suspended_from__lte=on,
    )
    return certificates.annotate(
        status=Case(
            When(known_from__gt=on, then=Value(rules.Status.UPCOMING)),
            When(known_revoked__lte=on, then=Value(rules.Status.REVOKED)),
            When(Exists(successors), then=Value(rules.Status.SUPERSEDED)),
            When(known_until__lt=on, then=Value(rules.Status.EXPIRED)),
            When(Exists(suspensions), then=Value(rules.Status.SUSPENDED)),
            default=Value(rules.Status.VALID),
            output_field=models.CharField(),
        )
    )


def _as_known(
    field: CorrectedField, column: str, known_at: datetime, kind: "type[models.Field[Any, Any]]" = models.DateField
) -> Coalesce:
    """What a column held before ``known_at``: what the first correction since then found there, else what it holds."""
    later = Correction.objects.filter(certificate=OuterRef("pk"), field=field, recorded_at__gte=known_at).order_by("id")
    return Coalesce(Cast(Subquery(later.values("before")[:1]), kind()), F(column), output_field=kind())
