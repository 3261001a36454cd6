"""Days and times as a producer reads them."""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ocop_badges.days import ZONE

MINUTE = timedelta(minutes=1)


def wait_in_words(until: datetime, *, at: datetime) -> str:
    """How long to wait, in whole minutes rounded up, and the time on the clock in Vietnam: "in 12 minutes (14:35)"."""
    minutes = max(1, -((at - until) // MINUTE))
    return ngettext("in {minutes} minute (at {time})", "in {minutes} minutes (at {time})", minutes).format(
        minutes=minutes, time=(until + MINUTE).astimezone(ZONE).strftime("%H:%M")
    )


def days_in_words(until: date, *, day: date) -> str:
    """How far a day is: "in 3 days", "today", "2 days ago"."""
    left = (until - day).days
    if left == 0:
        return _("today")
    if left > 0:
        return ngettext("in {days} day", "in {days} days", left).format(days=left)
    return ngettext("{days} day ago", "{days} days ago", -left).format(days=-left)
