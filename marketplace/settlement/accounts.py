"""The accounts of the ledger and the kinds of its transactions, as they are stored."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Account(models.TextChoices):
    """A balance above zero is ours, or was spent; one below zero is owed, or was earned."""

    BANK = "bank", _("bank")
    CLEARING_COD = "clearing:cod", _("with the carriers")
    CLEARING_VIETQR = "clearing:vietqr", _("bank transfers received")
    CLEARING_STRIPE = "clearing:stripe", _("with Stripe")
    DEPOSITS = "deposits", _("paid by customers, not yet earned")
    REFUNDS_DUE = "refunds-due", _("due back to customers")
    PAYABLE = "payable", _("owed to producers")
    VAT_WITHHELD = "vat-withheld", _("VAT withheld")
    INCOME_TAX_WITHHELD = "income-tax-withheld", _("income tax withheld")
    COMMISSION = "commission", _("commission")
    ASSEMBLY = "assembly", _("gift boxes and their way")
    VOUCHERS = "vouchers", _("vouchers the shop bears")
    FEES = "fees", _("fees of carriers and payments")
    LOSSES = "losses", _("goodwill and losses")


class Kind(models.TextChoices):
    """What a transaction is about."""

    CAPTURE = "capture", _("payment received")
    SALE = "sale", _("sale")
    REFUND = "refund", _("refund due")
    REFUND_PAID = "refund-paid", _("refund paid")
    REMITTANCE = "remittance", _("money handed over")
    PAYOUT = "payout", _("payout")
    PAYOUT_RETURNED = "payout-returned", _("payout returned by the bank")
    TAX_PAID = "tax-paid", _("withheld tax paid")
    CORRECTION = "correction", _("correction")
    COMPENSATION = "compensation", _("compensation for goods lost with the shop")


PAYOUT_KINDS = (Kind.PAYOUT, Kind.PAYOUT_RETURNED)


def clearing_of(method: str) -> Account:
    """The account of what a payment method has collected and not yet handed over.

    Raises ``ValueError`` for an unknown method.
    """
    return Account(f"clearing:{method}")
