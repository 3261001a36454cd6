from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q
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


class CommuneKind(models.TextChoices):
    WARD = "ward", _("ward")
    COMMUNE = "commune", _("commune")
    SPECIAL_ZONE = "special-zone", _("special zone")

    @property
    def word(self) -> str:
        """The word that names begin with."""
        return _KIND_WORDS[self]


_KIND_WORDS = {CommuneKind.WARD: "phường", CommuneKind.COMMUNE: "xã", CommuneKind.SPECIAL_ZONE: "đặc khu"}
_BEGINNINGS = tuple(f"{word} " for word in (*_KIND_WORDS.values(), "thị trấn"))


class CommuneQuerySet(models.QuerySet["Commune"]):
    def listed_on(self, day: date) -> Self:
        """Those an address can name on a day."""
        in_force = Q(valid_until__isnull=True) | Q(valid_until__gte=day)
        return self.filter(in_force, valid_from__lte=day)

    def current_in(self, province: Province, *, on: date) -> Self:
        """Those an address in the province can name on a day, in the order of their names."""
        return self.listed_on(on).filter(province=province).order_by("name_key", "id")


class Commune(models.Model):
    """A commune, ward or special zone, with its kind in the name: "phường Phan Thiết".

    One of the official list has a code, and the days on which it is there. One that only a product's file named has
    neither: it may be a unit of former times.
    """

    province = models.ForeignKey(
        Province, verbose_name=_("province"), on_delete=models.PROTECT, related_name="communes"
    )
    name = models.CharField(_("name"), max_length=120)
    name_key = FoldedField(max_length=120, source="bare_name", default="")
    kind = models.CharField(_("kind"), max_length=12, choices=CommuneKind, blank=True)
    code = models.CharField(_("code"), max_length=5, null=True, blank=True)  # noqa: DJ001 - unique where known
    valid_from = models.DateField(_("first day"), null=True, blank=True)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        verbose_name = _("commune")
        verbose_name_plural = _("communes")
        constraints = [
            models.UniqueConstraint(fields=["province", "name"], name="commune_name_is_unique_in_its_province"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(code__isnull=False), name="commune_code_is_unique_where_known"
            ),
            models.CheckConstraint(
                name="commune_kind_is_known", condition=Q(kind="") | Q(kind__in=list(CommuneKind.values))
            ),
            models.CheckConstraint(
                name="commune_ends_after_it_begins",
                condition=Q(valid_until__isnull=True) | Q(valid_from__isnull=False, valid_until__gte=F("valid_from")),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.province}"

    @property
    def bare_name(self) -> str:
        """The name without its kind: by it a list is ordered, and a name without a kind is known."""
        return bare_name(self.name)


class CommuneList(models.Model):
    """That a list of communes was loaded, and from which day it holds: an earlier one cannot undo it."""

    valid_from = models.DateField(_("first day"), unique=True)

    class Meta:
        verbose_name = _("list of communes")
        verbose_name_plural = _("lists of communes")

    def __str__(self) -> str:
        return f"{self.valid_from:%d/%m/%Y}"


def bare_name(name: str) -> str:
    lowered = name.lower()
    return next((name[len(word) :].strip() for word in _BEGINNINGS if lowered.startswith(word)), name)
