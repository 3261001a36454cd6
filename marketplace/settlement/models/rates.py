from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models import LegalForm, Producer


class CommissionRateQuerySet(models.QuerySet["CommissionRate"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class CommissionRate(models.Model):
    """What the shop keeps of the goods, in hundredths of a percent: of one producer, or of all without an own rate."""

    producer = models.ForeignKey(
        Producer, verbose_name=_("producer"), null=True, blank=True, on_delete=models.CASCADE, related_name="+"
    )
    basis_points = models.PositiveIntegerField(_("hundredths of a percent"))
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    objects = CommissionRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("commission")
        verbose_name_plural = _("commissions")
        constraints = [
            models.CheckConstraint(name="commission_is_0_to_50_percent", condition=Q(basis_points__lte=5_000)),
            models.CheckConstraint(
                name="commission_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.UniqueConstraint(fields=["producer", "valid_from"], name="commission_begins_once_a_day"),
            models.UniqueConstraint(  # nulls are distinct above
                fields=["valid_from"], condition=Q(producer=None), name="general_commission_begins_once_a_day"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.basis_points / 100} %"


class WithholdingRateQuerySet(models.QuerySet["WithholdingRate"]):
    def in_force_on(self, day: date) -> Self:
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)


class WithholdingRate(models.Model):
    """Tax the shop withholds from a seller's sales of goods, by legal form, on the days the rule is in force."""

    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm)
    vat_bp = models.PositiveIntegerField(_("VAT in hundredths of a percent"))
    income_tax_bp = models.PositiveIntegerField(_("income tax in hundredths of a percent"))
    legal_basis = models.CharField(_("legal basis"), max_length=255)
    valid_from = models.DateField(_("first day"))
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    objects = WithholdingRateQuerySet.as_manager()

    class Meta:
        verbose_name = _("withheld tax")
        verbose_name_plural = _("withheld taxes")
        constraints = [
            models.CheckConstraint(
                name="withholding_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
            ),
            models.UniqueConstraint(fields=["legal_form", "valid_from"], name="withholding_begins_once_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.legal_form}: {self.vat_bp} + {self.income_tax_bp}"
