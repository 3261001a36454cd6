"""The places and product sets the programme knows, as facts frozen on the day of this migration."""

from datetime import date

from django.db import migrations

from catalog.models.fields import name_key

# Resolution 202/2025/QH15: 34 provincial units since 1 July 2025; the names before, "kept" ones included.
MERGED_ON_EVE = date(2025, 6, 30)
HUE_RENAMED_ON_EVE = date(2024, 12, 31)  # Resolution 175/2024/QH15: Huế, formerly Thừa Thiên Huế
PROVINCES = [
    ("01", "Hà Nội", []),
    ("04", "Cao Bằng", []),
    ("08", "Tuyên Quang", ["Hà Giang"]),
    ("11", "Điện Biên", []),
    ("12", "Lai Châu", []),
    ("14", "Sơn La", []),
    ("15", "Lào Cai", ["Yên Bái"]),
    ("19", "Thái Nguyên", ["Bắc Kạn"]),
    ("20", "Lạng Sơn", []),
    ("22", "Quảng Ninh", []),
    ("24", "Bắc Ninh", ["Bắc Giang"]),
    ("25", "Phú Thọ", ["Vĩnh Phúc", "Hòa Bình"]),
    ("31", "Hải Phòng", ["Hải Dương"]),
    ("33", "Hưng Yên", ["Thái Bình"]),
    ("37", "Ninh Bình", ["Hà Nam", "Nam Định"]),
    ("38", "Thanh Hóa", []),
    ("40", "Nghệ An", []),
    ("42", "Hà Tĩnh", []),
    ("44", "Quảng Trị", ["Quảng Bình"]),
    ("46", "Huế", ["Thừa Thiên Huế"]),
    ("48", "Đà Nẵng", ["Quảng Nam"]),
    ("51", "Quảng Ngãi", ["Kon Tum"]),
    ("52", "Gia Lai", ["Bình Định"]),
    ("56", "Khánh Hòa", ["Ninh Thuận"]),
    ("66", "Đắk Lắk", ["Phú Yên"]),
    ("68", "Lâm Đồng", ["Đắk Nông", "Bình Thuận"]),
    ("75", "Đồng Nai", ["Bình Phước"]),
    ("79", "Hồ Chí Minh", ["Bà Rịa – Vũng Tàu", "Bình Dương"]),
    ("80", "Tây Ninh", ["Long An"]),
    ("82", "Đồng Tháp", ["Tiền Giang"]),
    ("86", "Vĩnh Long", ["Bến Tre", "Trà Vinh"]),
    ("91", "An Giang", ["Kiên Giang"]),
    ("92", "Cần Thơ", ["Sóc Trăng", "Hậu Giang"]),
    ("96", "Cà Mau", ["Bạc Liêu"]),
]

# Decision 26/2026/QĐ-TTg, annex I.
INDUSTRIES = [
    ("food", "Thực phẩm", "Food"),
    ("beverages", "Đồ uống", "Beverages"),
    ("herbal", "Dược liệu và sản phẩm từ dược liệu", "Herbs and herbal products"),
    ("handicrafts", "Hàng thủ công mỹ nghệ", "Handicrafts"),
    ("ornamental", "Sinh vật cảnh", "Ornamental plants and animals"),
    (
        "tourism",
        "Dịch vụ du lịch cộng đồng, du lịch sinh thái và điểm du lịch",
        "Community tourism, ecotourism and tourist sites",
    ),
]
PRODUCT_SETS = [
    (
        "food",
        "rau-cu-qua-hat-tuoi",
        "Rau, củ, quả, hạt tươi",
        "Fresh vegetables, roots, fruit, nuts and seeds",
        "Fresh food",
    ),
    (
        "food",
        "thit-thuy-san-trung-sua-tuoi",
        "Thịt, thủy sản, trứng, sữa tươi",
        "Fresh meat, seafood, eggs and milk",
        "Fresh food",
    ),
    (
        "food",
        "gao-ngu-coc-hat-so-che",
        "Gạo, ngũ cốc, hạt sơ chế khác",
        "Rice, cereals and other semi-processed grains",
        "Raw and semi-processed food",
    ),
    (
        "food",
        "mat-ong-mat-khac-nong-san-khac",
        "Mật ong, mật khác và nông sản thực phẩm khác",
        "Honey, other nectars and other farm foods",
        "Raw and semi-processed food",
    ),
    (
        "food",
        "do-an-nhanh",
        "Đồ ăn nhanh",
        "Ready-to-eat food",
        "Processed food",
    ),
    (
        "food",
        "che-bien-tu-gao-ngu-coc",
        "Chế biến từ gạo, ngũ cốc",
        "Products of rice and cereals",
        "Processed food",
    ),
    (
        "food",
        "che-bien-tu-rau-cu-qua-hat",
        "Chế biến từ rau, củ, quả, hạt",
        "Products of vegetables, roots, fruit, nuts and seeds",
        "Processed food",
    ),
    (
        "food",
        "che-bien-tu-thit-trung-sua-ts",
        "Chế biến từ thịt, trứng, sữa, thủy sản, các sản phẩm từ mật ong, mật khác và nông sản thực phẩm khác",
        "Products of meat, eggs, milk, seafood, honey and other farm foods",
        "Processed food",
    ),
    (
        "food",
        "tuong-nuoc-mam-gia-vi-dang-long",
        "Tương, nước mắm, gia vị dạng lỏng khác",
        "Soy sauce, fish sauce and other liquid condiments",
        "Condiments",
    ),
    (
        "food",
        "gia-vi-khac",
        "Gia vị khác",
        "Other spices and condiments",
        "Condiments",
    ),
    (
        "food",
        "che-tuoi-che-bien",
        "Chè tươi, chế biến",
        "Fresh and processed tea",
        "Tea",
    ),
    (
        "food",
        "san-pham-che-tu-thuc-vat-khac",
        "Sản phẩm chè từ thực vật khác",
        "Teas of other plants",
        "Tea",
    ),
    (
        "food",
        "ca-phe-ca-cao",
        "Cà phê, ca cao",
        "Coffee and cocoa",
        "Coffee and cocoa",
    ),
    (
        "beverages",
        "ruou-trang",
        "Rượu trắng",
        "Clear spirits",
        "Alcoholic",
    ),
    (
        "beverages",
        "do-uong-co-con-khac",
        "Đồ uống có cồn khác",
        "Other alcoholic drinks",
        "Alcoholic",
    ),
    (
        "beverages",
        "nuoc-khoang-nuoc-uong-dong-chai",
        "Nước khoáng thiên nhiên, nước uống đóng chai",
        "Mineral and bottled water",
        "Non-alcoholic",
    ),
    (
        "beverages",
        "do-uong-khong-con",
        "Đồ uống không cồn",
        "Non-alcoholic drinks",
        "Non-alcoholic",
    ),
    (
        "herbal",
        "tpcn-thuoc-duoc-lieu-co-truyen",
        "Thực phẩm chức năng, thuốc dược liệu, thuốc cổ truyền",
        "Functional food, herbal and traditional medicine",
        "Functional food and traditional medicine",
    ),
    (
        "herbal",
        "my-pham-tu-duoc-lieu",
        "Mỹ phẩm có thành phần từ dược liệu",
        "Herbal cosmetics",
        "Herbal cosmetics",
    ),
    (
        "herbal",
        "tinh-dau-duoc-lieu-khac",
        "Tinh dầu và dược liệu khác",
        "Essential oils and other herbs",
        "Essential oils and other herbs",
    ),
    (
        "handicrafts",
        "tcmn-gia-dung-trang-tri",
        "Thủ công mỹ nghệ gia dụng, trang trí",
        "Household and decorative crafts",
        "Household and decorative",
    ),
    (
        "handicrafts",
        "vai-may-mac",
        "Vải, may mặc",
        "Textiles and garments",
        "Textiles and garments",
    ),
    (
        "ornamental",
        "hoa",
        "Hoa",
        "Flowers",
        "Flowers",
    ),
    (
        "ornamental",
        "cay-canh",
        "Cây cảnh",
        "Bonsai and ornamental plants",
        "Bonsai and ornamental plants",
    ),
    (
        "ornamental",
        "dong-vat-canh",
        "Động vật cảnh",
        "Ornamental animals",
        "Ornamental animals",
    ),
    (
        "tourism",
        "dv-du-lich-cong-dong-sinh-thai",
        "Dịch vụ du lịch cộng đồng, du lịch sinh thái và điểm du lịch",
        "Community tourism, ecotourism and tourist sites",
        "Community tourism",
    ),
]


def add_places(apps, schema_editor):
    province_model = apps.get_model("catalog", "Province")
    former_model = apps.get_model("catalog", "FormerProvince")
    for code, name, former_names in PROVINCES:
        province, _ = province_model.objects.update_or_create(
            code=code, defaults={"name": name, "name_key": name_key(name)}
        )
        for former in former_names:
            until = HUE_RENAMED_ON_EVE if name == "Huế" else MERGED_ON_EVE
            former_model.objects.update_or_create(
                name=former,
                defaults={"name_key": name_key(former), "province": province, "in_use_until": until},
            )
        if former_names and name != "Huế":
            former_model.objects.update_or_create(
                name=name, defaults={"name_key": name_key(name), "province": province, "in_use_until": MERGED_ON_EVE}
            )


def add_product_sets(apps, schema_editor):
    industry_model = apps.get_model("catalog", "Industry")
    set_model = apps.get_model("catalog", "ProductSet")
    for position, (code, name, name_en) in enumerate(INDUSTRIES, start=1):
        industry_model.objects.update_or_create(
            code=code, defaults={"name": name, "name_en": name_en, "position": position}
        )
    for position, (industry, code, name, name_en, group_en) in enumerate(PRODUCT_SETS, start=1):
        set_model.objects.update_or_create(
            code=code,
            defaults={
                "industry": industry_model.objects.get(code=industry),
                "name": name,
                "name_en": name_en,
                "group_en": group_en,
                "position": position,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]

    operations = [
        migrations.RunPython(add_places, migrations.RunPython.noop),
        migrations.RunPython(add_product_sets, migrations.RunPython.noop),
    ]
