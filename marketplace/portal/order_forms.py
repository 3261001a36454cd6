"""What a producer writes about an order."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.orders.failures import FAILURES
from marketplace.orders.models import OrderItem, ReturnItem

from .pieces import PortalRenderer


class _PortalForm(forms.Form):
    default_renderer = PortalRenderer


class ShipForm(_PortalForm):
    carrier = forms.CharField(label=_("Who carries it"), max_length=40, help_text=_("For example VNPost, GHN, Viettel"))
    tracking_number = forms.CharField(label=_("Tracking number, if there is one"), max_length=60, required=False)


class FailForm(_PortalForm):
    failure = forms.ChoiceField(label=_("Why it was not delivered"), choices=FAILURES)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class CancelForm(_PortalForm):
    note = forms.CharField(
        label=_("Why"), max_length=200, help_text=_("The shopper is told that it will not come; be plain and polite.")
    )


class DecideForm(_PortalForm):
    reason = forms.CharField(
        label=_("A word to the shopper"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Where to send it, or why you refuse it. A refusal needs a reason."),
    )


def counts_of(data: Mapping[str, Any], items: Sequence[OrderItem], *, prefix: str) -> dict[int, int]:
    """How many of each item stand in the fields ``{prefix}-{item id}``; what is empty or no count is left out."""
    return {item.pk: count for item in items if (count := _count(data.get(f"{prefix}-{item.pk}", "")))}


def lots_of(data: Mapping[str, Any], items: Sequence[OrderItem]) -> dict[int, dict[int, int]]:
    """The lots named in the fields ``lot-{item id}-{stock id}``, for the items of which any is named.

    An item whose fields all say 0 is named, with no lots: it is packed from none, and not from those held.
    """
    chosen: dict[int, dict[int, int]] = {}
    known = {item.pk for item in items}
    for name in data:
        kind, _dash, rest = name.partition("-")
        item_id, _dash, stock_id = rest.partition("-")
        if kind != "lot" or not (_is_number(item_id) and _is_number(stock_id)) or int(item_id) not in known:
            continue
        if not str(data[name]).strip():
            continue
        lots = chosen.setdefault(int(item_id), {})
        if count := _count(data[name]):
            lots[int(stock_id)] = count
    return chosen


def ids_of(texts: Iterable[str]) -> set[int]:
    """The ids in some fields; what is none is left out."""
    return {int(text) for text in texts if _is_number(text)}


def arrived_of(data: Mapping[str, Any], rows: Sequence[ReturnItem]) -> dict[int, tuple[int, int]]:
    """What came back, and of that what is fit for sale, from ``came-{item id}`` and ``fit-{item id}``."""
    return {
        row.item_id: (came, _count(data.get(f"fit-{row.item_id}", "")))
        for row in rows
        if (came := _count(data.get(f"came-{row.item_id}", "")))
    }


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


def _count(text: Any) -> int:
    return int(text) if isinstance(text, str) and _is_number(text.strip()) and len(text.strip()) < 6 else 0
