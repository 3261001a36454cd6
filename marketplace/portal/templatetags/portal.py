"""What the portal's templates need: ``{% load portal %}``."""

from datetime import date, datetime

from django import template
from django.template import Context

from marketplace.orders.models import OrderItem
from marketplace.orders.money import remaining
from marketplace.portal.wording import days_in_words, failures_in_words, period_in_words
from marketplace.settlement.periods import Period
from marketplace.settlement.statements import Line, kind_of
from ocop_badges.days import ZONE
from ocop_badges.markup import written

register = template.Library()


@register.filter
def days_from(until: date, day: date) -> str:
    """``{{ until|days_from:day }}``: "in 3 days", "today", "2 days ago"."""
    return days_in_words(until, day=day)


@register.filter
def shop_day(instant: datetime) -> str:
    """The day of an instant in Vietnam, as people write it."""
    return written(instant.astimezone(ZONE).date())


@register.filter
def left(item: OrderItem) -> int:
    """How many of an item of an order are still to be sent, or were sent and kept."""
    return remaining(item)


@register.filter
def period_words(period: Period) -> str:
    """``{{ period|period_words }}``: "November 2026"."""
    return period_in_words(period)


@register.filter
def line_words(line: Line) -> str:
    """What a line of a statement is about: "Sale", "Return", "Payout"."""
    return kind_of(line)


@register.filter
def failure_words(text: str) -> str:
    """Why a part of an order failed or was cancelled, its code in words: "by-producer: all sold"."""
    code, colon, note = text.partition(": ")
    code, dash, rest = code.partition(" – ")
    known = failures_in_words().get(code)
    return f"{known}{dash}{rest}{colon}{note}" if known else text


@register.simple_tag(takes_context=True)
def typed(context: Context, default: int, *name: str | int) -> object:
    """What was typed into a field of a form that is shown again, else ``default``: ``{% typed 0 "fit" item.pk %}``."""
    return context["request"].POST.get("-".join(map(str, name)), default)
