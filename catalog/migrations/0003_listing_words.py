"""The full-text index of the SQLite engine: the words of every listing, by product id.

The words arrive split and folded (``catalog.search.folding``), so the tokenizer is to change nothing: ``ascii`` takes
every character beyond ASCII as part of a word, whatever version of Unicode SQLite was built with. FTS5 has no
contentless delete before SQLite 3.43, so the table keeps its own copy of the words.
"""
# ruff: noqa: S608 - only fixed text is pasted into SQL

from django.db import migrations

COLUMNS = """name_exact, name_folded, name_joined, own_former_place_folded, producer_folded, place_folded, kind_folded,
    other_former_place_folded"""
CREATE = f"""
CREATE VIRTUAL TABLE catalog_listing_words USING fts5(
    {COLUMNS},
    tokenize = 'ascii', prefix = '1 2 3'
)
"""
FILL = f"""
INSERT INTO catalog_listing_words (rowid, {COLUMNS})
SELECT product_id, {COLUMNS} FROM catalog_listing
"""


def create(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute(CREATE)
        schema_editor.execute(FILL)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "sqlite":
        schema_editor.execute("DROP TABLE catalog_listing_words")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0002_places_and_product_sets")]

    operations = [migrations.RunPython(create, drop)]
