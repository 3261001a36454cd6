"""What there is to ask for: ``python -m bench.search.samples`` under a shop's settings prints one line of JSON.

``provinces``: codes of the eight biggest. ``half_way``: the cursor after the middle of the newest listings.
``listings``: how many there are. ``words_size``: bytes of what the database keeps for searches alone, its index of
words and the vocabulary for typos.
"""

import json

import django

SIZES = {
    "postgresql": """
        SELECT COALESCE(SUM(pg_total_relation_size(oid)), 0) FROM pg_class
        WHERE relname IN ('catalog_searchword', 'listing_words')""",
    "sqlite": """
        SELECT COALESCE(SUM(pgsize), 0) FROM dbstat
        WHERE name LIKE 'catalog_listing_words%' OR name LIKE '%searchword%' OR name LIKE 'search_word%'""",
}


def main() -> None:
    django.setup()

    from django.db import connection
    from django.db.models import Count

    from catalog.models import Listing, Province
    from ocop_badges.cursors import Cursor, encode

    listings = Listing.objects.count()
    biggest = Listing.objects.values("province").annotate(n=Count("pk")).order_by("-n", "province")[:8]
    codes = dict(Province.objects.values_list("pk", "code"))
    newest = Listing.objects.order_by("-listed_at", "-pk").values_list("listed_at", "pk")
    listed_at, product = newest[max(listings // 2 - 1, 0)]
    with connection.cursor() as cursor:
        cursor.execute(SIZES[connection.vendor].replace("%", "%%"))
        words_size = int(cursor.fetchone()[0])
    print(
        json.dumps(
            {
                "listings": listings,
                "provinces": [codes[row["province"]] for row in biggest],
                "words_size": words_size,
                "half_way": encode(Cursor((listed_at, product)), ordering="newest"),
            }
        )
    )


if __name__ == "__main__":
    main()
