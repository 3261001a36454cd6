from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import AbstractImage, AbstractRendition
from wagtail.images.models import Image as WagtailImage

from .products import Product


class ShopImage(AbstractImage):
    """The one kind of image of the shop. Every file is re-encoded on ingest (``catalog.media``)."""

    shows_ocop_mark = models.BooleanField(
        _("shows an OCOP mark or stars"),
        default=False,
        help_text=_("While the product has no stars, such a picture is not served anywhere."),
    )
    marked_product = models.ForeignKey(
        Product,
        verbose_name=_("the product whose mark it shows"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="marked_images",
    )

    admin_form_fields = (*WagtailImage.admin_form_fields, "shows_ocop_mark", "marked_product")

    class Meta(AbstractImage.Meta):
        verbose_name = _("image")
        verbose_name_plural = _("images")
        permissions = [("choose_image", "Can choose image")]
        indexes = [models.Index(fields=["file"], name="image_by_file")]
        constraints = [
            models.CheckConstraint(
                name="image_with_a_mark_names_its_product",
                condition=Q(shows_ocop_mark=False, marked_product__isnull=True)
                | Q(shows_ocop_mark=True, marked_product__isnull=False),
            )
        ]


class ShopRendition(AbstractRendition):
    image = models.ForeignKey(ShopImage, on_delete=models.CASCADE, related_name="renditions")

    class Meta:
        indexes = [models.Index(fields=["file"], name="rendition_by_file")]
        constraints = [
            models.UniqueConstraint(
                fields=["image", "filter_spec", "focal_point_key"], name="rendition_is_unique_for_its_filter"
            )
        ]


class ProductImage(models.Model):
    """A picture of a product, in the order shown."""

    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="images")
    image = models.ForeignKey(ShopImage, verbose_name=_("image"), on_delete=models.PROTECT, related_name="+")
    alt = models.CharField(_("text alternative"), max_length=255, blank=True)
    alt_en = models.CharField(_("text alternative in English"), max_length=255, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("product image")
        verbose_name_plural = _("product images")
        constraints = [models.UniqueConstraint(fields=["product", "image"], name="product_shows_an_image_once")]

    def __str__(self) -> str:
        return f"{self.product} #{self.position}"
