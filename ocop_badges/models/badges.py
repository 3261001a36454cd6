from collections.abc import Iterable
from datetime import date, timedelta
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ocop_badges import rules
from ocop_badges.constraints import BadgePeriodsDoNotOverlap

from .certificates import Certificate


class BadgePeriodQuerySet(models.QuerySet["BadgePeriod"]):
    def covering(self, day: date) -> Self:
        """Those whose stars may be shown on ``day``: at most one a product."""
        return self.filter(starts_on__lte=day, ends_on__gt=day)

    def of_products(self, product_ids: Iterable[int]) -> Self:
        return self.filter(product_id__in=product_ids)


class BadgePeriod(models.Model):
    """Days on which a product may show the stars of one certificate: derived from the facts, never edited.

    Written by ``services.rewrite_badge_periods`` in the transaction that changes a fact. ``starts_on`` is the first
    day, ``ends_on`` the first day after.
    """

    product = models.ForeignKey(
        "catalog.Product", verbose_name=_("product"), on_delete=models.CASCADE, related_name="badge_periods"
    )
    certificate = models.ForeignKey(
        Certificate, verbose_name=_("certificate"), on_delete=models.CASCADE, related_name="badge_periods"
    )
    stars = models.PositiveSmallIntegerField(_("stars"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("first day after"))

    objects = BadgePeriodQuerySet.as_manager()

    class Meta:
        verbose_name = _("badge period")
        verbose_name_plural = _("badge periods")
        constraints = [
            BadgePeriodsDoNotOverlap(),
            models.CheckConstraint(name="badge_period_is_not_empty", condition=Q(ends_on__gt=F("starts_on"))),
            models.CheckConstraint(
                name="badge_period_has_three_to_five_stars",
                condition=Q(stars__gte=rules.MIN_STARS, stars__lte=rules.MAX_STARS),
            ),
        ]
        indexes = [
            models.Index(fields=["product", "starts_on", "ends_on", "stars"], name="badge_period_by_product"),
            models.Index(fields=["stars", "product", "starts_on", "ends_on"], name="badge_period_by_stars"),
        ]

    def __str__(self) -> str:
        return f"{self.stars}★ {self.starts_on} – {self.last_day}"

    @property
    def last_day(self) -> date:
        """The last day with these stars."""
        return self.ends_on - timedelta(days=1)
