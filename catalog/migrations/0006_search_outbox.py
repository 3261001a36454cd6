"""The outbox of the search index, the vocabulary for typos, and the column of PostgreSQL's full text.

New tables and a column without a default: nothing here rewrites a row. Every listing there is gets a change, so that
an index made later has a version of each.
"""

import django.contrib.postgres.search
from django.db import migrations, models

import catalog.models.listings

RECORD_ALL = """
INSERT INTO catalog_searchchange (product_id, version, indexed_version, changed_at, attempts, last_error, is_dead)
SELECT product_id, 1, 0, CURRENT_TIMESTAMP, 0, '', FALSE FROM catalog_listing
"""


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0005_narrow_listings"),
    ]

    operations = [
        migrations.CreateModel(
            name="SearchChange",
            fields=[
                ("product_id", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="product")),
                ("version", models.BigIntegerField(default=1, verbose_name="version of the document")),
                ("indexed_version", models.BigIntegerField(default=0, verbose_name="version in the index")),
                ("changed_at", models.DateTimeField(verbose_name="changed at")),
                ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                ("due_at", models.DateTimeField(null=True, verbose_name="not to be tried before")),
                ("lease", models.UUIDField(null=True, verbose_name="lease")),
                ("leased_until", models.DateTimeField(null=True, verbose_name="leased until")),
                ("last_error", models.CharField(blank=True, max_length=500, verbose_name="last error")),
                ("is_dead", models.BooleanField(default=False, verbose_name="given up")),
            ],
            options={
                "verbose_name": "change for the search index",
                "verbose_name_plural": "changes for the search index",
            },
        ),
        migrations.CreateModel(
            name="SearchWord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("shape", models.CharField(max_length=24)),
                ("word", models.CharField(max_length=24)),
            ],
            options={
                "verbose_name": "word of the shop",
                "verbose_name_plural": "words of the shop",
            },
        ),
        migrations.AddField(
            model_name="listing",
            name="words",
            field=django.contrib.postgres.search.SearchVectorField(editable=False, null=True),
        ),
        migrations.AddIndex(
            model_name="listing",
            index=catalog.models.listings.WordsIndex(fields=["words"], name="listing_words"),
        ),
        migrations.AddIndex(
            model_name="searchchange",
            index=models.Index(
                condition=models.Q(("version__gt", models.F("indexed_version"))),
                fields=["changed_at", "product_id"],
                name="search_change_pending",
            ),
        ),
        migrations.AddIndex(
            model_name="searchchange",
            index=models.Index(
                condition=models.Q(("lease__isnull", False)), fields=["lease"], name="search_change_leased"
            ),
        ),
        migrations.AddConstraint(
            model_name="searchchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("indexed_version__lte", models.F("version"))),
                name="search_change_is_not_indexed_before_it_is_made",
            ),
        ),
        migrations.AddConstraint(
            model_name="searchchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("lease__isnull", True), ("leased_until__isnull", True)),
                    models.Q(("lease__isnull", False), ("leased_until__isnull", False)),
                    _connector="OR",
                ),
                name="search_change_is_leased_with_an_end",
            ),
        ),
        migrations.AddConstraint(
            model_name="searchword",
            constraint=models.UniqueConstraint(fields=("shape", "word"), name="search_word_has_a_shape_once"),
        ),
        migrations.RunSQL(RECORD_ALL, migrations.RunSQL.noop),
    ]
