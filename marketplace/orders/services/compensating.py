"""Goods that are lost or spoilt while the shop has them – at its packing hub, or on the way from there: the shop bears
it, and makes good to their producers what the sale would have brought them."""

from collections.abc import Iterable
from datetime import datetime

from marketplace.orders.models import Order
from marketplace.orders.money import add_up
from marketplace.settlement.booking import SalePart, book_compensation


def compensate(order: Order, lost: Iterable[SalePart], *, key: str, at: datetime, note: str = "") -> None:
    """Owe each producer its goods and shipping less the commission. Nothing is sold, so no tax is withheld.

    Counts once for each key and producer.
    """
    owed: dict[int, int] = {}
    for part in add_up(lost):
        owed[part.producer_id] = owed.get(part.producer_id, 0) + part.net + part.vat + part.income_tax
    for producer_id, amount in owed.items():
        if amount > 0:
            book_compensation(
                key=f"compensation:{key}:{producer_id}",
                producer_id=producer_id,
                order_id=order.pk,
                amount=amount,
                at=at,
                note=" – ".join(text for text in (order.number, note) if text),
            )
