"""What stories and bundles add to a product's answer (``catalog.parts``).

Read by every answer about one product, hence the SQL by hand: it costs a third of what the same querysets do.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.db import connection

from catalog.parts import register

_STORIES = """
SELECT s.product_id, page.slug
FROM cms_storyproduct s JOIN wagtailcore_page page ON page.id = s.page_id
WHERE page.live AND s.product_id IN ({places})
ORDER BY page.first_published_at IS NOT NULL, page.first_published_at, page.id"""
_BUNDLES = """
SELECT DISTINCT k.product_id, page.slug, page.title, gift.title_en,
    page.first_published_at IS NULL, page.first_published_at, page.id
FROM cms_giftitem i JOIN catalog_pack k ON k.id = i.pack_id
JOIN cms_giftbundlepage gift ON gift.page_ptr_id = i.page_id JOIN wagtailcore_page page ON page.id = i.page_id
WHERE page.live AND k.product_id IN ({places})
ORDER BY page.first_published_at IS NULL, page.first_published_at DESC, page.id DESC"""


def load_stories(product_ids: Sequence[int], on: date) -> Mapping[int, str]:
    """The path of the newest published story of each product. One query."""
    rows = _fetch(_STORIES, product_ids)
    return {product_id: f"/stories/{slug}/" for product_id, slug in rows}  # the last one wins: the newest


def load_bundles(product_ids: Sequence[int], on: date) -> Mapping[int, list[dict[str, Any]]]:
    """The published bundles that each product is part of, newest first. One query."""
    bundles: dict[int, list[dict[str, Any]]] = {}
    for product_id, slug, title, title_en, *_ in _fetch(_BUNDLES, product_ids):
        bundles.setdefault(product_id, []).append(
            {"slug": slug, "title": title, "title_en": title_en, "url": f"/gifts/{slug}/"}
        )
    return bundles


def _fetch(sql: str, product_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    if not product_ids:
        return []
    with connection.cursor() as cursor:
        cursor.execute(sql.format(places=", ".join(["%s"] * len(product_ids))), list(product_ids))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


def register_parts() -> None:
    register("story", load_stories)
    register("bundles", load_bundles)
