"""The shopper's receipt: what was bought, what it cost, what was cancelled or came back. No legal e-invoice."""

import json
from datetime import date

from django.conf import settings
from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from catalog.wording import money
from marketplace.orders.models import Order, OrderState, PaymentMethod, RefundItem
from marketplace.orders.money import portion_of
from ocop_badges.days import ZONE
from ocop_badges.markup import written
from ocop_badges.typeset import fitting


def receipt_of(order: Order, *, day: date, lang: str, payment: str) -> str:
    """Everything a receipt shows, as JSON; ``payment`` is how it stands with the payment, in a word."""
    not_charged = not_charged_of(order)
    refunded = order.refunds.aggregate(total=Sum("amount"))["total"] or 0
    with override(lang):
        sums = [
            (_("Goods"), money(order.goods_total)),
            (_("Discount"), money(-order.discount_total) if order.discount_total else ""),
            (_("Shipping"), money(order.shipping_total)),
            (_("Gift box and assembly"), money(order.assembly_total) if order.assembly_total else ""),
            (_("Cancelled, not charged"), money(-not_charged) if not_charged else ""),
        ]
        buyer = [order.invoice_company, order.invoice_address] if order.invoice_company else [order.name]
        if order.invoice_tax_code:
            buyer.append(_("Tax code %(code)s") % {"code": order.invoice_tax_code})
        words = {
            "lang": lang,
            "site": settings.SITE_NAME,
            "title": _("Receipt %(number)s") % {"number": order.number},
            "facts": [
                (pgettext("purchase", "Order"), order.number),
                (_("Placed on"), written(order.placed_at.astimezone(ZONE).date())),
                (_("Buyer"), fitting(", ".join(text for text in buyer if text))),
                (_("Payment"), f"{order.get_payment_method_display()} – {payment}"),
            ],
            "heads": [pgettext("list", "Goods"), _("Quantity"), _("Price"), _("Amount")],
            "rows": [
                {
                    "name": fitting(line.name),
                    "sellers": fitting(", ".join(sorted({item.producer.name for item in line.items.all()}))),
                    "quantity": str(line.quantity),
                    "price": money(line.unit_price),
                    "amount": money(line.amount),
                }
                for line in order.lines.order_by("position").prefetch_related("items__producer")
            ],
            "sums": [(name, text) for name, text in sums if text],
            "total": (_("Total"), money(order.total - not_charged)),
            "refunded": (_("Due back or paid back"), money(-refunded)) if refunded else None,
            "warning": _("This receipt is no legal e-invoice."),
            "advice": _(
                "Each seller issues its own e-invoice through a licensed provider. Ask for it with your tax code when "
                "you order."
            ),
            "printed": _("Printed on %(day)s") % {"day": written(day)},
        }
    return json.dumps(words, ensure_ascii=False)


def not_charged_of(order: Order) -> int:
    """What of an order was cancelled or lost, or failed at the door, without ever being paid; what was is refunded."""
    if order.payment_method != PaymentMethod.COD:
        return order.total if order.state == OrderState.CANCELLED and order.confirmed_at is None else 0
    paid_back = RefundItem.objects.filter(refund__order=order, item__isnull=False).order_by().values_list("item_id")
    refunded = dict(paid_back.annotate(Sum("quantity")))
    unpaid = {item: item.cancelled + item.returned - refunded.get(item.pk, 0) for item in order.items.order_by("pk")}
    parcels = {each.pk: each for each in order.fulfilments.order_by("pk")}
    charged = {item.fulfilment_id for item, count in unpaid.items() if count < item.quantity}
    charged |= {box_id for pk in charged if (box_id := parcels[pk].box_id) is not None}
    fees = sum(each.shipping + each.assembly for pk, each in parcels.items() if pk not in charged)
    return fees + sum(portion_of(item, count, before=0).goods for item, count in unpaid.items())
