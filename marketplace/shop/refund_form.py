"""Where money is to go back that a person transfers: the form on an order's page."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from marketplace.settlement.banks import BANKS
from marketplace.shop.checkout_page import FormField

NAMES = ("bank_bin", "number", "holder")


def account_fields(texts: Mapping[str, str], faults: Mapping[str, str]) -> list[FormField]:
    """The fields with what was typed, and what is wrong with it, by name."""
    banks = [("", _("Choose your bank")), *sorted(BANKS.items(), key=lambda bank: bank[1])]

    def field(name: str, label: str, *, kind: str = "text", maxlength: int = 0) -> FormField:
        return FormField(
            name,
            label,
            texts.get(name, ""),
            faults.get(name, ""),
            kind=kind,
            autocomplete="off" if kind == "text" else "",
            required=True,
            maxlength=maxlength,
            options=banks if kind == "select" else (),
        )

    return [
        field("bank_bin", _("Bank"), kind="select"),
        field("number", _("Account number"), maxlength=40),
        field("holder", _("Name on the account"), maxlength=120),
    ]
