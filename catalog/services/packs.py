from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from catalog import rules
from catalog.models import Pack, Product, Stock
from catalog.search.indexing import refresh_listings

from .writing import save_checked


@transaction.atomic
def set_pack(*, product: Product, sku: str, **facts: Any) -> Pack:
    """Create or change the pack with this SKU. A ``gtin`` of 8 to 14 digits is checked and kept as 14.

    A pack stays with its product: a SKU of another one is refused, as an order may name it.
    """
    pack = Pack.objects.select_for_update().filter(sku=sku).first()
    if pack is not None and pack.product_id != product.pk:
        raise ValidationError({"sku": ValidationError(_("Another product has this SKU."), code="taken")})
    if facts.get("gtin"):
        try:
            facts["gtin"] = rules.normalised_gtin(facts["gtin"])
        except ValueError as error:
            raise ValidationError({"gtin": ValidationError(str(error), code="gtin")}) from None
    elif "gtin" in facts:
        facts["gtin"] = None
    pack = pack or Pack()
    save_checked(pack, {"product": product, "sku": sku, **facts})
    refresh_listings([product.pk])
    return pack


@transaction.atomic
def set_stock(*, pack: Pack, on_hand: int, lot: str = "", best_before: date | None = None) -> Stock:
    """Say how much of a lot is there, reserved goods included. Refused below what is already reserved."""
    stock = Stock.objects.select_for_update().filter(pack=pack, lot=lot, best_before=best_before).first() or Stock()
    save_checked(stock, {"pack": pack, "lot": lot, "best_before": best_before, "on_hand": on_hand})
    refresh_listings([pack.product_id])
    return stock
