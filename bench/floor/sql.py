"""The floor's SQL. A page is found by its index first and joined to what it shows afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.search.folding import folded_words

MAX_COUNT = 20_000  # beyond, nobody counts

# Which day's badge: of a listing ``l``.
BADGE = "b.product_id = l.product_id AND b.starts_on <= %(day)s AND b.ends_on > %(day)s"

# Small tables are looked up row by row: joined, they make PostgreSQL plan ten times as long as it takes to answer.
PROVINCE = "(SELECT {0} FROM catalog_province x WHERE x.id = l.province_id)"
INDUSTRY = "(SELECT {0} FROM catalog_industry x WHERE x.id = l.industry_id)"
PRODUCT_SET = "(SELECT {0} FROM catalog_productset x WHERE x.id = l.product_set_id)"
CARD = f"""
p.public_id, p.slug, p.name, r.slug, r.name, {PROVINCE.format("x.code")}, {PROVINCE.format("x.name")},
{INDUSTRY.format("x.code")}, {INDUSTRY.format("x.name")},
{PRODUCT_SET.format("x.code")}, {PRODUCT_SET.format("x.name")},
l.price, l.sellable_until, f.file, i.alt, b.stars, b.ends_on, c.public_id"""
CARD_PRODUCT = "JOIN catalog_product p ON p.id = l.product_id"
CARD_JOINS = f"""
JOIN catalog_producer r ON r.id = l.producer_id
LEFT JOIN ocop_badges_badgeperiod b ON {BADGE}
LEFT JOIN ocop_badges_certificate c ON c.id = b.certificate_id
LEFT JOIN catalog_productimage i ON i.product_id = l.product_id
    AND i.image_id = CASE WHEN b.id IS NULL THEN l.unmarked_image_id ELSE l.image_id END
LEFT JOIN catalog_shoprendition f
    ON f.image_id = i.image_id AND f.filter_spec = 'width-640|format-webp' AND f.focal_point_key = ''"""

NEWEST = f"""
SELECT {CARD}, page.k0, page.k1
FROM (
    SELECT l.product_id, l.listed_at AS k0, l.product_id AS k1 FROM catalog_listing l
    {{where}} ORDER BY l.listed_at DESC, l.product_id DESC LIMIT %(limit)s
) AS page
JOIN catalog_listing l ON l.product_id = page.product_id {CARD_PRODUCT} {CARD_JOINS}
ORDER BY page.k0 DESC, page.k1 DESC"""

# Down to the last product with stars; the bench asks for no page beyond.
MOST_STARS = f"""
SELECT {CARD}, page.k0, page.k1
FROM (
    SELECT l.product_id, b.stars AS k0, b.product_id AS k1
    FROM catalog_listing l JOIN ocop_badges_badgeperiod b ON {BADGE}
    {{where}} ORDER BY b.stars DESC, b.product_id DESC LIMIT %(limit)s
) AS page
JOIN catalog_listing l ON l.product_id = page.product_id {CARD_PRODUCT} {CARD_JOINS}
ORDER BY page.k0 DESC, page.k1 DESC"""

COUNT = f"SELECT COUNT(*) FROM (SELECT 1 FROM catalog_listing l {{where}} LIMIT {MAX_COUNT + 1}) AS counted"

FACETS = {
    "stars": f"""
        SELECT b.stars, COUNT(*) FROM catalog_listing l JOIN ocop_badges_badgeperiod b ON {BADGE}
        {{where}} GROUP BY b.stars ORDER BY b.stars DESC""",
    "province": """
        SELECT x.code, x.name, n FROM (
            SELECT l.province_id AS id, COUNT(*) AS n FROM catalog_listing l {where} GROUP BY l.province_id
        ) AS counted JOIN catalog_province x ON x.id = counted.id ORDER BY x.name_key""",
    "industry": """
        SELECT x.code, x.name, n FROM (
            SELECT l.industry_id AS id, COUNT(*) AS n FROM catalog_listing l {where} GROUP BY l.industry_id
        ) AS counted JOIN catalog_industry x ON x.id = counted.id ORDER BY x.position""",
    "product_set": """
        SELECT x.code, x.name, n FROM (
            SELECT l.product_set_id AS id, COUNT(*) AS n FROM catalog_listing l {where} GROUP BY l.product_set_id
        ) AS counted JOIN catalog_productset x ON x.id = counted.id ORDER BY x.position""",
}

PRODUCT = f"""
SELECT {CARD}, p.id, p.description, p.origin, p.ingredients, p.storage, p.shelf_life_days, r.legal_name, r.address,
    r.phone, r.registration_number, p.return_policy, p.season_from_month, p.season_to_month, p.capacity_per_year,
    p.capacity_unit
FROM catalog_product p JOIN catalog_listing l ON l.product_id = p.id {CARD_JOINS}
WHERE p.slug = %(slug)s"""

IMAGES = """
SELECT i.alt, f.file
FROM catalog_productimage i
JOIN catalog_shopimage g ON g.id = i.image_id
JOIN catalog_shoprendition f
    ON f.image_id = i.image_id AND f.filter_spec = 'width-640|format-webp' AND f.focal_point_key = ''
WHERE i.product_id = %(product)s AND (
    NOT g.shows_ocop_mark OR EXISTS (
        SELECT 1 FROM ocop_badges_badgeperiod b
        WHERE b.product_id = g.marked_product_id AND b.starts_on <= %(day)s AND b.ends_on > %(day)s
    )
)
ORDER BY i.position, i.id"""

PACKS = """
SELECT k.sku, k.name, k.net_value, k.net_unit, k.price, k.is_on_sale, k.gtin, EXISTS (
    SELECT 1 FROM catalog_stock t WHERE t.pack_id = k.id AND t.on_hand > t.reserved AND (
        t.best_before IS NULL OR t.best_before >= date(%(day)s, '+' || k.min_remaining_life_days || ' days')
    )
)
FROM catalog_pack k WHERE k.product_id = %(product)s ORDER BY k.position, k.id"""

QUALITY_CERTIFICATES = """
SELECT name, number, valid_until FROM catalog_qualitycertificate
WHERE product_id = %(product)s AND valid_until >= %(day)s AND (valid_from IS NULL OR valid_from <= %(day)s)
ORDER BY name, id"""

INSPECTIONS = """
SELECT i.kind, i.carried_out_on, i.conclusion,
    COUNT(f.id) FILTER (WHERE f.mended_on IS NULL OR f.mended_on > %(day)s)
FROM ocop_inspections_inspection i LEFT JOIN ocop_inspections_finding f ON f.inspection_id = i.id
WHERE i.product_id = %(product)s AND i.state = 'concluded' AND i.concluded_on <= %(day)s
GROUP BY i.id ORDER BY i.carried_out_on DESC, i.id DESC LIMIT 10"""

STORY = """
SELECT page.slug FROM cms_storyproduct s JOIN wagtailcore_page page ON page.id = s.page_id
WHERE s.product_id = %(product)s AND page.live ORDER BY page.first_published_at DESC, page.id DESC LIMIT 1"""

BUNDLES = """
SELECT DISTINCT page.slug, page.title, page.first_published_at, page.id
FROM cms_giftitem i JOIN catalog_pack k ON k.id = i.pack_id JOIN wagtailcore_page page ON page.id = i.page_id
WHERE k.product_id = %(product)s AND page.live ORDER BY page.first_published_at DESC, page.id DESC"""

_SEARCHED = "(l.name_folded || ' ' || l.producer_folded || ' ' || l.place_folded || ' ' || l.own_former_place_folded)"
# With stars: row by row where a province narrows the rows, else all at once.
_EACH_WITH_STARS = f"EXISTS (SELECT 1 FROM ocop_badges_badgeperiod b WHERE {BADGE}{{which}})"
_ALL_WITH_STARS = (
    "l.product_id IN (SELECT b.product_id FROM ocop_badges_badgeperiod b"
    " WHERE b.starts_on <= %(day)s AND b.ends_on > %(day)s{which})"
)


@dataclass(frozen=True, slots=True)
class Found:
    """Which listings count: conditions by the parameter they come from, and what they refer to."""

    conditions: dict[str, str]
    parameters: dict[str, Any]

    def where(self, *, without: str = "", also: str = "") -> str:
        kept = {name: condition for name, condition in self.conditions.items() if name != without}
        with_stars = _EACH_WITH_STARS if "province" in kept else _ALL_WITH_STARS
        conditions = [
            with_stars.format(which=condition) if name in ("stars", "certified") else condition
            for name, condition in kept.items()
        ]
        tests = [*conditions, *([also] if also else [])]
        return f"WHERE {' AND '.join(tests)}" if tests else ""


def found_listings(asked: Mapping[str, str], day: date, *, vendor: str) -> Found:
    conditions: dict[str, str] = {}
    parameters: dict[str, Any] = {"day": day}
    if "q" in asked:
        conditions["text"] = (_matched if vendor == "sqlite" else _looked_through)(asked["q"], parameters)
    if "stars" in asked:
        stars = ", ".join(str(int(number)) for number in asked["stars"].split(","))
        conditions["stars"] = f" AND b.stars IN ({stars})"
    if asked.get("certified") == "true":
        conditions["certified"] = ""
    for name in ("province", "industry"):
        if name in asked:
            conditions[name] = f"l.{name}_id = (SELECT id FROM catalog_{name} WHERE code = %({name})s)"
            parameters[name] = asked[name]
    if "price_max" in asked:
        conditions["price_max"] = "l.price <= %(price_max)s"
        parameters["price_max"] = int(asked["price_max"])
    if "in_stock" in asked:
        conditions["in_stock"] = "l.sellable_until >= %(day)s"
    return Found(conditions, parameters)


def _matched(text: str, parameters: dict[str, Any]) -> str:
    """That a listing has all words, by SQLite's index of words."""
    parameters["words"] = " ".join(f'"{word}" *' for word in dict.fromkeys(folded_words(text)))
    return "l.product_id IN (SELECT rowid FROM catalog_listing_words WHERE catalog_listing_words MATCH %(words)s)"


def _looked_through(text: str, parameters: dict[str, Any]) -> str:
    """That each word is somewhere in the words of a listing: what one writes who has no index of words."""
    conditions = []
    for at, word in enumerate(dict.fromkeys(folded_words(text))):
        parameters[f"like{at}"] = f"%{word}%"
        conditions.append(f"{_SEARCHED} ILIKE %(like{at})s")
    return " AND ".join(conditions)
