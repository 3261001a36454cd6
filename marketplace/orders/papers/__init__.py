"""What is printed about an order: the packing slip of a parcel, and the shopper's receipt."""

from .receipts import not_charged_of, receipt_of
from .sheets import draw
from .slips import Packed, slip_of

__all__ = ["Packed", "draw", "not_charged_of", "receipt_of", "slip_of"]
