"""What changes the catalogue. Each function is one transaction that leaves no listing stale.

All raise ``django.core.exceptions.ValidationError`` with its messages by field where a value cannot be taken, and then
have written nothing.
"""

from .documents import record_document
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
from .stock import Seen, add_lot, count_lot, needs_best_before, take_out_lot

__all__ = [
    "Seen",
    "add_lot",
    "add_quality_certificate",
    "count_lot",
    "create_producer",
    "create_product",
    "free_slug",
    "needs_best_before",
    "publish_producer",
    "publish_product",
    "record_document",
    "remove_quality_certificate",
    "rename_slug",
    "set_pack",
    "set_stock",
    "take_out_lot",
    "unpublish_producer",
    "unpublish_product",
    "update_producer",
    "update_product",
]
