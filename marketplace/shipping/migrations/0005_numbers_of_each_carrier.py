"""Two carriers that people write down by hand may give the same number."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("shipping", "0004_tables_begin_once_a_day")]

    operations = [
        migrations.AddField(
            model_name="waybill",
            name="carried_by",
            field=models.CharField(blank=True, db_default="", default="", max_length=40, verbose_name="carried by"),
        ),
        migrations.RemoveConstraint(model_name="waybill", name="waybill_number_is_one_parcels"),
        migrations.AddConstraint(
            model_name="waybill",
            constraint=models.UniqueConstraint(
                fields=["carrier", "carried_by", "number"], name="waybill_number_is_one_parcels_of_a_carrier"
            ),
        ),
    ]
