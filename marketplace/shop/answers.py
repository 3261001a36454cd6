"""Carts and orders as JSON values."""

import json
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from catalog.api.answers import Writer, money
from marketplace.orders.models import Order, OrderItem
from marketplace.orders.numbers import access_token
from marketplace.orders.quotes import Notice, QuotedItem, QuotedParcel
from marketplace.payments.methods import PaymentStart
from marketplace.shop.cart_facts import CartFacts, LineFacts, badge_of_item
from marketplace.shop.order_facts import FulfilmentFacts, OrderFacts
from ocop_badges.days import ZONE

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def cart_body(facts: CartFacts, writer: Writer) -> dict[str, Any]:
    quote = facts.quote
    return {
        "id": str(facts.cart.pk),
        "lines": [_cart_line(line, writer) for line in facts.lines],
        "notices": [_notice(notice) for notice in facts.notices],
        "vouchers": [{"code": voucher.code, "amount": money(amount)} for voucher, amount in quote.vouchers],
        "totals": {
            "goods": money(quote.goods_total),
            "discount": money(quote.discount_total),
            "shipping": money(quote.shipping_total),
            "assembly": money(quote.assembly_total),
            "total": money(quote.total),
        },
        "total": money(quote.total),
        "parcels": [_parcel(parcel) for parcel in quote.parcels],
        "methods": quote.methods if facts.lines else [],
        "minimum_age": quote.minimum_age,
    }


def _cart_line(facts: LineFacts, writer: Writer) -> dict[str, Any]:
    quoted = facts.quoted
    items = quoted.items if quoted else []
    is_bundle = facts.is_bundle
    return {
        "id": facts.line.pk,
        "pack": quoted.code if quoted and not is_bundle else None,
        "gift_bundle": quoted.code if quoted and is_bundle else None,
        "name": facts.name,
        "quantity": facts.line.quantity,
        "unit_price": money(quoted.unit_price if quoted else None),
        "amount": money(facts.amount),
        "discount": money(facts.discount),
        "badge": writer.badge(facts.badge, items[0].pack.product.slug) if facts.badge else None,
        "all_certified": facts.is_certified,
        "packing": "box" if quoted and quoted.goes_as_box else "parcels",
        "items": [_cart_item(item, writer) for item in items],
        "notices": [_notice(notice) for notice in facts.notices],
    }


def _cart_item(item: QuotedItem, writer: Writer) -> dict[str, Any]:
    product = item.pack.product
    return {
        "product": {"slug": product.slug, "name": product.name_in()},
        "producer": {"slug": product.producer.slug, "name": product.producer.name},
        "pack": {"sku": item.pack.sku, "name": item.pack.name_in()},
        "quantity": item.quantity,
        "badge": writer.badge(badge_of_item(item), product.slug),
        "stars_at_delivery": item.stars_at_delivery,
    }


def _notice(notice: Notice) -> dict[str, Any]:
    return {
        "code": notice.code,
        "detail": notice.detail,
        "line": notice.line_id,
        "blocking": notice.is_blocking,
        "left": notice.left,
    }


def _parcel(parcel: QuotedParcel) -> dict[str, Any]:
    return {
        "producer": parcel.producer_name or None,
        "packing": parcel.packing.value,
        "shipping": money(parcel.shipping),
        "assembly": money(parcel.assembly),
        "expected_on": _day(parcel.expected_on),
    }


def checkout_text(facts: OrderFacts) -> str:
    """The answer to a checkout as it is stored: without the token, which is not."""
    order = facts.order
    return _encode(
        {
            "number": order.number,
            "status": facts.status,
            "total": money(order.total),
            "shipping": money(order.shipping_total),
            "payment": payment_body(order, facts.payment),
            "fulfilments": [_fulfilment(each) for each in facts.fulfilments],
        }
    )


def with_token(text: str, order: Order) -> bytes:
    """The stored answer as it is given out, the same bytes every time."""
    number, *rest = json.loads(text).items()
    token = access_token(number=order.number, seed=order.token_seed)
    return _encode(dict([number, ("access_token", token), *rest])).encode()


def order_body(facts: OrderFacts) -> dict[str, Any]:
    order = facts.order
    return {
        "number": order.number,
        "status": facts.status,
        "placed_at": _instant(order.placed_at),
        "pay_until": _instant(order.hold_until) if facts.status == "awaiting_payment" else None,
        "cancel_reason": order.cancel_reason or None,
        "name": order.name,
        "email": order.email,
        "phone": order.phone,
        "total": money(order.total),
        "shipping": money(order.shipping_total),
        "totals": {
            "goods": money(order.goods_total),
            "discount": money(order.discount_total),
            "shipping": money(order.shipping_total),
            "assembly": money(order.assembly_total),
            "total": money(order.total),
        },
        "payment": payment_body(order, facts.payment),
        "recipients": [
            {
                "name": recipient.name,
                "phone": recipient.phone,
                "address": {
                    "province": recipient.province_name,
                    "commune": recipient.commune_name,
                    "street": recipient.street,
                },
                "card": recipient.card,
                "deliver_on": _day(recipient.deliver_on),
                "lines": [
                    {
                        "name": line.name,
                        "pack": None if line.is_bundle else line.code,
                        "gift_bundle": line.code if line.is_bundle else None,
                        "quantity": line.quantity,
                        "unit_price": money(line.unit_price),
                        "amount": money(line.amount),
                        "discount": money(line.discount),
                    }
                    for line in facts.lines_of(recipient)
                ],
            }
            for recipient in facts.recipients
        ],
        "fulfilments": [_fulfilment(each) for each in facts.fulfilments],
        "refunds": [
            {"reason": refund.reason, "amount": money(refund.amount), "done_at": _instant(refund.done_at)}
            for refund in facts.refunds
        ],
        "invoice": {
            "company": order.invoice_company,
            "tax_code": order.invoice_tax_code,
            "address": order.invoice_address,
        }
        if order.invoice_company
        else None,
    }


def payment_body(order: Order, start: PaymentStart) -> dict[str, Any]:
    """``redirect_url`` or ``qr`` is there while that is the way to pay."""
    body: dict[str, Any] = {"method": order.payment_method, "status": str(start.status)}
    if start.redirect_url:
        body["redirect_url"] = start.redirect_url
    if start.qr is not None:
        body["qr"] = {"payload": start.qr.payload, "svg": start.qr.svg}
    return body


def _fulfilment(facts: FulfilmentFacts) -> dict[str, Any]:
    row = facts.fulfilment
    return {
        "id": row.position,
        "producer": {"slug": row.producer.slug, "name": row.producer_name} if row.producer else None,
        "packing": row.packing,
        "goes_into": row.box.position if row.box else None,
        "lines": [_item(item) for item in facts.items],
        "shipping": money(row.shipping),
        "assembly": money(row.assembly),
        "status": row.state,
        "ship_by": _day(row.ship_by),
        "expected_on": _day(row.expected_on),
        "carrier": row.carrier or None,
        "tracking_number": row.tracking_number or None,
    }


def _item(item: OrderItem) -> dict[str, Any]:
    return {
        "name": item.product_name,
        "pack": {"sku": item.sku, "name": item.pack_name},
        "quantity": item.quantity,
        "amount": money(item.amount),
        "discount": money(item.discount),
        "stars": item.stars,
        "stars_at_delivery": item.stars_at_delivery,
        "certificate": {
            "id": item.certificate,
            "decision_number": item.decision_number,
            "valid_until": _day(item.certificate_until),
        }
        if item.certificate
        else None,
        "cancelled": item.cancelled,
        "returned": item.returned,
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(ZONE).isoformat() if at else None


def encode(body: Mapping[str, Any] | Iterable[Any]) -> bytes:
    return _encode(body).encode()


def redirect_in(text: str) -> str:
    """Where a stored answer leads to pay; empty for nowhere."""
    return str(json.loads(text)["payment"].get("redirect_url", ""))
