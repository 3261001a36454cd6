"""The programme's proportions, and the guesses where it publishes none.

Counts are quotas, not dice: ``split`` divides a total by largest remainder, so a catalogue of 17,400 products has
exactly 126 of five stars and 9,084 producers whatever its seed.
"""

from collections.abc import Mapping
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

from catalog.models import OcopType

# 17,400 products with three stars or more, 126 of them with five, of about 9,084 producers: 33.5 % production
# facilities and households, 32.9 % co-operatives, 25.3 % small enterprises, 8.3 % co-operative groups (Agritrade
# interview, mid-2025). How the first share divides is a guess.
PRODUCTS = 17_400
FIVE_STAR_PRODUCTS = 126
PRODUCERS = 9_084
PRODUCER_TYPES: Mapping[OcopType, int] = {
    OcopType.HOUSEHOLD: 201,
    OcopType.PRODUCTION_FACILITY: 134,
    OcopType.COOPERATIVE: 329,
    OcopType.ENTERPRISE: 253,
    OcopType.COOPERATIVE_GROUP: 83,
}

# Four stars among those with three or four: 5 of 138 products in a small province (Điện Biên, 2025), 220 of 1,010 in
# a big one (Hồ Chí Minh City, end of 2025). A province between the two stands between them (``places.py``).
FOUR_STARS_IN_A_SMALL_PROVINCE = 5 / 138
FOUR_STARS_IN_A_BIG_PROVINCE = 220 / 1_010


class Story(StrEnum):
    """What became of a product's certificates by the day the catalogue is made for."""

    VALID = "valid"  # a first certificate, in force
    RENEWED = "renewed"  # an earlier one ran its time, with or without a gap; the next is in force
    UPGRADED = "upgraded"  # an earlier one of fewer stars was replaced before its end
    SUCCESSOR_DECIDED = "successor_decided"  # in force, the next one issued and still to begin
    EXTENDED = "extended"  # past its end, in force by an extension
    LIFTED = "lifted"  # in force after a suspension
    EXPIRED = "expired"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    UPCOMING = "upcoming"  # issued, still to begin
    UNCERTIFIED = "uncertified"  # listed without any certificate


# Of 1,000 products. Guesses, but for this: of 35 certificates that ended in one province in a year 13 were renewed,
# so that lapsed certificates are common (Điện Biên, 2024).
STORIES: Mapping[Story, int] = {
    Story.VALID: 640,
    Story.RENEWED: 140,
    Story.UPGRADED: 30,
    Story.SUCCESSOR_DECIDED: 20,
    Story.EXTENDED: 10,
    Story.LIFTED: 10,
    Story.EXPIRED: 95,
    Story.SUSPENDED: 15,
    Story.REVOKED: 12,
    Story.UPCOMING: 18,
    Story.UNCERTIFIED: 10,
}
STORIES_WITH_STARS = frozenset(
    {Story.VALID, Story.RENEWED, Story.UPGRADED, Story.SUCCESSOR_DECIDED, Story.EXTENDED, Story.LIFTED}
)
# The 126 are those that stand: they show their stars on the day, and no other product ever had five.
STORIES_WITH_FIVE_STARS = frozenset({Story.VALID, Story.RENEWED, Story.UPGRADED})

# Chances, each a guess.
UNPUBLISHED_PRODUCER = 0.01
UNPUBLISHED_PRODUCT = 0.03
ENGLISH_NAME = 0.45
WITHOUT_PACKS = 0.03
PACK_WITHOUT_PRICE = 0.05
PACK_SWITCHED_OFF = 0.04
PACK_WITH_GTIN = 0.4
PACK_SOLD_OUT = 0.15
LOT_PAST_ITS_DAY = 0.08
QUALITY_CERTIFICATE = 0.4
QUALITY_CERTIFICATE_LAPSED = 0.15
SECOND_PRODUCT_SET = 0.25

T = TypeVar("T")


def split(total: int, shares: Mapping[T, int]) -> dict[T, int]:
    """Divide ``total`` by shares, by largest remainder; the parts always sum to it. Ties go to the earlier share."""
    whole = sum(shares.values())
    exact = {key: Fraction(total * share, whole) for key, share in shares.items()}
    parts = {key: int(value) for key, value in exact.items()}
    by_remainder = sorted(exact, key=lambda key: parts[key] - exact[key])
    for key in by_remainder[: total - sum(parts.values())]:
        parts[key] += 1
    return parts


def scaled(count: int, products: int) -> int:
    """A count of the whole programme, for a catalogue of so many products; rounded half up."""
    return int(Fraction(count * products, PRODUCTS) + Fraction(1, 2))
