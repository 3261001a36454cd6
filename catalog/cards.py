"""A product as every list shows it: one line of values, its badge and picture those of the day asked.

The SQL is written by hand and shared with the search engines of the database, since a list of products is the answer
this shop gives most; one query, whatever the number of cards.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from catalog.media.pictures import API_SPEC
from catalog.models.fields import in_language
from ocop_badges.badges import Badge


@dataclass(frozen=True, slots=True)
class Card:
    """``path`` is the page's path in the language asked; ``price`` the lowest on sale, in đồng, None if not for sale.

    ``image_id`` is the first picture that may be shown on the day; ``image_file`` the stored name of its rendition for
    the API, None while there is none.
    """

    product_id: int
    public_id: str
    slug: str
    name: str
    path: str
    producer_slug: str
    producer_name: str
    province_code: str
    province_name: str
    industry_code: str
    industry_name: str
    product_set_code: str
    product_set_name: str
    price: int | None
    in_stock: bool
    image_id: int | None
    image_alt: str
    image_file: str | None
    badge: Badge | None


def _looked_up(table: str, key: str, *columns: str) -> str:
    return ", ".join(f"(SELECT x.{column} FROM {table} x WHERE x.id = {key})" for column in columns)  # noqa: S608


# Of a listing ``l``. The badge is the period that covers the day: BadgePeriodQuerySet.covering, in SQL.
HAS_BADGE = "b.product_id = l.product_id AND b.starts_on <= %(day)s AND b.ends_on > %(day)s"
BADGE_JOIN = f"JOIN ocop_badges_badgeperiod b ON {HAS_BADGE}"
# What stands in other tables is looked up row by row: a page has few rows, while PostgreSQL plans a query anew every
# time, and weighing six more tables in every order took ten times as long as all the rest.
CARD_COLUMNS = f"""
p.id, p.public_id, p.slug, p.name, p.name_en,
{_looked_up("catalog_producer", "l.producer_id", "slug", "name")},
{_looked_up("catalog_province", "l.province_id", "code", "name")},
{_looked_up("catalog_industry", "l.industry_id", "code", "name", "name_en")},
{_looked_up("catalog_productset", "l.product_set_id", "code", "name", "name_en")},
l.price, l.sellable_until, i.image_id, i.alt, i.alt_en,
(SELECT f.file FROM catalog_shoprendition f
    WHERE f.image_id = i.image_id AND f.filter_spec = '{API_SPEC}' AND f.focal_point_key = ''),
b.stars, b.ends_on, {_looked_up("ocop_badges_certificate", "b.certificate_id", "public_id")}"""  # noqa: S608
CARD_JOINS = f"""
JOIN catalog_product p ON p.id = l.product_id
LEFT {BADGE_JOIN}
LEFT JOIN catalog_productimage i
    ON i.product_id = l.product_id
    AND i.image_id = CASE WHEN b.id IS NULL THEN l.unmarked_image_id ELSE l.image_id END"""
CARD_WIDTH = CARD_COLUMNS.count(",") + 1


def load_cards(product_ids: Iterable[int], *, day: date, lang: str) -> dict[int, Card]:
    """The cards of products as of ``day``, by product id; what a shopper may not see is absent. One query."""
    ids = list(dict.fromkeys(product_ids))
    if not ids:
        return {}
    places = ",".join(f"%(id{at})s" for at in range(len(ids)))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {CARD_COLUMNS} FROM catalog_listing l {CARD_JOINS} WHERE l.product_id IN ({places})",  # noqa: S608
            {"day": day, **{f"id{at}": product_id for at, product_id in enumerate(ids)}},
        )
        return {row[0]: card_of(row, day=day, lang=lang) for row in cursor.fetchall()}


def card_of(row: Sequence[Any], *, day: date, lang: str) -> Card:
    """The card in a row of ``CARD_COLUMNS``."""
    (
        product_id, public_id, slug, name, name_en, producer_slug, producer_name, province_code, province_name,
        industry_code, industry_name, industry_name_en, set_code, set_name, set_name_en, price, sellable_until,
        image_id, alt, alt_en, image_file, stars, ends_on, certificate,
    ) = row[:CARD_WIDTH]  # fmt: skip
    name = in_language(name, name_en, lang)
    return Card(
        product_id,
        public_id,
        slug,
        name,
        page_path(slug, lang),
        producer_slug,
        producer_name,
        province_code,
        province_name,
        industry_code,
        in_language(industry_name, industry_name_en, lang),
        set_code,
        in_language(set_name, set_name_en, lang),
        price,
        sellable_until is not None and sellable_until >= day,
        image_id,
        (in_language(alt, alt_en, lang) or name) if image_id else "",
        image_file,
        Badge(stars, ends_on - timedelta(days=1), certificate) if stars else None,
    )


def page_path(slug: str, lang: str) -> str:
    """Where the page of a product is."""
    return f"/en/products/{slug}/" if lang == "en" else f"/products/{slug}/"
