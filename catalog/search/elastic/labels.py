"""What the values of facets are called, and in which order they come: as the engines in a database say it."""

from collections.abc import Mapping
from typing import Final

from django.db import connection

from catalog.models.fields import in_language
from catalog.search.query import FACETS, FacetName, FacetValue

# For each facet: its place among its like, the name to sort by, code, name and English name, the same of what it is
# part of.
_LABELS: Final[dict[FacetName, str]] = {
    "province": "0, x.name_key, x.code, x.name, '', '', '' FROM catalog_province x",
    "industry": "x.position, '', x.code, x.name, x.name_en, '', '' FROM catalog_industry x",
    "product_set": "x.position, '', x.code, x.name, x.name_en, n.name, n.name_en FROM catalog_productset x"
    " JOIN catalog_industry n ON n.id = x.industry_id",
}


def label_facets(counts: Mapping[FacetName, Mapping[int, int]], *, lang: str) -> dict[FacetName, list[FacetValue]]:
    """Facets out of counts by id (stars: by their number). Ids that the shop does not know are left out. One query."""
    facets: dict[FacetName, list[FacetValue]] = {name: [] for name in FACETS}
    facets["stars"] = [FacetValue(stars, count) for stars, count in sorted(counts["stars"].items(), reverse=True)]
    lookups = [
        f"SELECT '{name}', x.id, {labels} WHERE x.id IN ({', '.join(str(int(pk)) for pk in counts[name])})"
        for name, labels in _LABELS.items()
        if counts[name]
    ]
    if not lookups:
        return facets
    with connection.cursor() as cursor:
        cursor.execute(f"{' UNION ALL '.join(lookups)} ORDER BY 1, 3, 4")
        for name, pk, _position, _sort_name, code, vi, en, group_vi, group_en in cursor.fetchall():
            group = in_language(group_vi, group_en, lang)
            facets[name].append(FacetValue(code, counts[name][pk], in_language(vi, en, lang), group))
    return facets
