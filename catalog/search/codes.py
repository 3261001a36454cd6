"""From the codes and slugs that clients know to the ids that filters hold."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final, Literal

from django.db import connection

CodeKind = Literal["province", "industry", "product_set", "producer"]

# A producer goes by its former slugs too, and only while it is published.
_LOOKUPS: Final[Mapping[CodeKind, str]] = {
    "province": "SELECT 'province', code, id FROM catalog_province WHERE code IN ({})",
    "industry": "SELECT 'industry', code, id FROM catalog_industry WHERE code IN ({})",
    "product_set": "SELECT 'product_set', code, id FROM catalog_productset WHERE code IN ({})",
    "producer": """SELECT 'producer', f.slug, p.id FROM catalog_formerproducerslug f
        JOIN catalog_producer p ON p.id = f.producer_id WHERE p.is_published AND f.slug IN ({0})
        UNION ALL SELECT 'producer', slug, id FROM catalog_producer WHERE is_published AND slug IN ({0})""",
}


def find_codes(asked: Mapping[CodeKind, Collection[str]]) -> dict[CodeKind, dict[str, int]]:
    """The ids of codes, by kind and code; unknown ones are absent. One query, none for nothing."""
    params: dict[str, str] = {}
    lookups = [_LOOKUPS[kind].format(_places(codes, kind, params)) for kind, codes in asked.items() if codes]
    found: dict[CodeKind, dict[str, int]] = {kind: {} for kind in asked}
    if lookups:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(lookups), params)
            for kind, code, pk in cursor.fetchall():
                found[kind][code] = pk
    return found


def _places(codes: Iterable[str], kind: CodeKind, params: dict[str, str]) -> str:
    names = [f"{kind}{at}" for at, _ in enumerate(codes)]
    params.update(zip(names, codes, strict=True))
    return ", ".join(f"%({name})s" for name in names)
