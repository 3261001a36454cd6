"""Where a producer's owner wants the money to go."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from marketplace.settlement.banks import BANKS
from marketplace.settlement.payout_accounts import Place, bank_account
from ocop_badges.errors import InvalidFact

from .pieces import PortalRenderer

_OFF = {"autocomplete": "off", "spellcheck": "false"}


class AccountForm(forms.Form):
    """A bank account; ``place`` is what to record once it is valid."""

    default_renderer = PortalRenderer
    place: Place

    bank_bin = forms.ChoiceField(
        label=_("Bank"),
        choices=[("", _("Choose your bank")), *sorted(BANKS.items(), key=lambda bank: bank[1])],
    )
    number = forms.CharField(
        label=_("Account number"),
        max_length=40,
        help_text=_("Of an account in the seller's own name."),
        widget=forms.TextInput(attrs=_OFF),
    )
    holder = forms.CharField(
        label=_("Name on the account"),
        max_length=120,
        help_text=_("As the bank has it. A transfer to another name comes back."),
        widget=forms.TextInput(attrs=_OFF),
    )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if not self.errors:
            try:
                self.place = bank_account(**given)
            except InvalidFact as fact:
                self.add_error(fact.faults[0].field, fact.detail)
        return given
