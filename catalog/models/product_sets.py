from django.db import models
from django.utils.translation import gettext_lazy as _

from .fields import in_language


class Industry(models.Model):
    """One of the six industries of the programme (Decision 26/2026/QĐ-TTg, annex I)."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)

    class Meta:
        verbose_name = _("industry")
        verbose_name_plural = _("industries")

    def __str__(self) -> str:
        return self.name_in()

    def name_in(self, lang: str | None = None) -> str:
        return in_language(self.name, self.name_en, lang)


class ProductSet(models.Model):
    """One of the 26 product sets (annex I)."""

    code = models.SlugField(_("code"), max_length=60, unique=True)
    industry = models.ForeignKey(
        Industry, verbose_name=_("industry"), on_delete=models.PROTECT, related_name="product_sets"
    )
    name = models.CharField(_("name"), max_length=200)
    name_en = models.CharField(_("name in English"), max_length=200)
    group_en = models.CharField(_("group in English"), max_length=120)
    position = models.PositiveSmallIntegerField(_("position"), unique=True)

    class Meta:
        verbose_name = _("product set")
        verbose_name_plural = _("product sets")

    def __str__(self) -> str:
        return self.name_in()

    def name_in(self, lang: str | None = None) -> str:
        return in_language(self.name, self.name_en, lang)
