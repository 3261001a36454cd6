"""The floor's SQL. A page is found by its index first and joined to what it shows afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from catalog.search.folding import accented_words, folded_words

# Which day's badge: of a listing ``l``.
BADGE = "b.product_id = l.product_id AND b.starts_on <= %(day)s AND b.ends_on > %(day)s"

CARD = """
p.public_id, p.slug, p.name, r.slug, r.name, v.code, v.name, n.code, n.name, s.code, s.name, l.price,
l.sellable_until, f.file, i.alt, b.stars, b.ends_on, c.public_id"""
CARD_PRODUCT = "JOIN catalog_product p ON p.id = l.product_id"
CARD_JOINS = f"""
JOIN catalog_producer r ON r.id = l.producer_id
JOIN catalog_province v ON v.id = l.province_id
JOIN catalog_industry n ON n.id = l.industry_id
JOIN catalog_productset s ON s.id = l.product_set_id
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
    WHERE {{where}} ORDER BY l.listed_at DESC, l.product_id DESC LIMIT %(limit)s
) AS page
JOIN catalog_listing l ON l.product_id = page.product_id {CARD_PRODUCT} {CARD_JOINS}
ORDER BY page.k0 DESC, page.k1 DESC"""

# Down to the last product with stars; the bench asks for no page beyond.
MOST_STARS = f"""
SELECT {CARD}, page.k0, page.k1
FROM (
    SELECT l.product_id, b.stars AS k0, b.product_id AS k1
    FROM catalog_listing l JOIN ocop_badges_badgeperiod b ON {BADGE}
    WHERE {{where}} ORDER BY b.stars DESC, b.product_id DESC LIMIT %(limit)s
) AS page
JOIN catalog_listing l ON l.product_id = page.product_id {CARD_PRODUCT} {CARD_JOINS}
ORDER BY page.k0 DESC, page.k1 DESC"""

RELEVANCE = f"""
SELECT {CARD}, page.k0, page.k1, page.k2
FROM (
    SELECT l.product_id, CASE {{tiers}} ELSE 8 END AS k0, LENGTH(l.name_folded) AS k1, l.product_id AS k2
    FROM catalog_listing l WHERE {{where}} ORDER BY k0, k1, k2 LIMIT %(limit)s
) AS page
JOIN catalog_listing l ON l.product_id = page.product_id {CARD_PRODUCT} {CARD_JOINS}
ORDER BY page.k0, page.k1, page.k2"""

FACETS = {
    "stars": f"""
        SELECT b.stars, COUNT(*) FROM catalog_listing l JOIN ocop_badges_badgeperiod b ON {BADGE}
        WHERE {{where}} GROUP BY b.stars ORDER BY b.stars DESC""",
    "province": """
        SELECT x.code, x.name, n FROM (
            SELECT l.province_id AS id, COUNT(*) AS n FROM catalog_listing l WHERE {where} GROUP BY l.province_id
        ) AS counted JOIN catalog_province x ON x.id = counted.id ORDER BY x.name_key""",
    "industry": """
        SELECT x.code, x.name, n FROM (
            SELECT l.industry_id AS id, COUNT(*) AS n FROM catalog_listing l WHERE {where} GROUP BY l.industry_id
        ) AS counted JOIN catalog_industry x ON x.id = counted.id ORDER BY x.position""",
    "product_set": """
        SELECT x.code, x.name, n FROM (
            SELECT l.product_set_id AS id, COUNT(*) AS n FROM catalog_listing l WHERE {where} GROUP BY l.product_set_id
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

STORY = """
SELECT page.slug FROM cms_storyproduct s JOIN wagtailcore_page page ON page.id = s.page_id
WHERE s.product_id = %(product)s AND page.live ORDER BY page.first_published_at DESC, page.id DESC LIMIT 1"""

BUNDLES = """
SELECT DISTINCT page.slug, page.title, page.first_published_at, page.id
FROM cms_giftitem i JOIN catalog_pack k ON k.id = i.pack_id JOIN wagtailcore_page page ON page.id = i.page_id
WHERE k.product_id = %(product)s AND page.live ORDER BY page.first_published_at DESC, page.id DESC"""

_MATCH = "l.product_id IN (SELECT rowid FROM catalog_listing_words WHERE catalog_listing_words MATCH %({name})s)"
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
    tiers: str = ""

    def where(self, *, without: str = "", also: str = "") -> str:
        kept = {name: condition for name, condition in self.conditions.items() if name != without}
        with_stars = _EACH_WITH_STARS if "province" in kept else _ALL_WITH_STARS
        conditions = [
            with_stars.format(which=condition) if name in ("stars", "certified") else condition
            for name, condition in kept.items()
        ]
        return " AND ".join([*conditions, *([also] if also else [])]) or "1"


def found_listings(asked: Mapping[str, str], day: date) -> Found:
    conditions: dict[str, str] = {}
    parameters: dict[str, Any] = {"day": day}
    tiers = ""
    if "q" in asked:
        conditions["text"], tiers = _text(asked["q"], parameters)
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
    return Found(conditions, parameters, tiers)


def _text(text: str, parameters: dict[str, Any]) -> tuple[str, str]:
    """That a listing has all words, and the cases that tell how well."""
    folded, accented = folded_words(text), accented_words(text)
    near = "name_folded own_former_place_folded producer_folded place_folded kind_folded"
    tiers = [
        _each(accented, "name_exact", whole=True),
        _each(accented, "name_exact"),
        _each(folded, "name_folded", whole=True),
        _each(folded, "name_folded"),
        _each(folded, "name_folded own_former_place_folded"),
        _joined(folded, "name_folded"),
        _each(folded, near),
        _each(folded, f"{near} other_former_place_folded"),
    ]
    for at, tier in enumerate(tiers):
        parameters[f"tier{at}"] = tier
    parameters["words"] = _joined(folded, f"{near} other_former_place_folded")
    cases = " ".join(f"WHEN {_MATCH.format(name=f'tier{at}')} THEN {at}" for at in range(len(tiers)))
    return _MATCH.format(name="words"), cases


def _each(words: list[str], columns: str, *, whole: bool = False) -> str:
    star = "" if whole else " *"
    return " AND ".join(f'({{{columns}}} : "{word}"{star})' for word in dict.fromkeys(words))


def _joined(words: list[str], columns: str) -> str:
    """Each word, or run together with its neighbour, or standing for two words of the name."""
    groups = []
    for at, word in enumerate(words):
        terms = [f'{{{columns}}} : "{word}" *']
        if len(word) >= 4:
            terms.append(f'{{name_joined}} : "{word}" *')
        if at > 0:
            terms.append(f'{{{columns}}} : "{words[at - 1]}{word}" *')
        if at + 1 < len(words):
            terms.append(f'{{{columns}}} : "{word}{words[at + 1]}" *')
        groups.append(f"({' OR '.join(terms)})")
    return " AND ".join(dict.fromkeys(groups))
