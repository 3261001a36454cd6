"""What changes the catalogue. Each function is one transaction that leaves no listing stale.

All raise ``django.core.exceptions.ValidationError`` with its messages by field where a value cannot be taken, and then
have written nothing.
"""

from .packs import set_pack, set_stock
from .producers import create_producer, publish_producer, unpublish_producer, update_producer
from .products import (
    add_quality_certificate,
    create_product,
    publish_product,
    remove_quality_certificate,
    unpublish_product,
    update_product,
)
from .slugs import free_slug, rename_slug

__all__ = [
    "add_quality_certificate",
    "create_producer",
    "create_product",
    "free_slug",
    "publish_producer",
    "publish_product",
    "remove_quality_certificate",
    "rename_slug",
    "set_pack",
    "set_stock",
    "unpublish_producer",
    "unpublish_product",
    "update_producer",
    "update_product",
]
