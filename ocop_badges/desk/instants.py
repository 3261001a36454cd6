"""Instants as the desk writes them."""

from datetime import datetime

from ocop_badges import days, markup


def instant(at: datetime) -> str:
    """Day and time as people write them, in Asia/Ho_Chi_Minh whatever the reader's own zone."""
    local = at.astimezone(days.ZONE)
    return f"{markup.written(local.date())} {local:%H:%M}"
