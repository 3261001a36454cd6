"""The packing slip: from whom to whom, what is in the parcel and of which lots, and the giver's card."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from catalog.wording import money
from marketplace.orders.collecting import amount_to_collect
from marketplace.orders.models import Fulfilment, OrderItem, Packing, StockHold
from marketplace.orders.money import portion_of, remaining
from marketplace.orders.recipients import card_of
from ocop_badges.markup import written
from ocop_badges.typeset import fitting


@dataclass(frozen=True, slots=True)
class Packed:
    """Who sends and who gets the parcel: name, address, phone. A part for a gift box goes to the packing hub."""

    sender: tuple[str, str, str]
    receiver: tuple[str, str, str]


def slip_of(fulfilment: Fulfilment, items: Sequence[OrderItem], addresses: Packed, *, day: date, lang: str) -> str:
    """Everything a slip shows, as JSON. Where the giver hides prices it has none, nor what is to be collected.

    The items with their lots as they are held or packed. Three queries.
    """
    order = fulfilment.order
    shows_prices = not order.hides_prices
    lots = _lots_of(items)
    # The card of a gift box is printed at the hub: who packs a part of it does not learn for whom it is.
    card = card_of(fulfilment, on=day) if fulfilment.packing == Packing.DIRECT else ""
    collect = amount_to_collect(fulfilment) if shows_prices else 0
    with override(lang):
        rows = [
            {
                "name": fitting(f"{item.product_name} – {item.pack_name}"),
                "code": fitting(item.sku),
                "lots": [_lot_in_words(hold) for hold in lots.get(item.pk, [])],
                "quantity": str(remaining(item)),
                "amount": money(portion_of(item, remaining(item)).goods) if shows_prices else "",
            }
            for item in items
            if remaining(item)
        ]
        facts = [
            (pgettext("purchase", "Order"), f"{order.number} · {fulfilment.position + 1}"),
            (_("To be sent by"), written(fulfilment.ship_by)),
            (_("Expected on"), written(fulfilment.expected_on)),
            (_("Weight"), f"{fulfilment.weight_g} g"),
            (_("Carrier"), " ".join((fulfilment.carrier, fulfilment.tracking_number)).strip()),
            (_("To be collected"), money(collect) if collect else ""),
        ]
        words = {
            "lang": lang,
            "site": settings.SITE_NAME,
            "title": _("Packing slip %(number)s") % {"number": order.number},
            "from": pgettext("parcel", "From"),
            "to": pgettext("parcel", "To"),
            "sender": [fitting(text) for text in addresses.sender if text],
            "receiver": [fitting(text) for text in addresses.receiver if text],
            "facts": [(name, fitting(text)) for name, text in facts if text],
            "heads": [pgettext("list", "Goods"), _("Lot"), _("Quantity"), *([_("Amount")] if shows_prices else [])],
            "rows": rows,
            "has_amounts": shows_prices,
            "card_title": _("A message for you"),
            "card": fitting(card),
            "card_to": fitting(fulfilment.recipient.name) if card else "",
            "card_from": fitting(order.name) if card else "",
            "printed": _("Printed on %(day)s") % {"day": written(day)},
        }
    return json.dumps(words, ensure_ascii=False)


def _lots_of(items: Sequence[OrderItem]) -> dict[int, list[StockHold]]:
    holds = StockHold.objects.unreleased().filter(item__in=[item.pk for item in items]).select_related("stock")
    found: dict[int, list[StockHold]] = {}
    for hold in holds.order_by("stock__best_before", "stock_id"):
        found.setdefault(hold.item_id, []).append(hold)
    return found


def _lot_in_words(hold: StockHold) -> str:
    lot = hold.stock.lot or "–"
    if hold.stock.best_before is not None:
        lot = f"{lot} ({written(hold.stock.best_before)})"
    return f"{fitting(lot)} × {hold.quantity}"
