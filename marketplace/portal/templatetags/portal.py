"""What the portal's templates need: ``{% load portal %}``."""

from datetime import date, datetime

from django import template

from marketplace.portal.wording import days_in_words
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
