from datetime import date, datetime
from typing import Self

from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _

from catalog.models import Producer
from marketplace.settlement.accounts import Account, Kind

from .append_only import AppendOnly, AppendOnlyQuerySet


class TransactionQuerySet(AppendOnlyQuerySet["Transaction"]):
    def between(self, first: date, last: date) -> Self:
        """Those of these days, both included."""
        return self.filter(day__range=(first, last))


class Transaction(AppendOnly):
    """Something that moved money, written down once: ``key`` says what it was, and its entries sum to zero."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    at = models.DateTimeField(_("at"))
    day = models.DateField(_("day in Vietnam"))
    note = models.CharField(_("note"), max_length=255, blank=True)

    objects = TransactionQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger transaction")
        verbose_name_plural = _("ledger transactions")
        constraints = [
            models.CheckConstraint(name="ledger_transaction_has_a_key", condition=~Q(key="")),
            models.CheckConstraint(name="ledger_transaction_kind_is_known", condition=Q(kind__in=Kind.values)),
        ]
        indexes = [models.Index(fields=["day", "id"], name="ledger_transaction_of_a_day")]

    def __str__(self) -> str:
        return self.key


class LedgerEntryQuerySet(AppendOnlyQuerySet["LedgerEntry"]):
    def of_account(self, account: str) -> Self:
        return self.filter(account=account)

    def of_producer(self, producer_id: int) -> Self:
        return self.filter(producer_id=producer_id)

    def of_order(self, order_id: int) -> Self:
        return self.filter(order_id=order_id)

    def before(self, at: datetime) -> Self:
        return self.filter(transaction__at__lt=at)

    def balance(self) -> int:
        """The sum of these entries, in đồng: above zero we have or are owed it, below zero we owe it."""
        return int(self.aggregate(balance=Sum("amount"))["balance"] or 0)

    def balances(self) -> dict[str, int]:
        """By account. One query."""
        return dict(self.order_by().values_list("account").annotate(balance=Sum("amount")))


class LedgerEntry(AppendOnly):
    """So many đồng on one account: a debit above zero, a credit below."""

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="entries")
    account = models.CharField(_("account"), max_length=24, choices=Account)
    amount = models.BigIntegerField(_("amount"))
    producer = models.ForeignKey(
        Producer,
        verbose_name=_("producer"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # the index below begins with it
    )
    order_id = models.BigIntegerField(_("order"), null=True, blank=True)

    objects = LedgerEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        constraints = [
            models.CheckConstraint(name="ledger_entry_is_of_something", condition=~Q(amount=0)),
            models.CheckConstraint(name="ledger_entry_account_is_known", condition=Q(account__in=Account.values)),
            models.CheckConstraint(
                name="ledger_entry_owed_to_a_producer_names_it",
                condition=~Q(account=Account.PAYABLE) | Q(producer__isnull=False),
            ),
            models.CheckConstraint(
                name="ledger_entry_of_a_customer_names_the_order",
                condition=~Q(account__in=[Account.DEPOSITS, Account.REFUNDS_DUE]) | Q(order_id__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["producer", "account"], name="ledger_entry_of_a_producer"),
            models.Index(fields=["order_id", "account"], name="ledger_entry_of_an_order"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.amount}"
