from django.db import migrations, models

import catalog.models.fields
from catalog.models.fields import name_key
from catalog.models.places import bare_name


def fill_keys(apps, schema_editor):
    commune_model = apps.get_model("catalog", "Commune")
    communes = list(commune_model.objects.order_by("pk"))
    for commune in communes:
        commune.name_key = name_key(bare_name(commune.name))
    commune_model.objects.bulk_update(communes, ["name_key"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0010_goods_policies"),
    ]

    operations = [
        migrations.AddField(
            model_name="commune",
            name="kind",
            field=models.CharField(
                blank=True,
                choices=[("ward", "ward"), ("commune", "commune"), ("special-zone", "special zone")],
                max_length=12,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="commune",
            name="name_key",
            field=catalog.models.fields.FoldedField(default="", max_length=120, source="bare_name"),
        ),
        migrations.AddField(
            model_name="commune",
            name="valid_from",
            field=models.DateField(blank=True, null=True, verbose_name="first day"),
        ),
        migrations.AddField(
            model_name="commune",
            name="valid_until",
            field=models.DateField(blank=True, null=True, verbose_name="last day"),
        ),
        migrations.AddConstraint(
            model_name="commune",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind", ""), ("kind__in", ["ward", "commune", "special-zone"]), _connector="OR"),
                name="commune_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="commune",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("valid_until__isnull", True),
                    models.Q(("valid_from__isnull", False), ("valid_until__gte", models.F("valid_from"))),
                    _connector="OR",
                ),
                name="commune_ends_after_it_begins",
            ),
        ),
        migrations.RunPython(fill_keys, migrations.RunPython.noop),
    ]
