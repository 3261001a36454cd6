"""What the sale of alcohol online asks (Law 44/2019/QH14 and Decree 24/2020/NĐ-CP; Decree 105/2017/NĐ-CP)."""

from datetime import date

from django.db import migrations

ALCOHOL = "ruou-trang"
BASIS = "Luật 44/2019/QH14, điều 16; Nghị định 24/2020/NĐ-CP; Nghị định 105/2017/NĐ-CP"
SINCE = date(2020, 2, 24)


def load(apps, schema_editor):
    product_set = apps.get_model("catalog", "ProductSet").objects.filter(code=ALCOHOL).first()
    if product_set is not None:
        apps.get_model("catalog", "GoodsPolicy").objects.get_or_create(
            product_set=product_set,
            valid_from=SINCE,
            defaults={
                "minimum_age": 18,
                "methods": ["vietqr", "stripe"],
                "documents": ["alcohol-production", "alcohol-retail"],
                "legal_basis": BASIS,
            },
        )


def unload(apps, schema_editor):
    apps.get_model("catalog", "GoodsPolicy").objects.filter(legal_basis=BASIS, valid_from=SINCE).delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0009_goods_for_sale")]
    operations = [migrations.RunPython(load, unload)]
