"""What generated products say about themselves: sentences put together, Vietnamese and English alike."""

from random import Random

from .vocabulary import Kind, Words

_OPENINGS = (
    ("{name} là sản phẩm của {producer} tại {place}.", "{name} comes from {producer} in {place}."),
    ("{producer} làm {name} ở {place} từ nhiều năm nay.", "{producer} has made {name} in {place} for many years."),
    (
        "Từ {place}, {producer} mang đến {name} đậm hương vị quê nhà.",
        "From {place}, {producer} brings {name} with the taste of home.",
    ),
)
_MIDDLES = (
    (
        "Nguyên liệu được chọn từ các hộ trong xã, thu hái đúng độ và sơ chế ngay trong ngày.",
        "Households of the commune supply the raw material, picked ripe and prepared the same day.",
    ),
    (
        "Cách làm giữ theo nếp cũ của bà con, chỉ thay khâu sấy và đóng gói bằng máy để sạch và đều hơn.",
        "The old way of making it is kept; only drying and packing are done by machine, cleaner and more even.",
    ),
    (
        "Mỗi mẻ chỉ làm vừa đủ, ghi rõ ngày sản xuất và số lô để người mua tra được nguồn gốc.",
        "Batches are small, each with its day and lot number, so that buyers can trace it.",
    ),
    (
        "Vùng nguyên liệu nằm trên đất cao, ngày nắng đêm lạnh, nên hương thơm và vị ngọt đậm hơn nơi khác.",
        "The fields lie high, with sunny days and cold nights, which makes for more scent and sweetness.",
    ),
    (
        "Không dùng chất bảo quản; bà con ghi nhật ký từng công đoạn và gửi mẫu kiểm nghiệm định kỳ.",
        "Without preservatives; every step is written down and samples are tested regularly.",
    ),
)
_CLOSINGS = (
    ("Thích hợp làm quà và dùng hằng ngày trong gia đình.", "Good as a gift and for every day."),
    ("Nhận đơn lớn khi báo trước mười ngày.", "Larger orders with ten days' notice."),
    ("Hàng gửi đi trong hai ngày làm việc.", "Sent within two working days."),
)
_STORAGE: dict[str, Words] = {
    "cool": ("Để nơi thoáng mát, tránh ánh nắng trực tiếp.", "Keep in a cool place, away from direct sun."),
    "chilled": ("Bảo quản lạnh từ 0 đến 5 °C, dùng ngay sau khi mở.", "Keep at 0–5 °C, use soon after opening."),
    "dry": ("Để nơi khô ráo, đậy kín sau khi mở.", "Keep dry, close well after opening."),
    "none": ("", ""),
}
_RETURNS: Words = (
    "Đổi trả trong 7 ngày nếu hàng hỏng, sai hoặc thiếu; người bán chịu phí gửi lại.",
    "Returns within 7 days for damaged, wrong or missing goods; the seller pays the way back.",
)


def description(rng: Random, *, name: Words, producer: str, place: str, english: bool) -> Words:
    """Three to five sentences; the English is empty unless asked for."""
    chosen = [rng.choice(_OPENINGS), *rng.sample(_MIDDLES, rng.randint(1, 3)), rng.choice(_CLOSINGS)]
    vietnamese = " ".join(text for text, _ in chosen).format(name=name[0], producer=producer, place=place)
    translated = " ".join(text for _, text in chosen).format(name=name[1], producer=producer, place=place)
    return vietnamese, translated if english else ""


def producer_story(rng: Random, *, name: str, place: str) -> str:
    return f"{name} ở {place}. {' '.join(text for text, _ in rng.sample(_MIDDLES, 2))}"


def storage(kind: Kind) -> Words:
    return _STORAGE[kind.keep]


def return_policy() -> Words:
    return _RETURNS
