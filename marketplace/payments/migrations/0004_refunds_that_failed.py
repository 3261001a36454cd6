from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("payments", "0003_set_offs_and_checks")]

    operations = [
        migrations.AddField(
            model_name="refundtransfer",
            name="failed_references",
            field=models.JSONField(blank=True, default=list, verbose_name="references of what failed"),
        ),
        migrations.AddField(
            model_name="refundtransfer",
            name="is_left_to_a_person",
            field=models.BooleanField(default=False, verbose_name="sent from the bank account instead"),
        ),
    ]
