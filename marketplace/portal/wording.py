"""Days and times as a producer reads them."""

from datetime import date, datetime, timedelta

from django.utils.dates import MONTHS
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from marketplace.orders.failures import FAILURES
from marketplace.orders.services import Actor
from marketplace.settlement.periods import Period
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


def period_in_words(period: Period) -> str:
    """A month as "November 2026", a year as "2026"."""
    if not period.is_month:
        return period.name
    first = period.first
    return f"{MONTHS[first.month]} {first.year}" if get_language() == "en" else f"tháng {first.month}/{first.year}"


def failures_in_words() -> dict[str, str]:
    """The codes of why a part of an order failed or was cancelled, in the language in force."""
    return {
        Actor.SHOPPER.value: _("Cancelled by the shopper"),
        Actor.PRODUCER.value: _("Cancelled by the producer"),
        Actor.OPERATOR.value: _("Cancelled by the marketplace"),
        "return-accepted": _("The marketplace accepted the return"),
        "return-refused": _("The marketplace refused the return"),
        "return-received": _("The marketplace recorded what came back"),
        "out-of-stock": _("Paid late, when the goods were gone"),
        "voucher-used-up": _("Paid late, when its voucher was used up"),
        "document-missing": _("Paid late, when its seller lacked a document"),
        **{code: str(words) for code, words in FAILURES},
    }
