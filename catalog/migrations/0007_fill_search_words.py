"""The words of every listing: as lexemes on PostgreSQL, in the vocabulary, and the lines that say more than before.

In batches with a transaction each, so that no lock is held for long. What is done shows, so that an interrupted run
goes on where it stopped.
"""

from django.db import migrations, models, transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Length, Now

from catalog.search.engines.lexemes import vector_of
from catalog.search.folding import BEGINS
from catalog.search.lines import joined_line, kind_line, seller_line
from catalog.search.vocabulary import kept_shapes, words_of

BATCH = 1_000
LINES = ("name_joined", "producer_folded", "kind_folded")
KEPT = ("name_exact", "name_folded", "place_folded", "own_former_place_folded", "other_former_place_folded")
UPDATE_EACH = "UPDATE {table} SET name_joined = %s, producer_folded = %s, kind_folded = %s WHERE {key} = %s"
UPDATE_AT_ONCE = """
UPDATE catalog_listing l
SET name_joined = v.name_joined, producer_folded = v.producer_folded, kind_folded = v.kind_folded, words = v.words
FROM UNNEST(%s::bigint[], %s::text[], %s::text[], %s::text[], %s::tsvector[])
    AS v (product_id, name_joined, producer_folded, kind_folded, words)
WHERE l.product_id = v.product_id
"""


def fill(apps, schema_editor):
    names = [f"{of}__{name}" for of in ("product", "product_set", "industry") for name in ("name", "name_en")]
    listings = (
        apps.get_model("catalog", "Listing")
        .objects.select_related("product", "producer", "product_set", "industry")
        .only(*names, "producer__name", *KEPT, *LINES)
    )
    undone = ~Q(name_joined__startswith=BEGINS)
    if schema_editor.connection.vendor == "postgresql":
        undone |= Q(words=None)
    last, known = 0, set()
    while batch := list(listings.filter(undone, pk__gt=last).order_by("pk")[:BATCH]):
        with transaction.atomic(using=schema_editor.connection.alias):
            _fill(apps, schema_editor.connection, batch, known)
        last = batch[-1].pk


def _fill(apps, connection, listings, known):
    for listing in listings:
        kinds = (listing.product_set, listing.industry)
        listing.name_joined = joined_line(listing.product.name, listing.product.name_en)
        listing.producer_folded = seller_line(listing.producer.name)
        listing.kind_folded = kind_line(tuple(kind.name for kind in kinds), tuple(kind.name_en for kind in kinds))
    rows = [(listing.pk, *(getattr(listing, line) for line in LINES)) for listing in listings]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            columns = [list(column) for column in zip(*rows, strict=True)]
            cursor.execute(UPDATE_AT_ONCE, [*columns, [vector_of(listing) for listing in listings]])
        else:
            for table, key in (("catalog_listing", "product_id"), ("catalog_listing_words", "rowid")):
                cursor.executemany(UPDATE_EACH.format(table=table, key=key), [(*lines, pk) for pk, *lines in rows])
    new = sorted(words_of(listings) - known)
    known.update(new)
    word = apps.get_model("catalog", "SearchWord")
    rows = [word(shape=shape, word=one) for one in new for shape in sorted(kept_shapes(one))]
    word.objects.bulk_create(rows, ignore_conflicts=True, batch_size=5_000)
    # The documents of an index that was built meanwhile have changed as well.
    apps.get_model("catalog", "SearchChange").objects.filter(product_id__in=[one.pk for one in listings]).update(
        version=F("version") + 1,
        changed_at=Case(When(version__gt=F("indexed_version"), then=F("changed_at")), default=Now()),
    )


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("catalog", "0006_search_outbox"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="listing",
            index=models.Index(Length("name_folded"), F("product"), name="listing_by_size"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
