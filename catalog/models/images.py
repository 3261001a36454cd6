from datetime import date
from typing import Any, Self

from django.core.files.base import File
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _
from wagtail.images.models import (
    AbstractImage,
    AbstractRendition,
    ImageQuerySet,
    WagtailImageField,
    WagtailImageFieldFile,
    get_upload_to,
)
from wagtail.images.models import Image as WagtailImage

from catalog.media.ingest import ReencodedFile, reencode
from ocop_badges.models import BadgePeriod

from .products import Product


class IngestedFileFieldFile(WagtailImageFieldFile):
    """The place where every byte of a picture is written, whoever saves it: only re-encoded files pass."""

    file: Any
    name: Any

    def save(self, name: str, content: File, save: bool = True) -> None:
        picture = reencode(content, name=name)
        self.instance.file_size = picture.size
        self.instance.file_hash = picture.sha1
        super().save(picture.name, picture, save=save)

    def get_image_dimensions(self) -> tuple[int, int]:
        """Of a file not yet stored: as it will be stored, so an unfit one is refused the moment it is assigned."""
        if self._committed:
            size: tuple[int, int] = super().get_image_dimensions()
            return size
        picture = self.file
        if not isinstance(picture, ReencodedFile):
            self.file = picture = reencode(picture, name=self.name)
            self.name = picture.name
        return picture.width, picture.height


class IngestedImageField(WagtailImageField):
    attr_class = IngestedFileFieldFile

    def contribute_to_class(self, cls: Any, name: str, **kwargs: Any) -> None:
        """Take the place of the field it replaces: fields are written in order, and this one fills later ones."""
        self.creation_counter = AbstractImage._meta.get_field(name).creation_counter
        super().contribute_to_class(cls, name, **kwargs)

    def deconstruct(self) -> Any:
        """To the database it is Wagtail's field, so migrations need not know the difference."""
        name, _path, args, kwargs = super().deconstruct()
        return name, "wagtail.images.models.WagtailImageField", args, kwargs


class ShopImageQuerySet(ImageQuerySet):
    def servable_on(self, day: date) -> Self:
        """Those that may be shown on ``day``: a picture of a mark only while its product has stars."""
        servable: Self = self.filter(servable_q(day))
        return servable


def servable_q(day: date, *, image: str = "") -> Q:
    """The condition behind ``servable_on``; ``image`` is the path to the image with its ``__``, as ``"image__"``."""
    stars = BadgePeriod.objects.covering(day).filter(product_id=OuterRef(f"{image}marked_product"))
    return Q(**{f"{image}shows_ocop_mark": False}) | Q(Exists(stars))


class ShopImage(AbstractImage):
    """The one kind of image of the shop. Every file is re-encoded on its way to storage (``catalog.media.ingest``)."""

    file = IngestedImageField(
        verbose_name=_("file"), upload_to=get_upload_to, width_field="width", height_field="height"
    )
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

    objects = ShopImageQuerySet.as_manager()

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
