"""The words of every listing: as lexemes on PostgreSQL, in the vocabulary, and the lines that say more than before.

In batches with a transaction each, so that no lock is held for long. What is done shows, so that an interrupted run
goes on where it stopped.
"""
# ruff: noqa: S608 - only fixed text is pasted into SQL

from django.db import migrations, models, transaction
from django.db.models import Case, F, Q, When
from django.db.models.functions import Length, Now

from catalog.search.engines.lexemes import vector_of
from catalog.search.folding import BEGINS
from catalog.search.lines import joined_line, kind_line, seller_line
from catalog.search.vocabulary import kept_shapes, words_of

BATCH = 1_000
LINES = ("name_joined", "producer_folded", "kind_folded")


def fill(apps, schema_editor):
    listings = apps.get_model("catalog", "Listing").objects.select_related(
        "product", "producer", "product_set", "industry"
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
    is_postgresql = connection.vendor == "postgresql"
    lines = [[getattr(listing, line) for line in LINES] for listing in listings]
    vectors = [[vector_of(listing)] if is_postgresql else [] for listing in listings]
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE catalog_listing SET name_joined = %s, producer_folded = %s, kind_folded = %s"
            f"{', words = %s::tsvector' if is_postgresql else ''} WHERE product_id = %s",
            [(*line, *vector, listing.pk) for line, vector, listing in zip(lines, vectors, listings, strict=True)],
        )
        if not is_postgresql:
            cursor.executemany(
                "UPDATE catalog_listing_words SET name_joined = %s, producer_folded = %s, kind_folded = %s"
                " WHERE rowid = %s",
                [(*line, listing.pk) for line, listing in zip(lines, listings, strict=True)],
            )
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
