"""What a producer writes about a lot."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalog.models import Pack
from catalog.services import Seen, needs_best_before

from .pieces import PortalRenderer

MOST = 999_999  # of one lot
_COUNT = {"inputmode": "numeric", "autocomplete": "off"}


class CountForm(forms.Form):
    """So many are there; ``seen`` are the figures that stood on the page."""

    on_hand = forms.IntegerField(min_value=0, max_value=MOST)


class AddLotForm(forms.Form):
    """A lot that came in."""

    default_renderer = PortalRenderer

    lot = forms.CharField(
        label=gettext_lazy("Lot number"),
        max_length=40,
        required=False,
        help_text=gettext_lazy("As it stands on the label. Empty if there is none."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )
    best_before = forms.DateField(
        label=gettext_lazy("Best before"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
    on_hand = forms.IntegerField(
        label=gettext_lazy("How many are there"), min_value=1, max_value=MOST, widget=forms.NumberInput(attrs=_COUNT)
    )

    def __init__(self, *args: Any, pack: Pack, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        day = self.fields["best_before"]
        if needs_best_before(pack):
            day.required = True
            day.help_text = _("This pack is sold only with at least {days} days left.").format(
                days=pack.min_remaining_life_days
            )
        else:
            day.help_text = _("Empty if it does not spoil.")


def seen_of(text: str) -> Seen:
    """The figures in a hidden field (``Lot.seen``); ones that no lot has where there are none."""
    if match := re.fullmatch(r"([0-9]{1,10})-([0-9]{1,10})", text):
        return Seen(int(match[1]), int(match[2]))
    return Seen(-1, -1)
