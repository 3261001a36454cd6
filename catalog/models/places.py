from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .fields import FoldedField


class Province(models.Model):
    """One of the 34 provincial units since 1 July 2025 (Resolution 202/2025/QH15), keyed by its code."""

    code = models.CharField(_("code"), max_length=2, unique=True)
    name = models.CharField(_("name"), max_length=80, unique=True)
    name_key = FoldedField(max_length=80, unique=True)

    class Meta:
        verbose_name = _("province")
        verbose_name_plural = _("provinces")

    def __str__(self) -> str:
        return self.name


class FormerProvince(models.Model):
    """A provincial name no longer in use, and the unit its area belongs to now.

    Where a merged unit kept its name, the old, smaller unit is a row too: a product can come from it.
    """

    name = models.CharField(_("name"), max_length=80, unique=True)
    name_key = FoldedField(max_length=80, unique=True)
    province = models.ForeignKey(
        Province, verbose_name=_("province today"), on_delete=models.PROTECT, related_name="former_provinces"
    )
    in_use_until = models.DateField(_("last day in use"))

    class Meta:
        verbose_name = _("former province")
        verbose_name_plural = _("former provinces")

    def __str__(self) -> str:
        return self.name


class Commune(models.Model):
    """A commune, ward or special zone. The code stays empty until a dated list is loaded."""

    province = models.ForeignKey(
        Province, verbose_name=_("province"), on_delete=models.PROTECT, related_name="communes"
    )
    name = models.CharField(_("name"), max_length=120)
    code = models.CharField(_("code"), max_length=5, null=True, blank=True)  # noqa: DJ001 - unique where known

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        constraints = [
            models.UniqueConstraint(fields=["province", "name"], name="commune_name_is_unique_in_its_province"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(code__isnull=False), name="commune_code_is_unique_where_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.province}"
