"""Pure rules of the checkout's form. No database and no clock."""

from datetime import date, timedelta

MAX_DAYS_AHEAD = 180
KEEP_GIFT_LISTS = timedelta(days=90)  # recipients of a gift that was not ordered


def may_deliver_on(day: date, *, on: date) -> bool:
    """Whether a day of delivery may be asked for: after today, and within half a year."""
    return on < day <= on + timedelta(days=MAX_DAYS_AHEAD)
