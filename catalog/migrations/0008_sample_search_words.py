"""PostgreSQL counts three times as many of the words of the listings as it would of a column.

By those counts it chooses between the index of words and a walk in the order of relevance. Of a word it knows nothing
of it takes half the rarest that it knows, which of a thousand words is too many: it walks, and finds none.
"""

from django.db import migrations


def sample_more(apps, schema_editor):
    _sample(schema_editor, 300)


def sample_as_usual(apps, schema_editor):
    _sample(schema_editor, -1)


def _sample(schema_editor, target):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(f"ALTER TABLE catalog_listing ALTER COLUMN words SET STATISTICS {target}")


class Migration(migrations.Migration):
    dependencies = [("catalog", "0007_fill_search_words")]

    operations = [migrations.RunPython(sample_more, sample_as_usual)]
