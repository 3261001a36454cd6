"""What the sale of other alcoholic drinks, of supplements and of cosmetics asks; lists offer none without a document.

Medicines hold no declaration of a product: they cannot be sold here, which is what the Law on Pharmacy asks.
To be confirmed by the operator's counsel, like every policy.
"""

from datetime import date

from django.db import migrations

SPIRITS = "ruou-trang"
POLICIES = [
    {
        "code": "do-uong-co-con-khac",
        "valid_from": date(2020, 2, 24),
        "minimum_age": 18,
        "methods": ["vietqr", "stripe"],
        "documents": ["alcohol-production", "alcohol-retail"],
        "legal_basis": "Luật 44/2019/QH14, điều 16; Nghị định 24/2020/NĐ-CP; Nghị định 105/2017/NĐ-CP",
    },
    {
        "code": "tpcn-thuoc-duoc-lieu-co-truyen",
        "valid_from": date(2018, 2, 2),
        "minimum_age": None,
        "methods": None,
        "documents": ["product-declaration", "food-safety"],
        "legal_basis": "Luật An toàn thực phẩm 55/2010/QH12; Nghị định 15/2018/NĐ-CP; Luật Dược 105/2016/QH13",
    },
    {
        "code": "my-pham-tu-duoc-lieu",
        "valid_from": date(2011, 4, 1),
        "minimum_age": None,
        "methods": None,
        "documents": ["cosmetics-notification"],
        "legal_basis": "Thông tư 06/2011/TT-BYT",
    },
]


def load(apps, schema_editor):
    sets, policies = apps.get_model("catalog", "ProductSet").objects, apps.get_model("catalog", "GoodsPolicy").objects
    for policy in POLICIES:
        facts = {name: value for name, value in policy.items() if name not in ("code", "valid_from")}
        product_set = sets.filter(code=policy["code"]).first()
        if product_set is not None and not policies.filter(product_set=product_set).exists():
            policies.create(product_set=product_set, valid_from=policy["valid_from"], **facts)
    bound = [SPIRITS, *(policy["code"] for policy in POLICIES)]
    sellers = apps.get_model("catalog", "SellerDocument").objects.order_by().values("producer")
    listings = apps.get_model("catalog", "Listing").objects.filter(product__product_set__code__in=bound)
    listings.exclude(product__producer__in=sellers).update(sellable_until=None)


def unload(apps, schema_editor):
    for policy in POLICIES:
        apps.get_model("catalog", "GoodsPolicy").objects.filter(
            product_set__code=policy["code"],
            valid_from=policy["valid_from"],
            legal_basis=policy["legal_basis"],
        ).delete()


class Migration(migrations.Migration):
    dependencies = [("catalog", "0012_lists_of_communes")]
    operations = [migrations.RunPython(load, unload)]
