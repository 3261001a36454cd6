"""What the pages of cart and orders say in words."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from marketplace.orders.models import OrderItem, PaymentMethod
from marketplace.orders.quotes import QuotedItem
from marketplace.orders.recipients import written_phone
from marketplace.orders.sellers import where_to_send_back
from marketplace.shop.cart_facts import LineFacts, badge_of_item
from ocop_badges.badges import Badge
from ocop_badges.days import ZONE
from ocop_badges.markup import written

register = template.Library()
register.filter(where_to_send_back)
register.filter("phone", written_phone)


@register.filter
def of(found: Mapping[Any, Any], key: Any) -> Any:
    """What a mapping holds under a key, None for nothing."""
    return found.get(key)


@register.filter
def item_badge(item: QuotedItem) -> Badge | None:
    return badge_of_item(item)


@register.filter
def senders(line: LineFacts) -> int:
    """From how many producers a line comes."""
    return len({item.producer_id for item in line.quoted.items}) if line.quoted else 0


@register.filter
def any_filled(fields: Sequence[Any]) -> bool:
    return any(field.value or field.error for field in fields)


@register.filter
def svg(drawing: str) -> SafeString:
    """A drawing that this site made itself, put into the page as it is."""
    return SafeString(drawing)


@register.filter
def on_day(at: datetime | None) -> str:
    """The day of an instant in Asia/Ho_Chi_Minh, as people write it."""
    return written(at.astimezone(ZONE).date()) if at else ""


@register.filter
def at_time(at: datetime) -> str:
    """The time of day of an instant in Asia/Ho_Chi_Minh."""
    return f"{at.astimezone(ZONE):%H:%M}"


@register.filter
def method_names(codes: Sequence[str]) -> str:
    """Ways to pay, in words."""
    return ", ".join(str(PaymentMethod(code).label) for code in codes)


@register.filter
def order_status(status: str) -> str:
    return {
        "awaiting_payment": _("Waiting for payment"),
        "expired": _("Not paid in time"),
        "confirmed": _("Confirmed"),
        "completed": _("Completed"),
        "cancelled": _("Cancelled"),
    }[status]


@register.filter
def payment_status(status: str) -> str:
    return {
        "pending": _("not paid yet"),
        "partly_paid": _("partly paid"),
        "paid": _("paid"),
        "partly_refunded": _("partly paid back"),
        "refunded": _("paid back"),
        "on_delivery": _("on delivery"),
        "cancelled": _("cancelled"),
    }[str(status)]


@register.filter
def bought_stars(item: OrderItem) -> str:
    """The stars of an item when it was bought, and whether it still has them on the day it arrives."""
    if item.stars is None:
        return _("Without OCOP stars when it was bought.")
    until = written(item.certificate_until) if item.certificate_until else ""
    told = _("OCOP {stars} stars when it was bought (decision {decision}, until {until}).").format(
        stars=item.stars, decision=item.decision_number, until=until
    )
    if item.stars_at_delivery is None:
        return f"{told} " + _("They end before it arrives.")
    if item.stars_at_delivery != item.stars:
        return f"{told} " + _("On the day it arrives: {stars}.").format(stars=item.stars_at_delivery)
    return f"{told} " + _("Still so on the day it is expected.")
