"""One product as values: what the API tells of it on a day, in a fixed number of queries written by hand."""
# ruff: noqa: S608 - only fixed text is pasted into SQL

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from ocop_badges import tokens
from ocop_badges.inspections.summaries import PublicInspection, load_inspections

from . import parts
from .cards import CARD_COLUMNS, CARD_JOINS, CARD_WIDTH, Card, card_of
from .goods import GoodsRule, load_goods_rule
from .media.pictures import API_SPEC
from .models.fields import in_language

Number = int | float


@dataclass(frozen=True, slots=True)
class Picture:
    """``file`` is the stored name of the rendition for the API, None while there is none."""

    image_id: int
    alt: str
    file: str | None


@dataclass(frozen=True, slots=True)
class Pack:
    """``price`` in đồng, None where the pack is not for sale; ``in_stock``: some of it can be sold on the day."""

    sku: str
    name: str
    net_value: Number | None
    net_unit: str
    price: int | None
    in_stock: bool
    gtin: str | None


@dataclass(frozen=True, slots=True)
class Quality:
    """A certificate beside the stars, valid on the day."""

    name: str
    number: str
    valid_until: date


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """``description`` is plain text, its live tokens as words; ``season`` is its first and last month.

    ``story_path`` and the urls of ``bundles`` are paths without a language prefix.
    """

    card: Card
    description: str
    pictures: list[Picture]
    packs: list[Pack]
    origin: str
    ingredients: str
    storage: str
    shelf_life_days: int | None
    seller_name: str
    seller_address: str
    seller_phone: str
    seller_registration_number: str
    return_policy: str
    quality_certificates: list[Quality]
    season: tuple[int, int] | None
    capacity: Number | None
    capacity_unit: str
    story_path: str | None
    bundles: list[dict[str, Any]]
    rating: Any
    inspections: list[PublicInspection]
    rule: GoodsRule | None


_PRODUCT = f"""
SELECT {CARD_COLUMNS}, p.description, p.description_en, p.origin, p.origin_en, m.name, p.ingredients, p.ingredients_en,
    p.storage, p.storage_en, p.shelf_life_days, p.return_policy, p.return_policy_en, p.season_from_month,
    p.season_to_month, p.capacity_per_year, p.capacity_unit, r.legal_name, r.address, r.phone, r.registration_number,
    r.id
FROM catalog_listing l {CARD_JOINS}
JOIN catalog_producer r ON r.id = l.producer_id
LEFT JOIN catalog_commune m ON m.id = p.commune_id
WHERE p.slug = %(slug)s"""
_PICTURES = f"""
SELECT i.image_id, i.alt, i.alt_en, f.file
FROM catalog_productimage i
JOIN catalog_shopimage g ON g.id = i.image_id
LEFT JOIN catalog_shoprendition f
    ON f.image_id = i.image_id AND f.filter_spec = '{API_SPEC}' AND f.focal_point_key = ''
WHERE i.product_id = %(product)s AND (
    g.marked_product_id IS NULL OR EXISTS (
        SELECT 1 FROM ocop_badges_badgeperiod b
        WHERE b.product_id = g.marked_product_id AND b.starts_on <= %(day)s AND b.ends_on > %(day)s
    )
)
ORDER BY i.position, i.id"""
_PACKS = """
SELECT k.id, k.sku, k.name, k.name_en, k.net_value, k.net_unit, k.price, k.is_on_sale, k.gtin,
    k.min_remaining_life_days, s.id, s.best_before
FROM catalog_pack k
LEFT JOIN catalog_stock s ON s.pack_id = k.id AND s.on_hand > s.reserved
WHERE k.product_id = %(product)s
ORDER BY k.position, k.id"""
_QUALITY = """
SELECT q.name, q.number, q.valid_until
FROM catalog_qualitycertificate q
WHERE q.product_id = %(product)s AND q.valid_until >= %(day)s AND (q.valid_from IS NULL OR q.valid_from <= %(day)s)
ORDER BY q.name, q.id"""


def load_product(slug: str, *, day: date, lang: str) -> ProductFacts | None:
    """What is told of a product on ``day`` in ``lang``; None where a shopper may see none.

    Goods that may not be sold on the day, as their seller lacks a document, have no price and are not in stock.

    Six queries, one more where the description holds a live token, one where a policy asks for documents, and those of
    ``catalog.parts``.
    """
    with connection.cursor() as cursor:
        cursor.execute(_PRODUCT, {"slug": slug, "day": day})
        row = cursor.fetchone()
        if row is None:
            return None
        card = card_of(row, day=day, lang=lang)
        params: dict[str, int | date] = {"product": card.product_id, "day": day}
        cursor.execute(_PICTURES, params)
        pictures = cursor.fetchall()
        cursor.execute(_PACKS, {"product": card.product_id})
        packs = cursor.fetchall()
        cursor.execute(_QUALITY, params)
        quality = cursor.fetchall()
    (
        description, description_en, origin, origin_en, commune, ingredients, ingredients_en, storage, storage_en,
        shelf_life_days, return_policy, return_policy_en, season_from, season_to, capacity, capacity_unit,
        legal_name, address, phone, registration_number, producer_id,
    ) = row[CARD_WIDTH:]  # fmt: skip
    text = in_language(description, description_en, lang)
    rule = load_goods_rule(product_id=card.product_id, producer_id=producer_id, set_code=card.product_set_code, on=day)
    may_be_sold = rule is None or rule.may_be_sold
    if not may_be_sold:
        card = replace(card, price=None, in_stock=False)
    extra = parts.load([card.product_id], day)[card.product_id]
    return ProductFacts(
        card=card,
        description=tokens.expand_text(text, tokens.load_token_badges([text], day=day), lang),
        pictures=[Picture(pk, in_language(alt, alt_en, lang) or card.name, file) for pk, alt, alt_en, file in pictures],
        packs=_packs(packs, day=day, lang=lang, may_be_sold=may_be_sold),
        origin=in_language(origin, origin_en, lang) or ", ".join(filter(None, (commune, card.province_name))),
        ingredients=in_language(ingredients, ingredients_en, lang),
        storage=in_language(storage, storage_en, lang),
        shelf_life_days=shelf_life_days,
        seller_name=legal_name or card.producer_name,
        seller_address=address,
        seller_phone=phone,
        seller_registration_number=registration_number,
        return_policy=in_language(return_policy, return_policy_en, lang),
        quality_certificates=[Quality(*values) for values in quality],
        season=(season_from, season_to) if season_from else None,
        capacity=_number(capacity),
        capacity_unit=capacity_unit,
        story_path=extra["story"],
        bundles=parts.bundles_in(extra["bundles"], lang),
        rating=extra["rating"],
        inspections=load_inspections([card.product_id], on=day).get(card.product_id, []),
        rule=rule,
    )


def _packs(rows: Sequence[Sequence[Any]], *, day: date, lang: str, may_be_sold: bool) -> list[Pack]:
    """The packs in rows of pack and stock: a pack can be sold while some stock outlives its least remaining life."""
    sellable: dict[int, bool] = {}
    for pack_id, *_, life, stock_id, best_before in rows:
        keeps = stock_id is not None and (best_before is None or best_before - day >= timedelta(days=life))
        sellable[pack_id] = sellable.get(pack_id, False) or keeps
    first_rows = {row[0]: row for row in reversed(rows)}
    packs = []
    for pack_id, has_stock in sellable.items():
        _, sku, name, name_en, net_value, net_unit, price, is_on_sale, gtin, *_ = first_rows[pack_id]
        asked = price if is_on_sale and may_be_sold else None
        packs.append(
            Pack(
                sku=sku,
                name=in_language(name, name_en, lang),
                net_value=_number(net_value),
                net_unit=net_unit,
                price=asked,
                in_stock=has_stock and asked is not None,
                gtin=gtin,
            )
        )
    return packs


def _number(value: Decimal | float | None) -> Number | None:
    """A JSON number without a needless fraction."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)
