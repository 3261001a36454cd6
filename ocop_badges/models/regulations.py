from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ocop_badges import rules


class RegulationQuerySet(models.QuerySet["Regulation"]):
    def in_force_on(self, day: date) -> Self:
        """Those in force on a day, the latest first."""
        return self.filter(
            Q(in_force_until__isnull=True) | Q(in_force_until__gte=day), in_force_from__lte=day
        ).order_by("-in_force_from", "-id")


class Regulation(models.Model):
    """A decision on the programme, as dated data: what it says of validity and of the window for re-ranking."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    title = models.CharField(_("title"), max_length=255)
    in_force_from = models.DateField(_("in force from"), db_index=True)
    in_force_until = models.DateField(_("last day in force"), null=True, blank=True)
    validity_months = models.PositiveSmallIntegerField(_("validity in months"))
    renewal_opens_days = models.PositiveSmallIntegerField(
        _("re-ranking opens, days before the end"), null=True, blank=True
    )
    renewal_closes_days = models.PositiveSmallIntegerField(
        _("re-ranking closes, days before the end"), null=True, blank=True
    )
    source = models.CharField(_("source"), max_length=255, blank=True)

    objects = RegulationQuerySet.as_manager()

    class Meta:
        verbose_name = _("regulation")
        verbose_name_plural = _("regulations")
        constraints = [
            models.CheckConstraint(
                name="regulation_ends_after_it_begins",
                condition=Q(in_force_until__isnull=True) | Q(in_force_until__gte=F("in_force_from")),
            ),
            models.CheckConstraint(
                name="regulation_window_opens_before_it_closes",
                condition=Q(renewal_opens_days__isnull=True, renewal_closes_days__isnull=True)
                # An unknown comparison would pass a check: say that both are there.
                | Q(
                    renewal_opens_days__isnull=False,
                    renewal_closes_days__isnull=False,
                    renewal_opens_days__gt=F("renewal_closes_days"),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def is_in_force_on(self, day: date) -> bool:
        return self.in_force_from <= day and (self.in_force_until is None or day <= self.in_force_until)

    @property
    def renewal_days(self) -> tuple[int, int] | None:
        """How many days before an end re-ranking opens and closes; None where the decision says nothing of it."""
        if self.renewal_opens_days is None or self.renewal_closes_days is None:
            return None
        return self.renewal_opens_days, self.renewal_closes_days

    def window_for(self, valid_until: date) -> tuple[date, date] | None:
        """First and last day on which a re-ranking file may be handed in for a certificate that ends then."""
        if self.renewal_days is None:
            return None
        opens_days, closes_days = self.renewal_days
        return rules.renewal_window(valid_until, opens_days=opens_days, closes_days=closes_days)
