from datetime import date
from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ocop_badges.ids import new_public_id

from .fields import FoldedField, in_language
from .places import Commune, FormerProvince, Province
from .producers import Producer
from .product_sets import ProductSet

_MONTH = [MinValueValidator(1), MaxValueValidator(12)]


class ProductQuerySet(models.QuerySet["Product"]):
    def published(self) -> Self:
        """Those a shopper may see: the product and its producer are both published."""
        return self.filter(is_published=True, producer__is_published=True)


class Product(models.Model):
    """A product of one producer, the thing a certificate is about. What is sold is a pack of it."""

    public_id = models.CharField(max_length=12, unique=True, default=new_public_id, editable=False)
    slug = models.SlugField(_("slug"), max_length=200, unique=True)
    producer = models.ForeignKey(
        Producer, verbose_name=_("producer"), on_delete=models.PROTECT, related_name="products"
    )
    product_set = models.ForeignKey(
        ProductSet, verbose_name=_("product set"), on_delete=models.PROTECT, related_name="products"
    )
    name = models.CharField(_("name"), max_length=255)
    name_key = FoldedField()
    name_en = models.CharField(_("name in English"), max_length=255, blank=True)
    description = models.TextField(_("description"), blank=True)
    description_en = models.TextField(_("description in English"), blank=True)

    province = models.ForeignKey(
        Province, verbose_name=_("province"), on_delete=models.PROTECT, related_name="products"
    )
    former_province = models.ForeignKey(
        FormerProvince,
        verbose_name=_("former province"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="products",
    )
    former_district = models.CharField(_("former district"), max_length=80, blank=True)
    commune = models.ForeignKey(
        Commune, verbose_name=_("commune"), null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )

    origin = models.CharField(_("origin"), max_length=255, blank=True)
    origin_en = models.CharField(_("origin in English"), max_length=255, blank=True)
    ingredients = models.TextField(_("ingredients"), blank=True)
    ingredients_en = models.TextField(_("ingredients in English"), blank=True)
    storage = models.CharField(_("storage"), max_length=255, blank=True)
    storage_en = models.CharField(_("storage in English"), max_length=255, blank=True)
    shelf_life_days = models.PositiveIntegerField(_("shelf life in days"), null=True, blank=True)
    max_transit_days = models.PositiveSmallIntegerField(
        _("days it may be on its way at most"),
        null=True,
        blank=True,
        help_text=_("Of fresh goods: where they cannot arrive in time, they are not sold."),
    )
    return_policy = models.TextField(_("return policy"), blank=True)
    return_policy_en = models.TextField(_("return policy in English"), blank=True)

    season_from_month = models.PositiveSmallIntegerField(
        _("season, first month"), null=True, blank=True, validators=_MONTH
    )
    season_to_month = models.PositiveSmallIntegerField(
        _("season, last month"), null=True, blank=True, validators=_MONTH
    )
    capacity_per_year = models.DecimalField(
        _("capacity a year"), max_digits=12, decimal_places=2, null=True, blank=True
    )
    capacity_unit = models.CharField(_("unit of the capacity"), max_length=20, blank=True)

    source_note = models.CharField(
        _("source"),
        max_length=500,
        blank=True,
        help_text=_("Where this listing comes from, and what its source claims without a decision; never shown."),
    )
    is_published = models.BooleanField(_("published"), default=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    objects = ProductQuerySet.as_manager()

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        constraints = [
            models.UniqueConstraint(
                fields=["producer", "name_key", "province"], name="product_name_is_unique_for_its_producer"
            ),
            models.CheckConstraint(name="product_has_a_name", condition=~Q(name="")),
            models.CheckConstraint(name="product_slug_is_not_reserved", condition=~Q(slug="suggest")),
            models.CheckConstraint(
                name="product_season_has_both_months",
                condition=Q(season_from_month__isnull=True, season_to_month__isnull=True)
                | Q(
                    season_from_month__isnull=False,
                    season_to_month__isnull=False,
                    season_from_month__range=(1, 12),
                    season_to_month__range=(1, 12),
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def name_in(self, lang: str | None = None) -> str:
        return in_language(self.name, self.name_en, lang)


class FormerProductSlug(models.Model):
    """An address a product once had: it redirects for ever."""

    slug = models.SlugField(max_length=200, unique=True)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug


class QualityCertificateQuerySet(models.QuerySet["QualityCertificate"]):
    def valid_on(self, day: date) -> Self:
        return self.filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day), valid_until__gte=day)


class QualityCertificate(models.Model):
    """A certificate beside the stars (HACCP, ISO 22000, VietGAP, Halal, EU Organic…), with an end of its own."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="quality_certificates"
    )
    name = models.CharField(_("name"), max_length=120)
    number = models.CharField(_("number"), max_length=80, blank=True)
    valid_from = models.DateField(_("first valid day"), null=True, blank=True)
    valid_until = models.DateField(_("last valid day"))

    objects = QualityCertificateQuerySet.as_manager()

    class Meta:
        verbose_name = _("quality certificate")
        verbose_name_plural = _("quality certificates")
        constraints = [
            models.CheckConstraint(
                name="quality_certificate_ends_after_it_begins",
                condition=Q(valid_from__isnull=True) | Q(valid_until__gte=F("valid_from")),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.number}".strip()
