"""Where generated producers are: uneven over the 34 provinces, in communes with names that sound right."""

from collections.abc import Mapping
from random import Random

from .shares import FOUR_STARS_IN_A_BIG_PROVINCE, FOUR_STARS_IN_A_SMALL_PROVINCE
from .vocabulary import syllables

# Products a province. Two are known: 138 in Điện Biên (11) in 2025, over 1,000 in Hồ Chí Minh City (79) at the end of
# 2025, before its merger counted in full; the others are guesses that keep the sum at the programme's 17,400.
SMALL, BIG = 138, 1_010
WEIGHTS: Mapping[str, int] = {
    "01": 1_900, "04": 170, "08": 420, "11": 138, "12": 190, "14": 210, "15": 480, "19": 520, "20": 190, "22": 430,
    "24": 580, "25": 560, "31": 560, "33": 480, "37": 700, "38": 580, "40": 640, "42": 420, "44": 380, "46": 200,
    "48": 560, "51": 430, "52": 550, "56": 400, "66": 460, "68": 840, "75": 420, "79": 1_010, "80": 330, "82": 640,
    "86": 580, "91": 510, "92": 560, "96": 362,
}  # fmt: skip

_FIRST = syllables("place_beginnings")
_SECOND = syllables("place_endings")


def commune_names(rng: Random, count: int) -> list[str]:
    """Distinct names such as "xã Quảng Trực"; one in six is a ward ("phường")."""
    names: dict[str, None] = {}
    while len(names) < count:
        first, second = rng.choice(_FIRST), rng.choice(_SECOND)
        if first != second:
            names[f"{'phường' if rng.random() < 1 / 6 else 'xã'} {first} {second}"] = None
    return list(names)


def district_name(rng: Random) -> str:
    """The name of a district as there were until July 2025."""
    while True:
        first, second = rng.choice(_FIRST), rng.choice(_SECOND)
        if first != second:
            return f"{first} {second}"


def commune_count(province_code: str) -> int:
    """How many communes of a province have a producer here: more where there are more products."""
    return min(160, 12 + WEIGHTS[province_code] // 12)


def chance_of_four_stars(province_code: str) -> float:
    """The share of four stars among three and four: between the two known, by the province's size."""
    size = min(max(WEIGHTS[province_code], SMALL), BIG)
    along = (size - SMALL) / (BIG - SMALL)
    return FOUR_STARS_IN_A_SMALL_PROVINCE + along * (FOUR_STARS_IN_A_BIG_PROVINCE - FOUR_STARS_IN_A_SMALL_PROVINCE)
