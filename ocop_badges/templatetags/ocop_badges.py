"""Stars in templates: ``{% load ocop_badges %}``."""

from datetime import date

from django import template
from django.utils.safestring import SafeString

from ocop_badges import markup
from ocop_badges.badges import Badge

register = template.Library()


@register.simple_tag
def stars(badge: Badge | None) -> SafeString:
    """``{% stars badge %}``: the stars of the day with their last day, in the page's language; nothing for None."""
    return markup.stars_html(badge)


@register.filter
def written_day(day: date | None) -> str:
    """``{{ day|written_day }}``: a day as people write it, in the page's language; empty for None."""
    return markup.written(day) if day else ""
