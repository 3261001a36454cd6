"""Transactions, entries and earnings are never changed nor deleted, whoever asks the database to."""

from django.db import migrations

from marketplace.settlement.triggers import create_append_only_triggers, drop_append_only_triggers


class Migration(migrations.Migration):
    dependencies = [("settlement", "0002_withheld_tax")]
    operations = [
        migrations.RunPython(
            lambda apps, schema_editor: create_append_only_triggers(schema_editor.connection),
            lambda apps, schema_editor: drop_append_only_triggers(schema_editor.connection),
        ),
    ]
