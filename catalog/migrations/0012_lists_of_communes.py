from django.db import migrations, models
from django.db.models import Max


def note_the_list_on_record(apps, schema_editor):
    latest = apps.get_model("catalog", "Commune").objects.aggregate(day=Max("valid_from"))["day"]
    if latest is not None:
        apps.get_model("catalog", "CommuneList").objects.create(valid_from=latest)


class Migration(migrations.Migration):
    dependencies = [
        ("catalog", "0011_communes_by_the_day"),
    ]

    operations = [
        migrations.CreateModel(
            name="CommuneList",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid_from", models.DateField(unique=True, verbose_name="first day")),
            ],
            options={"verbose_name": "list of communes", "verbose_name_plural": "lists of communes"},
        ),
        migrations.RunPython(note_the_list_on_record, migrations.RunPython.noop),
    ]
