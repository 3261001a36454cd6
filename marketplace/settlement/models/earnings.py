from datetime import date
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models import LegalForm, Producer

from .append_only import AppendOnly, AppendOnlyQuerySet
from .ledger import Transaction

#: Sellers whose tax nobody withholds: they declare it themselves.
DECLARE_THEMSELVES = (LegalForm.COMPANY, LegalForm.COOPERATIVE)


class EarningQuerySet(AppendOnlyQuerySet["Earning"]):
    def of_producer(self, producer_id: int) -> Self:
        return self.filter(producer_id=producer_id)

    def between(self, first: date, last: date) -> Self:
        """Those of these days, both included."""
        return self.filter(transaction__day__range=(first, last))

    def until(self, last: date) -> Self:
        return self.filter(transaction__day__lte=last)

    def declared(self) -> Self:
        """Those that the monthly declaration names: of households, of individuals, and whatever bore tax."""
        return self.exclude(legal_form__in=DECLARE_THEMSELVES, vat=0, income_tax=0)


class Earning(AppendOnly):
    """What a transaction of the ledger meant for one producer, in đồng; below zero where goods came back.

    ``goods`` is what the shopper paid, ``platform_discount`` what the shop added to it out of its own vouchers.
    """

    transaction = models.ForeignKey(Transaction, on_delete=models.PROTECT, related_name="earnings")
    producer = models.ForeignKey(
        Producer, verbose_name=_("producer"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    order_id = models.BigIntegerField(_("order"))
    legal_form = models.CharField(_("legal form"), max_length=20, choices=LegalForm, blank=True)
    goods = models.BigIntegerField(_("goods"))
    platform_discount = models.BigIntegerField(_("discount the shop bears"))
    shipping = models.BigIntegerField(_("shipping"))
    commission = models.BigIntegerField(_("commission"))
    vat = models.BigIntegerField(_("VAT withheld"))
    income_tax = models.BigIntegerField(_("income tax withheld"))

    objects = EarningQuerySet.as_manager()

    class Meta:
        verbose_name = _("earning")
        verbose_name_plural = _("earnings")
        constraints = [
            models.UniqueConstraint(
                fields=["producer", "transaction", "legal_form"], name="earning_is_one_row_of_a_transaction"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.producer_id}: {self.net}"

    @property
    def revenue(self) -> int:
        """What commission and tax are taken of."""
        return self.goods + self.platform_discount

    @property
    def net(self) -> int:
        """What the producer is owed for it."""
        return self.revenue + self.shipping - self.commission - self.vat - self.income_tax
