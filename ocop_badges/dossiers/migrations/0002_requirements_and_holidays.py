"""What Decision 26/2026/QĐ-TTg asks of files, and the public holidays of Vietnam, as dated data."""

from datetime import date

from django.db import migrations

REGULATION = "26/2026/QĐ-TTg"

# level, files by (month, day), decided by (month, day), source
ROUNDS = [
    ("province", (4, 30), (6, 30), "26/2026/QĐ-TTg, Điều 5.1"),
    ("province", (10, 30), (12, 30), "26/2026/QĐ-TTg, Điều 5.1"),
    ("ministry", (7, 30), (9, 30), "26/2026/QĐ-TTg, Điều 5.2"),
    ("ministry", (1, 30), (3, 30), "26/2026/QĐ-TTg, Điều 5.2"),
]

# The parts and their points are the law's (article 3); the breakdown within them is a working one, common to all sets.
PARTS = [
    ("A", "Sản phẩm và sức mạnh cộng đồng", "Product and strength of the community", 40, [
        ("A.1", "Nguồn gốc và tỷ lệ nguyên liệu địa phương", "Origin and share of local raw material", 6),
        ("A.2", "Chế biến làm tăng giá trị", "Processing that adds value", 5),
        ("A.3", "Năng lực sản xuất đáp ứng thị trường", "Capacity to supply the market", 5),
        ("A.4", "Liên kết sản xuất, tiêu thụ", "Linkage in production and sale", 4),
        ("A.5", "Bảo vệ môi trường trong sản xuất", "Protection of the environment in production", 5),
        ("A.6", "Bao bì, nhãn và phát triển sản phẩm", "Packaging, label and product development", 4),
        ("A.7", "Sử dụng lao động địa phương", "Employment of local people", 4),
        ("A.8", "Tổ chức và sự tham gia của cộng đồng", "Organisation and participation of the community", 4),
        ("A.9", "Sổ sách kế toán và quản trị", "Accounts and management", 3),
    ]),
    ("B", "Tiếp thị và câu chuyện sản phẩm", "Marketing and product story", 25, [
        ("B.1", "Khu vực phân phối chính", "Main area of distribution", 5),
        ("B.2", "Tổ chức phân phối", "Organisation of distribution", 5),
        ("B.3", "Quảng bá sản phẩm", "Promotion of the product", 5),
        ("B.4", "Câu chuyện sản phẩm", "Story of the product", 5),
        ("B.5", "Trí tuệ, bản sắc địa phương", "Local knowledge and identity", 3),
        ("B.6", "Nhãn hiệu và truy xuất nguồn gốc", "Trademark and traceability", 2),
    ]),
    ("C", "Chất lượng sản phẩm", "Quality of the product", 35, [
        ("C.1", "Cảm quan: hình thức, màu, mùi, vị", "Senses: look, colour, smell, taste", 8),
        ("C.2", "Dinh dưỡng, đặc tính sản phẩm", "Nutrition and properties", 4),
        ("C.3", "Công bố chất lượng", "Declaration of quality", 5),
        ("C.4", "Chỉ tiêu an toàn, kiểm nghiệm định kỳ", "Safety, tested periodically", 6),
        ("C.5", "Kiểm soát chất lượng, chứng nhận", "Quality control and certificates", 7),
        ("C.6", "Khả năng xuất khẩu", "Readiness for export", 5),
    ]),
]  # fmt: skip

FILES = {"for_first": True, "for_renewal": True, "for_upgrade": True}
# code, name, name in English, fulfilled by, for which kinds, source
CHECKLIST = [
    ("form-01", "Mẫu số 01: Phiếu đăng ký", "Form 01: registration", "file", FILES, "Điều 6, Mẫu số 01"),
    ("form-02", "Mẫu số 02: Tự đánh giá", "Form 02: self-assessment", "points", FILES, "Điều 6, Mẫu số 02"),
    ("origin", "Nguồn gốc, nguyên liệu địa phương", "Origin and local raw material", "file", FILES, "Điều 6"),
    ("local-labour", "Sử dụng lao động địa phương", "Employment of local people", "file", FILES, "Điều 6"),
    ("story", "Câu chuyện sản phẩm", "Story of the product", "file", FILES, "Điều 6"),
    ("quality-declaration", "Công bố chất lượng", "Declaration of quality", "file", FILES, "Điều 6"),
    ("test-results", "Phiếu kiểm nghiệm định kỳ", "Results of periodic tests", "file", FILES, "Điều 6"),
    ("label", "Nhãn sản phẩm", "Label of the product", "file", FILES, "Điều 6"),
    ("market", "Thị trường tiêu thụ", "Markets", "file", FILES, "Điều 6"),
    ("output", "Sản lượng", "Output", "file", FILES, "Điều 6"),
    ("revenue", "Doanh thu", "Revenue", "file", FILES, "Điều 6"),
    (
        "what-changed", "Minh chứng nội dung thay đổi, nâng cấp", "Evidence of what changed since the last evaluation",
        "file", {"for_first": False, "for_renewal": False, "for_upgrade": True}, "Điều 7.5",
    ),
    ("samples", "05 mẫu sản phẩm đã nộp", "Five samples of the product handed over", "tick", FILES, "Điều 6"),
    ("form-03", "Mẫu số 03: Ý kiến của UBND cấp xã", "Form 03: the commune's statement", "commune", FILES,
     "Điều 7.2, Mẫu số 03"),
]  # fmt: skip
NOT_FOR_TOURISM = {"samples"}

LABOUR_CODE = "Bộ luật Lao động 2019, Điều 112"
IN_LIEU = "Bộ luật Lao động 2019, Điều 111.3 (nghỉ bù)"
Y2025 = "Thông báo 6150/TB-BLĐTBXH, 03/12/2024"
Y2026 = "Thông báo 9441/TB-BNV, 10/2025"
NEW_YEAR_2026 = "Văn bản 12729/VPCP-KGVX, 25/12/2025"
CULTURE = "Nghị quyết 80-NQ/TW, 07/01/2026; Nghị quyết 30/NQ-CP, 26/02/2026 (to be confirmed by the operator)"
UNANNOUNCED = "statutory, not yet announced (Bộ luật Lao động 2019, Điều 111.3, 112)"

NEW_YEAR = ("Tết Dương lịch", "New Year")
TET = ("Tết Nguyên đán", "Lunar New Year")
HUNG = ("Giỗ Tổ Hùng Vương", "Hùng Kings' Commemoration Day")
VICTORY = ("Ngày Chiến thắng", "Victory Day")
LABOUR = ("Ngày Quốc tế Lao động", "International Labour Day")
NATIONAL = ("Quốc khánh", "National Day")
CULTURE_DAY = ("Ngày Văn hóa Việt Nam", "Vietnam Cultural Day")
SWAPPED = ("Nghỉ hoán đổi", "Day off by exchange")
WORKED = ("Làm bù", "Worked in exchange")

HOLIDAYS = [
    (date(2025, 1, 1), "off", NEW_YEAR, LABOUR_CODE),
    *((date(2025, 1, day), "off", TET, Y2025) for day in (27, 28, 29, 30, 31)),
    (date(2025, 4, 7), "off", HUNG, LABOUR_CODE),
    (date(2025, 4, 26), "working", WORKED, Y2025),
    (date(2025, 4, 30), "off", VICTORY, LABOUR_CODE),
    (date(2025, 5, 1), "off", LABOUR, LABOUR_CODE),
    (date(2025, 5, 2), "off", SWAPPED, Y2025),
    (date(2025, 9, 1), "off", NATIONAL, Y2025),
    (date(2025, 9, 2), "off", NATIONAL, Y2025),
    (date(2026, 1, 1), "off", NEW_YEAR, LABOUR_CODE),
    (date(2026, 1, 2), "off", SWAPPED, NEW_YEAR_2026),
    (date(2026, 1, 10), "working", WORKED, NEW_YEAR_2026),
    *((date(2026, 2, day), "off", TET, Y2026) for day in (16, 17, 18, 19, 20)),
    (date(2026, 4, 26), "off", HUNG, LABOUR_CODE),
    (date(2026, 4, 27), "off", HUNG, IN_LIEU),
    (date(2026, 4, 30), "off", VICTORY, LABOUR_CODE),
    (date(2026, 5, 1), "off", LABOUR, LABOUR_CODE),
    (date(2026, 8, 22), "working", WORKED, Y2026),
    (date(2026, 8, 31), "off", SWAPPED, Y2026),
    (date(2026, 9, 1), "off", NATIONAL, Y2026),
    (date(2026, 9, 2), "off", NATIONAL, Y2026),
    (date(2026, 11, 24), "off", CULTURE_DAY, CULTURE),
    (date(2027, 1, 1), "off", NEW_YEAR, LABOUR_CODE),
    # The first day of the lunar year is Saturday 6 February 2027: one day before it, four of it, two in lieu.
    *((date(2027, 2, day), "off", TET, UNANNOUNCED) for day in (5, 6, 7, 8, 9, 10, 11)),
    (date(2027, 4, 16), "off", HUNG, UNANNOUNCED),
    (date(2027, 4, 30), "off", VICTORY, LABOUR_CODE),
    (date(2027, 5, 1), "off", LABOUR, LABOUR_CODE),
    (date(2027, 5, 3), "off", LABOUR, IN_LIEU),
    (date(2027, 9, 2), "off", NATIONAL, LABOUR_CODE),
    (date(2027, 9, 3), "off", NATIONAL, UNANNOUNCED),
    (date(2027, 11, 24), "off", CULTURE_DAY, CULTURE),
]


def load(apps, schema_editor):
    def model(name):
        return apps.get_model("ocop_dossiers", name)

    regulation = apps.get_model("ocop_badges", "Regulation").objects.get(number=REGULATION)
    tourism = apps.get_model("catalog", "Industry").objects.get(code="tourism")
    model("FileTerms").objects.create(
        regulation=regulation,
        commune_working_days=15,
        decision_days=45,
        source="26/2026/QĐ-TTg, Điều 7.2, 7.6.g",
    )
    for level, files_by, decided_by, source in ROUNDS:
        model("EvaluationRound").objects.create(
            regulation=regulation,
            level=level,
            files_by_month=files_by[0],
            files_by_day=files_by[1],
            decided_by_month=decided_by[0],
            decided_by_day=decided_by[1],
            source=source,
        )
    for code, name, name_en, points, criteria in PARTS:
        part = model("CriteriaPart").objects.create(
            regulation=regulation, code=code, name=name, name_en=name_en, max_points=points
        )
        for position, (number, criterion, criterion_en, at_most) in enumerate(criteria, start=1):
            part.criteria.create(
                code=number, name=criterion, name_en=criterion_en, max_points=at_most, position=position
            )
    for position, (code, name, name_en, proof, kinds, source) in enumerate(CHECKLIST, start=1):
        model("ChecklistItem").objects.create(
            regulation=regulation,
            code=code,
            name=name,
            name_en=name_en,
            proof=proof,
            position=position,
            except_industry=tourism if code in NOT_FOR_TOURISM else None,
            source=f"26/2026/QĐ-TTg, {source}",
            **kinds,
        )
    model("Holiday").objects.bulk_create(
        model("Holiday")(day=day, kind=kind, name=name, name_en=name_en, source=source)
        for day, kind, (name, name_en), source in HOLIDAYS
    )


def unload(apps, schema_editor):
    for name in ("Holiday", "ChecklistItem", "Criterion", "CriteriaPart", "EvaluationRound", "FileTerms"):
        apps.get_model("ocop_dossiers", name).objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("ocop_dossiers", "0001_initial"),
        ("ocop_badges", "0002_regulations_and_triggers"),
        ("catalog", "0002_places_and_product_sets"),
    ]

    operations = [migrations.RunPython(load, unload, elidable=False)]
