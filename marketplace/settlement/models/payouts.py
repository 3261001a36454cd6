from collections.abc import Iterable
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models import Producer
from marketplace.settlement import rules
from marketplace.settlement.banks import BANKS

from .append_only import AppendOnly, AppendOnlyQuerySet


class PayoutWay(models.TextChoices):
    BANK = "bank", _("bank transfer")
    STRIPE = "stripe", _("Stripe Connect")


class PayoutAccountQuerySet(AppendOnlyQuerySet["PayoutAccount"]):
    def current(self, producer_ids: Iterable[int]) -> dict[int, "PayoutAccount"]:
        """The account in use of each of these producers that has one. One query."""
        rows = self.filter(producer_id__in=list(producer_ids)).order_by("recorded_at", "id")
        return {account.producer_id: account for account in rows}


class PayoutAccount(AppendOnly):
    """Where a producer's money goes. A change is another row, so that every change is on record: the newest holds."""

    producer = models.ForeignKey(
        Producer, verbose_name=_("producer"), on_delete=models.PROTECT, related_name="payout_accounts"
    )
    way = models.CharField(_("way"), max_length=10, choices=PayoutWay, default=PayoutWay.BANK)
    bank_bin = models.CharField(_("bank"), max_length=6, blank=True)
    number = models.CharField(_("account number"), max_length=64)
    holder = models.CharField(_("account holder"), max_length=120)
    recorded_at = models.DateTimeField(_("recorded at"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = PayoutAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout account")
        verbose_name_plural = _("payout accounts")
        constraints = [
            models.CheckConstraint(name="payout_account_way_is_known", condition=Q(way__in=PayoutWay.values)),
            models.CheckConstraint(name="payout_account_has_a_number", condition=~Q(number="") & ~Q(holder="")),
            models.CheckConstraint(
                name="payout_account_at_a_bank_names_it", condition=~Q(way=PayoutWay.BANK) | ~Q(bank_bin="")
            ),
        ]
        indexes = [models.Index(fields=["producer", "recorded_at", "id"], name="payout_account_of_a_producer")]

    def __str__(self) -> str:
        return f"{BANKS.get(self.bank_bin, self.bank_bin or self.get_way_display())} …{self.number[-4:]}"


class PayoutRun(models.Model):
    """The payouts for one period: of what was earned before ``cutoff_at``. Unfinished, it goes on where it stopped."""

    period = models.CharField(_("period"), max_length=8, unique=True)
    cutoff_at = models.DateTimeField(_("for what was earned before"))
    started_at = models.DateTimeField(_("started at"))
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    class Meta:
        verbose_name = _("payout run")
        verbose_name_plural = _("payout runs")

    def __str__(self) -> str:
        return self.period


class PayoutState(models.TextChoices):
    BOOKED = rules.PayoutStep.BOOKED.value, _("to be paid")
    CONFIRMED = rules.PayoutStep.CONFIRMED.value, _("paid")
    RETURNED = rules.PayoutStep.RETURNED.value, _("returned by the bank")


class PayoutQuerySet(models.QuerySet["Payout"]):
    def in_force(self) -> Self:
        """Those whose money has left, or is to leave, and did not come back."""
        return self.exclude(state=PayoutState.RETURNED)

    def to_pay(self, run: PayoutRun) -> Self:
        """Those of a run that are booked and that nobody confirmed yet, with what a provider needs to know."""
        return self.filter(run=run, state=PayoutState.BOOKED).select_related("account", "run").order_by("pk")

    def locked(self) -> Self:
        return self.select_for_update(of=("self",)).order_by("pk")


class Payout(models.Model):
    """One producer's money of one run, in đồng, to the account it had then."""

    run = models.ForeignKey(PayoutRun, verbose_name=_("payout run"), on_delete=models.PROTECT, related_name="payouts")
    producer = models.ForeignKey(Producer, verbose_name=_("producer"), on_delete=models.PROTECT, related_name="payouts")
    account = models.ForeignKey(
        PayoutAccount, verbose_name=_("account"), on_delete=models.PROTECT, related_name="payouts"
    )
    amount = models.PositiveBigIntegerField(_("amount"))
    state = models.CharField(_("state"), max_length=10, choices=PayoutState, default=PayoutState.BOOKED)
    reference = models.CharField(_("reference of the bank"), max_length=255, blank=True)
    failure = models.CharField(_("why it was returned"), max_length=255, blank=True)
    booked_at = models.DateTimeField(_("booked at"))
    confirmed_at = models.DateTimeField(_("paid at"), null=True, blank=True)
    returned_at = models.DateTimeField(_("returned at"), null=True, blank=True)

    objects = PayoutQuerySet.as_manager()

    class Meta:
        verbose_name = _("payout")
        verbose_name_plural = _("payouts")
        constraints = [
            models.UniqueConstraint(fields=["run", "producer"], name="producer_is_paid_once_a_period"),
            models.CheckConstraint(name="payout_is_of_something", condition=Q(amount__gt=0)),
            models.CheckConstraint(name="payout_state_is_known", condition=Q(state__in=PayoutState.values)),
            models.CheckConstraint(
                name="payout_is_returned_at_an_instant",
                condition=Q(state=PayoutState.RETURNED, returned_at__isnull=False)
                | (~Q(state=PayoutState.RETURNED) & Q(returned_at__isnull=True)),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.producer_id}: {self.amount}"

    @property
    def code(self) -> str:
        """What the bank is told and the ledger is keyed by."""
        return f"OCOP{self.pk}"
