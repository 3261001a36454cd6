from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ocop_dossiers", "0002_requirements_and_holidays")]

    operations = [
        migrations.AddField(
            model_name="checklistitem",
            name="is_required",
            field=models.BooleanField(
                db_default=True,
                default=True,
                help_text="Otherwise it is advised and refuses nothing.",
                verbose_name="required",
            ),
        ),
    ]
