from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .fields import in_language
from .products import Product


class NetUnit(models.TextChoices):
    GRAM = "g", "g"
    KILOGRAM = "kg", "kg"
    MILLILITRE = "ml", "ml"
    LITRE = "l", "l"
    PIECE = "piece", _("piece")


class PackQuerySet(models.QuerySet["Pack"]):
    def on_sale(self) -> Self:
        """Those with a price that are not switched off."""
        return self.filter(is_on_sale=True, price__isnull=False)


class Pack(models.Model):
    """What is sold: one size of a product. Without a price, or switched off, it is listed but not for sale."""

    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.PROTECT, related_name="packs")
    sku = models.SlugField(_("SKU"), max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=160)
    name_en = models.CharField(_("name in English"), max_length=160, blank=True)
    net_value = models.DecimalField(_("net content"), max_digits=10, decimal_places=3, null=True, blank=True)
    net_unit = models.CharField(_("unit"), max_length=8, choices=NetUnit, blank=True)
    price = models.PositiveBigIntegerField(_("price in đồng"), null=True, blank=True)
    is_on_sale = models.BooleanField(_("on sale"), default=True)
    gtin = models.CharField(_("GTIN-14"), max_length=14, null=True, blank=True, unique=True)
    min_remaining_life_days = models.PositiveIntegerField(_("days of life left at the least when sold"), default=0)
    shipping_weight_g = models.PositiveIntegerField(_("weight with its packaging in grams"), null=True, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = PackQuerySet.as_manager()

    class Meta:
        verbose_name = _("pack")
        verbose_name_plural = _("packs")
        constraints = [
            models.CheckConstraint(name="pack_price_is_positive", condition=Q(price__isnull=True) | Q(price__gt=0)),
            models.CheckConstraint(
                name="pack_net_content_has_value_and_unit",
                condition=Q(net_value__isnull=True, net_unit="")
                | Q(net_value__isnull=False, net_value__gt=0, net_unit__in=NetUnit.values),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product} – {self.name}"

    def name_in(self, lang: str | None = None) -> str:
        return in_language(self.name, self.name_en, lang)


class Stock(models.Model):
    """What is there of one pack, by lot and best-before day (None: it does not spoil)."""

    pack = models.ForeignKey(Pack, verbose_name=_("pack"), on_delete=models.PROTECT, related_name="stock")
    lot = models.CharField(_("lot"), max_length=40, blank=True)
    best_before = models.DateField(_("best before"), null=True, blank=True)
    on_hand = models.PositiveIntegerField(_("on hand"), default=0)
    reserved = models.PositiveIntegerField(_("reserved"), default=0)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.CheckConstraint(name="stock_reserved_is_on_hand", condition=Q(reserved__lte=F("on_hand"))),
            models.UniqueConstraint(fields=["pack", "lot", "best_before"], name="stock_is_one_row_a_lot_and_day"),
            models.UniqueConstraint(
                fields=["pack", "lot"],
                condition=Q(best_before__isnull=True),
                name="stock_that_keeps_is_one_row_a_lot",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack}: {self.on_hand - self.reserved}"

    @property
    def available(self) -> int:
        return self.on_hand - self.reserved
