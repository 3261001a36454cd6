"""What a pack weighs for the carrier."""

from decimal import Decimal

from catalog.models import NetUnit, Pack

PACKAGING_PERCENT = 15
PIECE_G = 500
_GRAMS = {NetUnit.GRAM: 1, NetUnit.KILOGRAM: 1000, NetUnit.MILLILITRE: 1, NetUnit.LITRE: 1000}


def weight_of(pack: Pack) -> int:
    """Grams of one pack: as weighed, else its net content and the usual packaging; a piece counts as 500 g."""
    if pack.shipping_weight_g is not None:
        return pack.shipping_weight_g
    if pack.net_value is None or pack.net_unit not in _GRAMS:
        return int(PIECE_G * (pack.net_value or 1)) or 1
    grams = Decimal(pack.net_value) * _GRAMS[NetUnit(pack.net_unit)]
    return int(grams * (100 + PACKAGING_PERCENT) / 100) or 1
