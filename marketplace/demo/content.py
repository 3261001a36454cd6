"""The demo's texts, read from the TOML files beside this module."""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalog.models.fields import name_key

HERE = Path(__file__).parent
MARK, MARK_EN = "minh hoạ", "demo"
SKU_PREFIX = "DEMO-"

Two = tuple[str, str]  # the same in Vietnamese and in English

NOTE: Two = (
    "Dữ liệu minh hoạ: lời mô tả, thành phần, quy cách, giá, tồn kho và hình vẽ trên trang này do bản minh hoạ tự đặt, "
    "không phải thông tin của nhà sản xuất. Tên sản phẩm và nhà sản xuất là thật, lấy từ quyết định hoặc báo chí "
    "công khai.",
    "Demo data: the description, ingredients, packs, prices, stock and the drawing on this page were made up for this "
    "demonstration and do not come from the producer. The names of product and producer are real, taken from public "
    "decisions or the press.",
)
RETURNS: Two = (
    "Đổi hoặc hoàn tiền trong 7 ngày nếu hàng hư, hỏng bao bì hoặc giao nhầm (điều kiện minh hoạ, không phải cam kết "
    "của nhà sản xuất).",
    "Replaced or refunded within 7 days if spoilt, damaged or wrongly delivered (demo terms, no promise of the "
    "producer's).",
)
SELLER_STORY: Two = (
    "Dữ liệu minh hoạ: nhà sản xuất này có thật, nhưng lời giới thiệu, địa chỉ, điện thoại và số đăng ký ở đây do bản "
    "minh hoạ tự đặt. Khi nhà sản xuất gửi câu chuyện của mình, câu chuyện ấy sẽ đứng ở chỗ này.",
    "Demo data: this producer is real, but this text and the address, phone and registration number here were made up "
    "for the demonstration. When the producer sends a story of their own, it will stand here.",
)


@dataclass(frozen=True, slots=True)
class DemoPack:
    """``price`` in đồng, None: listed, not for sale."""

    sku: str
    name: Two
    net_value: int
    net_unit: str
    price: int | None
    on_hand: int


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """What is added to one real product, known by its folded name and, where two share that, its producer's."""

    key: str
    producer_key: str
    code: str
    picture: str
    alt: Two
    facts: dict[str, Any]
    packs: list[DemoPack]
    shelf_life_days: int | None


def load_products() -> list[DemoProduct]:
    """The demo's products in the order of the file."""
    content = _read("products.toml")
    return [_product(product, content["kinds"][product["kind"]], content["words"]) for product in content["product"]]


def load_pages() -> dict[str, Any]:
    """Home, stories and gifts as the file tells them."""
    return _read("pages.toml")


def _product(product: dict[str, Any], kind: dict[str, Any], words: dict[str, list[str]]) -> DemoProduct:
    told = {**kind, **product}
    season = told.get("season", [None, None])
    shelf_life = told.get("shelf_life_days")
    facts: dict[str, Any] = {
        "name_en": told["name_en"],
        "description": f"{told['text'][0]}\n\n{NOTE[0]}",
        "description_en": f"{told['text'][1]}\n\n{NOTE[1]}",
        **_both("ingredients", told["ingredients"]),
        **_both("storage", told["storage"]),
        "return_policy": RETURNS[0],
        "return_policy_en": RETURNS[1],
        "shelf_life_days": shelf_life,
        "season_from_month": season[0],
        "season_to_month": season[1],
    }
    if "origin" in told:
        facts |= _both("origin", told["origin"])
    return DemoProduct(
        key=name_key(told["name"]),
        producer_key=name_key(told.get("producer", "")),
        code=told["code"],
        picture=told["picture"],
        alt=(f"Hình vẽ minh hoạ: {told['alt'][0]}", f"Demo drawing: {told['alt'][1]}"),
        facts=facts,
        packs=[_pack(told["code"], *pack, words=words) for pack in told["packs"]],
        shelf_life_days=shelf_life,
    )


def _both(field: str, texts: list[str]) -> dict[str, str]:
    return {field: f"{texts[0]} ({MARK})", f"{field}_en": f"{texts[1]} ({MARK_EN})"}


def _pack(code: str, container: str, net: str, price: int, on_hand: int, *, words: dict[str, list[str]]) -> DemoPack:
    value, unit = net.split()
    vietnamese, english = words[container]
    return DemoPack(
        sku=f"{SKU_PREFIX}{code}-{value}{unit.upper()}",
        name=(f"{vietnamese} {net} ({MARK})", f"{net} {english} ({MARK_EN})"),
        net_value=int(value),
        net_unit=unit,
        price=price or None,
        on_hand=on_hand,
    )


def _read(name: str) -> dict[str, Any]:
    with (HERE / name).open("rb") as file:
        return tomllib.load(file)
