"""Names of producers and of the people behind them."""

from random import Random

from catalog.models import OcopType

from .vocabulary import syllables

_SURNAMES = syllables("surnames")
_MIDDLES = syllables("middle_names")
_GIVEN = syllables("given_names")
_BRANDS = syllables("brands")
_FIELDS = {
    OcopType.ENTERPRISE: (
        "Công ty TNHH", "Công ty TNHH MTV", "Công ty Cổ phần", "Công ty TNHH Thương mại và Dịch vụ",
        "Công ty Cổ phần Nông nghiệp", "Công ty TNHH Thực phẩm", "Doanh nghiệp tư nhân", "Công ty TNHH Dược liệu",
        "Công ty TNHH Sản xuất và Thương mại",
    ),
    OcopType.COOPERATIVE: (
        "Hợp tác xã", "Hợp tác xã Nông nghiệp", "Hợp tác xã Nông nghiệp và Dịch vụ", "Hợp tác xã Nông nghiệp xanh",
        "Hợp tác xã Nông nghiệp hữu cơ", "Hợp tác xã Dược liệu", "Hợp tác xã Chế biến nông sản", "Hợp tác xã Làng nghề",
        "Hợp tác xã Chăn nuôi và Thủy sản",
    ),
    OcopType.COOPERATIVE_GROUP: ("Tổ hợp tác", "Tổ hợp tác sản xuất", "Tổ hợp tác phụ nữ", "Tổ hợp tác thanh niên"),
    OcopType.PRODUCTION_FACILITY: ("Cơ sở sản xuất", "Cơ sở chế biến", "Cơ sở kinh doanh", "Cơ sở sản xuất gia đình"),
    OcopType.HOUSEHOLD: ("Hộ kinh doanh",),
}  # fmt: skip


def person(rng: Random) -> str:
    return f"{rng.choice(_SURNAMES)} {rng.choice(_MIDDLES)} {rng.choice(_GIVEN)}"


def producer(rng: Random, ocop_type: OcopType, commune: str) -> tuple[str, str]:
    """The producer's name, and the short one it puts on its products. ``commune`` without its "xã"."""
    field = rng.choice(_FIELDS[ocop_type])
    if ocop_type == OcopType.HOUSEHOLD:
        owner = person(rng)
        return f"{field} {owner}", " ".join(owner.split()[1:])
    if ocop_type == OcopType.COOPERATIVE_GROUP or (ocop_type == OcopType.COOPERATIVE and rng.random() < 0.3):
        return f"{field} {commune}", commune
    brand = " ".join(rng.sample(_BRANDS, 2 if rng.random() < 0.8 else 3))
    return f"{field} {brand}", brand
