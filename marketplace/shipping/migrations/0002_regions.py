"""The part of the country each of the 34 provinces lies in, as carriers count."""

from django.db import migrations

REGIONS = {
    "north": ["01", "04", "08", "11", "12", "14", "15", "19", "20", "22", "24", "25", "31", "33", "37"],
    "centre": ["38", "40", "42", "44", "46", "48", "51", "52", "56", "66", "68"],
    "south": ["75", "79", "80", "82", "86", "91", "92", "96"],
}


def load(apps, schema_editor):
    Province = apps.get_model("catalog", "Province")
    ProvinceRegion = apps.get_model("shipping", "ProvinceRegion")
    by_code = dict(Province.objects.values_list("code", "pk"))
    ProvinceRegion.objects.bulk_create(
        ProvinceRegion(province_id=by_code[code], region=region)
        for region, codes in REGIONS.items()
        for code in codes
        if code in by_code
    )


def unload(apps, schema_editor):
    apps.get_model("shipping", "ProvinceRegion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("shipping", "0001_initial"), ("catalog", "0009_goods_for_sale")]
    operations = [migrations.RunPython(load, unload)]
