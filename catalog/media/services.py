from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max

from catalog.models import Product, ProductImage, ShopImage
from catalog.search.indexing import refresh_listings

from .ingest import reencode
from .pictures import render_image


@transaction.atomic
def add_image(
    *,
    product: Product,
    file: File,
    title: str = "",
    alt: str = "",
    alt_en: str = "",
    shows_ocop_mark: bool = False,
    by: Any = None,
) -> ProductImage:
    """Put a picture behind those a product has; it is re-encoded, and its renditions are made once that is stored.

    ``shows_ocop_mark``: it is then shown only on days this product has stars. Raises ``ValidationError`` for a file
    that is no fit picture.
    """
    image = ShopImage(
        title=title or alt or product.name,
        file=reencode(file),
        description=alt,
        shows_ocop_mark=shows_ocop_mark,
        marked_product=product if shows_ocop_mark else None,
        uploaded_by_user=by,
    )
    image.full_clean(exclude=["file"])
    image.save()
    last = product.images.aggregate(last=Max("position"))["last"]
    shown = ProductImage(product=product, image=image, alt=alt, alt_en=alt_en, position=0 if last is None else last + 1)
    shown.full_clean()
    shown.save()
    refresh_listings([product.pk])
    transaction.on_commit(partial(render_image, image))
    return shown


def refresh_listings_with(image: ShopImage) -> None:
    """Rewrite the listings of the products that show this image: they know whether it shows a mark.

    Part of the caller's transaction.
    """
    refresh_listings(ProductImage.objects.filter(image=image).values_list("product_id", flat=True))
