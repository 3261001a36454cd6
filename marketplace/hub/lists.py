"""The packer's list of a gift box: what goes into it, to be ticked off, whom it is for, and the card on top."""

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from marketplace.hub.models import PackingHub, Supply
from marketplace.hub.reading import Box
from marketplace.orders.recipients import card_of, recipient_of
from ocop_badges.markup import written
from ocop_badges.typeset import fitting, typeset

_TEMPLATE = Path(__file__).with_name("list.typ")


def list_of(box: Box, hub: PackingHub, supplies: Sequence[Supply], *, day: date, lang: str) -> str:
    """Everything the list shows, as JSON: the same text is the same paper. No price stands on it."""
    fulfilment, recipient, order = box.fulfilment, box.fulfilment.recipient, box.fulfilment.order
    name, address, phone = recipient_of(fulfilment, on=day)
    with override(lang):
        facts = [
            (pgettext("purchase", "Order"), f"{order.number} · {fulfilment.position + 1}"),
            (_("Boxes"), str(box.job.boxes)),
            (_("To be sent by"), written(fulfilment.ship_by)),
            (_("Day of delivery asked for"), written(recipient.deliver_on) if recipient.deliver_on else ""),
            (_("Recipient"), fitting(", ".join(text for text in (name, phone) if text))),
            (_("Address"), fitting(address)),
        ]
        words = {
            "lang": lang,
            "site": settings.SITE_NAME,
            "title": _("Packer's list %(number)s") % {"number": order.number},
            "hub": fitting(f"{hub.name}, {hub.address}, {hub.province.name}"),
            "facts": [(name, text) for name, text in facts if text],
            "heads": ["", pgettext("list", "Goods"), _("From"), _("Here"), _("Wanted")],
            "rows": [
                {
                    "name": fitting(f"{part.item.product_name} – {part.item.pack_name}"),
                    "code": fitting(part.item.sku),
                    "producer": fitting(part.item.producer.name),
                    "here": str(part.received),
                    "wanted": str(part.wanted),
                }
                for part in box.parts
                if part.wanted
            ],
            "supplies_title": _("Box and filler"),
            "supplies": [
                fitting(f"{supply.per_box * box.job.boxes} × {supply.name}") for supply in supplies if supply.per_box
            ],
            "no_prices": _("A gift: put no price into the parcel.") if order.hides_prices else "",
            "card_title": _("Message card"),
            "card": fitting(card_of(fulfilment, on=day)),
            "printed": _("Printed on %(day)s") % {"day": written(day)},
        }
    return json.dumps(words, ensure_ascii=False)


def draw(words: str) -> bytes:
    """The list as a PDF, tagged for screen readers. Tens of milliseconds."""
    return typeset(_TEMPLATE, words)
