"""Tax that a platform withholds from households and individuals who sell goods (Decree 117/2025/NĐ-CP, article 5)."""

from datetime import date

from django.db import migrations

FORMS = ("household_business", "individual")
BASIS = "Decree 117/2025/NĐ-CP, article 5"
VAT_BP, INCOME_TAX_BP = 100, 50  # of goods
SINCE = date(2025, 7, 1)


def load(apps, schema_editor):
    WithholdingRate = apps.get_model("settlement", "WithholdingRate")
    for form in FORMS:
        WithholdingRate.objects.get_or_create(
            legal_form=form,
            valid_from=SINCE,
            defaults={"vat_bp": VAT_BP, "income_tax_bp": INCOME_TAX_BP, "legal_basis": BASIS},
        )


def unload(apps, schema_editor):
    apps.get_model("settlement", "WithholdingRate").objects.filter(legal_basis=BASIS, valid_from=SINCE).delete()


class Migration(migrations.Migration):
    dependencies = [("settlement", "0001_initial")]
    operations = [migrations.RunPython(load, unload)]
