"""Forms of the operators."""

from datetime import datetime
from typing import Any

from django import forms
from django.contrib.admin.helpers import ActionForm
from django.utils.translation import gettext_lazy as _

from marketplace.settlement.banks import BANKS
from marketplace.settlement.models import PayoutAccount, PayoutWay
from marketplace.settlement.payout_accounts import Place, bank_account, record_account, stripe_account
from ocop_badges.errors import InvalidFact


class PayoutAccountForm(forms.ModelForm[PayoutAccount]):
    """Where a producer is paid to from now on."""

    bank_bin = forms.ChoiceField(
        label=_("bank"), required=False, choices=[("", "–"), *sorted(BANKS.items(), key=lambda bank: bank[1])]
    )

    class Meta:
        model = PayoutAccount
        fields = ("producer", "way", "bank_bin", "number", "holder")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if self.errors:
            return given
        try:
            given |= self._place(given)
        except InvalidFact as error:
            self.add_error(error.faults[0].field, str(error))
        return given

    def record(self, *, by: Any, at: datetime) -> PayoutAccount:
        """Record what was entered. Raises ``DomainError`` where ``by`` may not."""
        return record_account(
            producer=self.cleaned_data["producer"], place=self._place(self.cleaned_data), by=by, at=at
        )

    def _place(self, given: dict[str, Any]) -> Place:
        if given["way"] == PayoutWay.STRIPE:
            return stripe_account(number=given["number"], holder=given["holder"])
        return bank_account(bank_bin=given["bank_bin"], number=given["number"], holder=given["holder"])


class PayoutActionForm(ActionForm):
    """The field beside the actions on payouts."""

    note = forms.CharField(label=_("bank's reference, or why it was returned"), required=False, max_length=255)
