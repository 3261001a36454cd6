from datetime import date

from django import template

from ocop_badges import markup

register = template.Library()


@register.filter
def written(day: date | None) -> str:
    """A day as people write it, in the reader's language; empty for none."""
    return markup.written(day) if day else ""
