"""What the badges may know of a product: answers the port ``ocop_badges.subjects``.

SQL by hand, as in ``ocop_badges.badges``: every badge begins with one of these questions.
"""
# ruff: noqa: S608 - only fixed text is pasted into SQL

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection

from catalog.models.fields import name_key
from ocop_badges.subjects import Subject, Subjects

_SUBJECTS = """
SELECT p.id, p.public_id, p.slug, p.name, p.name_en, r.name, r.slug, v.code, v.name, s.code, p.is_published,
    r.is_published, r.id, r.email, r.phone, COALESCE(c.name, ''), s.name
FROM catalog_product p
JOIN catalog_producer r ON r.id = p.producer_id
JOIN catalog_province v ON v.id = p.province_id
JOIN catalog_productset s ON s.id = p.product_set_id
LEFT JOIN catalog_commune c ON c.id = p.commune_id
WHERE """
_BY_SLUG = f"{_SUBJECTS} p.slug = %s"
_BY_FORMER_SLUG = f"{_SUBJECTS} p.id = (SELECT f.product_id FROM catalog_formerproductslug f WHERE f.slug = %s)"


def by_slug(slug: str) -> Subject | None:
    """The product that has this slug now, else the one that once had it; published or not."""
    found = _load(_BY_SLUG, [slug]) or _load(_BY_FORMER_SLUG, [slug])
    return found[0] if found else None


def by_ids(product_ids: Iterable[int]) -> dict[int, Subject]:
    """Products by id, published or not. One query."""
    ids = list(product_ids)
    if not ids:
        return {}
    places = ", ".join(["%s"] * len(ids))
    return {subject.product_id: subject for subject in _load(f"{_SUBJECTS} p.id IN ({places})", ids)}


def _load(sql: str, params: Sequence[Any]) -> list[Subject]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows = cursor.fetchall()
    return [_subject(*row) for row in rows]


def _subject(
    product_id: int,
    public_id: str,
    slug: str,
    name: str,
    name_en: str,
    producer_name: str,
    producer_slug: str,
    province_code: str,
    province_name: str,
    product_set_code: str,
    is_published: bool,
    producer_is_published: bool,
    producer_id: int,
    producer_email: str,
    producer_phone: str,
    commune_name: str,
    product_set_name: str,
) -> Subject:
    return Subject(
        product_id=product_id,
        public_id=public_id,
        slug=slug,
        name=name,
        name_en=name_en,
        producer_name=producer_name,
        producer_slug=producer_slug,
        province_code=province_code,
        province_name=province_name,
        product_set_code=product_set_code,
        path=f"/products/{slug}/",
        is_published=bool(is_published and producer_is_published),
        producer_id=producer_id,
        producer_email=producer_email,
        producer_phone=producer_phone,
        commune_name=commune_name,
        product_set_name=product_set_name,
    )


SUBJECTS = Subjects(by_slug=by_slug, by_ids=by_ids, name_key=name_key)
