"""What stories and bundles add to a product's answer (``catalog.parts``)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from catalog.parts import register

from .models import GiftItem, StoryProduct


def load_stories(product_ids: Sequence[int], on: date) -> Mapping[int, str]:
    """The path of the newest published story of each product. One query."""
    rows = (
        StoryProduct.objects.filter(product_id__in=product_ids, page__live=True)
        .order_by("page__first_published_at", "page_id")
        .values_list("product_id", "page__slug")
    )
    return {product_id: f"/stories/{slug}/" for product_id, slug in rows}  # the last one wins: the newest


def load_bundles(product_ids: Sequence[int], on: date) -> Mapping[int, list[dict[str, Any]]]:
    """The published bundles that each product is part of, newest first. One query."""
    rows = (
        GiftItem.objects.filter(pack__product_id__in=product_ids, page__live=True)
        .order_by("-page__first_published_at", "-page_id")
        .values_list("pack__product_id", "page__slug", "page__title")
        .distinct()
    )
    bundles: dict[int, list[dict[str, Any]]] = {}
    for product_id, slug, title in rows:
        bundles.setdefault(product_id, []).append({"slug": slug, "title": title, "url": f"/gifts/{slug}/"})
    return bundles


def register_parts() -> None:
    register("story", load_stories)
    register("bundles", load_bundles)
