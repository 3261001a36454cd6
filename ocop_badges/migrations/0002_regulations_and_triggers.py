"""The decisions on the programme as dated data, and the SQLite half of ``badge_periods_do_not_overlap``."""

from datetime import date

from django.db import migrations

from ocop_badges.constraints import create_overlap_triggers, drop_overlap_triggers

# number, title, in force from, last day in force, months of validity, window opens, window closes, source
REGULATIONS = [
    (
        "1048/QĐ-TTg",
        "Bộ tiêu chí đánh giá, phân hạng sản phẩm OCOP (2019)",
        date(2019, 8, 21), date(2023, 2, 23), 36, None, None,
        "Decision 1048/QĐ-TTg of 21 August 2019; replaced by Decision 148/QĐ-TTg",
    ),
    (
        "148/QĐ-TTg",
        "Bộ tiêu chí và quy trình đánh giá, phân hạng sản phẩm OCOP (2023)",
        date(2023, 2, 24), date(2026, 7, 21), 36, None, None,
        "Decision 148/QĐ-TTg of 24 February 2023; lapsed 60 days after 22 May 2026 (26/2026/QĐ-TTg, article 11)",
    ),
    (
        "1489/QĐ-TTg",
        "Sửa đổi Quyết định 148/QĐ-TTg (bỏ cấp huyện)",
        date(2025, 7, 6), date(2026, 7, 21), 36, None, None,
        "Decision 1489/QĐ-TTg of 6 July 2025; lapsed 60 days after 22 May 2026 (26/2026/QĐ-TTg, article 11)",
    ),
    (
        "26/2026/QĐ-TTg",
        "Bộ tiêu chí và quy trình đánh giá, phân hạng sản phẩm OCOP (2026)",
        date(2026, 5, 22), None, 36, 180, 120,
        "Decision 26/2026/QĐ-TTg, articles 4.3 and 7.6.a",
    ),
]  # fmt: skip


def add_regulations(apps, schema_editor):
    regulation = apps.get_model("ocop_badges", "Regulation")
    for number, title, start, end, months, opens, closes, source in REGULATIONS:
        regulation.objects.update_or_create(
            number=number,
            defaults={
                "title": title,
                "in_force_from": start,
                "in_force_until": end,
                "validity_months": months,
                "renewal_opens_days": opens,
                "renewal_closes_days": closes,
                "source": source,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("ocop_badges", "0001_initial")]

    operations = [
        migrations.RunPython(add_regulations, migrations.RunPython.noop, elidable=False),
        migrations.RunPython(
            lambda apps, schema_editor: create_overlap_triggers(schema_editor),
            lambda apps, schema_editor: drop_overlap_triggers(schema_editor),
        ),
    ]
