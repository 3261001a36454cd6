"""Where the dated tables of a zone leave days without a price, or say two things of one day."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.shipping.models import ShippingTable
from marketplace.shipping.rules import Period, gaps_between, overlap_of, rest_after
from ocop_badges.markup import written


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence about a table; ``is_fault`` where somebody has to do something about it."""

    text: str
    is_fault: bool


def notices_of(table: ShippingTable, others: Sequence[ShippingTable]) -> list[Notice]:
    """What is to be told of a table beside the others of its zone and producer."""
    period = Period(table.valid_from, table.valid_until)
    told = []
    for other in sorted(others, key=lambda other: other.valid_from):
        shared = overlap_of(period, Period(other.valid_from, other.valid_until))
        if shared is None:
            continue
        later = max(table.valid_from, other.valid_from)
        text = _("Another table holds {days} too: of the two, the one from {later} counts.")
        told.append(Notice(text.format(days=days_text(shared), later=written(later)), is_fault=False))
    periods = [period, *(Period(other.valid_from, other.valid_until) for other in others)]
    for gap in (*gaps_between(periods), *filter(None, [rest_after(periods)])):
        text = _("No table of this zone holds {days}: nothing can be sent then.")
        told.append(Notice(text.format(days=days_text(gap)), is_fault=True))
    return told


def days_text(period: Period) -> str:
    if period.until is None:
        return _("from {day} on").format(day=written(period.since))
    return _("from {first} to {last}").format(first=written(period.since), last=written(period.until))
