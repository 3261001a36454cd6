from datetime import datetime

from django import template

from ocop_badges import days, markup

register = template.Library()


@register.filter
def instant(at: datetime) -> str:
    """An instant as people write it, in Asia/Ho_Chi_Minh whatever the reader's own zone."""
    local = at.astimezone(days.ZONE)
    return f"{markup.written(local.date())} {local:%H:%M}"
