"""What so many pieces of an item come to: for the shopper, the producer, the shop and the tax office. Pure."""

from collections.abc import Iterable
from dataclasses import replace

from marketplace.orders.models import OrderItem
from marketplace.settlement.rules import SalePart, Sold, part_of


def remaining(item: OrderItem) -> int:
    """How many of it are still to be sent, or were sent and kept."""
    return item.quantity - item.cancelled - item.returned


def portion_of(item: OrderItem, count: int, *, before: int | None = None) -> SalePart:
    """``count`` pieces of an item after the first ``before``: after those cancelled or returned already by default.

    In whatever portions its pieces are cancelled, sold and returned, the portions sum to the item, to the đồng.
    ``goods`` is what the shopper pays for them.
    """
    sold = Sold(
        quantity=item.quantity,
        goods=item.net,
        platform_discount=item.discount - item.producer_discount,
        commission_bp=item.commission_bp,
        vat_bp=item.vat_withheld_bp,
        income_tax_bp=item.income_tax_withheld_bp,
    )
    return part_of(
        sold,
        producer_id=item.producer_id,
        before=item.cancelled + item.returned if before is None else before,
        count=count,
        legal_form=item.legal_form,
    )


def add_up(parts: Iterable[SalePart]) -> list[SalePart]:
    """One part for each producer and legal form, in the order in which they first come."""
    sums: dict[tuple[int, str], SalePart] = {}
    for part in parts:
        key = (part.producer_id, part.legal_form)
        known = sums.get(key)
        sums[key] = part if known is None else replace(
            known,
            goods=known.goods + part.goods,
            shipping=known.shipping + part.shipping,
            platform_discount=known.platform_discount + part.platform_discount,
            commission=known.commission + part.commission,
            vat=known.vat + part.vat,
            income_tax=known.income_tax + part.income_tax,
        )  # fmt: skip
    return list(sums.values())


def shipping_part(producer_id: int, shipping: int, *, legal_form: str) -> SalePart:
    return SalePart(
        producer_id=producer_id,
        goods=0,
        shipping=shipping,
        platform_discount=0,
        commission=0,
        vat=0,
        income_tax=0,
        legal_form=legal_form,
    )
