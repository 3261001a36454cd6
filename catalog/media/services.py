from functools import partial
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Max

from catalog.claims import refuse_typed_claims
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
    image = store_image(
        file=file,
        title=title or alt or product.name,
        description=alt,
        marked_product=product if shows_ocop_mark else None,
        by=by,
    )
    last = product.images.aggregate(last=Max("position"))["last"]
    shown = ProductImage(product=product, image=image, alt=alt, alt_en=alt_en, position=0 if last is None else last + 1)
    shown.full_clean()
    refuse_typed_claims(shown)
    shown.save()
    refresh_listings([product.pk])
    return shown


@transaction.atomic
def store_image(
    *, file: File, title: str, description: str = "", marked_product: Product | None = None, by: Any = None
) -> ShopImage:
    """Store a picture, re-encoded; its renditions are made once that is committed.

    ``marked_product`` is the product whose OCOP mark or stars it shows, None where it shows none.
    """
    image = ShopImage(
        title=title[:255],
        file=reencode(file),
        description=description,
        shows_ocop_mark=marked_product is not None,
        marked_product=marked_product,
        uploaded_by_user=by,
    )
    image.full_clean(exclude=["file"])
    refuse_typed_claims(image, fields=["description"])
    image.save()
    transaction.on_commit(partial(render_image, image))
    return image


def refresh_listings_with(image: ShopImage) -> None:
    """Rewrite the listings of the products that show this image: they know whether it shows a mark.

    Part of the caller's transaction.
    """
    refresh_listings(ProductImage.objects.filter(image=image).values_list("product_id", flat=True))
