"""Items that are advised, not required: our own list of what four and five stars usually show."""

from django.db import migrations

REGULATION = "26/2026/QĐ-TTg"
OURS = "Gợi ý của sàn, không phải quy định"

# code, name, name in English, from so many stars on
ADVISED = [
    ("label-nutrition", "Nhãn có thông tin dinh dưỡng và hướng dẫn sử dụng",
     "Label with nutrition and instructions for use", 4),
    ("trademark", "Nhãn hiệu đã đăng ký hoặc được bảo hộ", "Trademark registered or protected", 4),
    ("traceability", "Truy xuất nguồn gốc", "Traceability to the origin", 4),
    ("environment", "Cam kết bảo vệ môi trường", "Commitment to the environment", 4),
    ("export-standards", "Đáp ứng tiêu chuẩn thị trường xuất khẩu", "Standards of an export market met", 5),
    ("export-market", "Minh chứng về thị trường xuất khẩu", "Evidence of an export market", 5),
]  # fmt: skip


def load(apps, schema_editor):
    regulation = apps.get_model("ocop_badges", "Regulation").objects.get(number=REGULATION)
    item = apps.get_model("ocop_dossiers", "ChecklistItem")
    for position, (code, name, name_en, stars) in enumerate(ADVISED, start=101):
        item.objects.create(
            regulation=regulation,
            code=code,
            name=name,
            name_en=name_en,
            proof="file",
            from_stars=stars,
            is_required=False,
            position=position,
            source=OURS,
        )


def unload(apps, schema_editor):
    apps.get_model("ocop_dossiers", "ChecklistItem").objects.filter(is_required=False).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("ocop_dossiers", "0003_checklistitem_is_required"),
    ]

    operations = [
        migrations.RunPython(load, unload, elidable=False),
    ]
