"""The tax that the shop withholds from sellers, as it is declared month by month.

Decree 117/2025/NĐ-CP: a platform with a payment function withholds VAT and income tax from households and individuals
at the successful transaction, as a share of its revenue, and declares it monthly. Tax of goods that come back is
offset within the period. So a return lowers the month in which it is booked, whichever month the sale was in; where
that leaves a seller's month below zero, nothing is to be paid for it and the rest is carried into the seller's next
months, which the declaration says.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import F, Max, Q, Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from catalog.models import LegalForm, Producer
from marketplace.settlement.accounts import Kind
from marketplace.settlement.models import Earning
from marketplace.settlement.periods import Period
from marketplace.settlement.rules import carry_on
from marketplace.settlement.tables import as_csv


@dataclass(frozen=True, slots=True)
class SellerTax:
    """One seller's month. Đồng; ``vat`` and ``income_tax`` are below zero where more came back than was sold.

    ``legal_form`` is the one it last sold in. ``…_before`` is what earlier months left to offset, zero or below.
    """

    producer: Producer
    legal_form: str
    sold: int
    came_back: int
    vat: int
    income_tax: int
    vat_before: int
    income_tax_before: int

    @property
    def revenue(self) -> int:
        return self.sold - self.came_back

    @property
    def vat_due(self) -> int:
        return max(0, self.vat + self.vat_before)

    @property
    def income_tax_due(self) -> int:
        return max(0, self.income_tax + self.income_tax_before)

    @property
    def vat_carried(self) -> int:
        return carry_on(self.vat_before, self.vat)

    @property
    def income_tax_carried(self) -> int:
        return carry_on(self.income_tax_before, self.income_tax)

    @property
    def remark(self) -> str:
        """What the tax office should be told, if anything."""
        told = []
        if self.vat_before or self.income_tax_before:
            told.append(_("Offsets returns of earlier months."))
        if self.vat_carried or self.income_tax_carried:
            told.append(_("More came back than was sold: the rest is offset in later months."))
        if not self.producer.tax_number:
            told.append(_("The seller's tax number is missing."))
        return " ".join(told)


def declaration_of(month: Period) -> list[SellerTax]:
    """Every seller with something to declare or carry on, by the producers' ids. Two queries.

    Raises ``ValueError`` for a period that is no month.
    """
    if not month.is_month:
        raise ValueError(f"tax is declared by the month, not for {month}")
    months = _months_until(month.last)
    producers = Producer.objects.select_related("province", "commune").in_bulk(months)
    listed = []
    for producer_id, sums in sorted(months.items()):
        legal_form = sums[-1].legal_form
        now = next((each for each in sums if each.first == month.first), _Month(month.first, legal_form, 0, 0, 0, 0))
        vat_before = income_tax_before = 0
        for each in sums:
            if each.first < month.first:
                vat_before = carry_on(vat_before, each.vat)
                income_tax_before = carry_on(income_tax_before, each.income_tax)
        if now.sold or now.came_back or now.vat or now.income_tax or vat_before or income_tax_before:
            listed.append(
                SellerTax(
                    producer=producers[producer_id],
                    legal_form=legal_form,
                    sold=now.sold,
                    came_back=now.came_back,
                    vat=now.vat,
                    income_tax=now.income_tax,
                    vat_before=vat_before,
                    income_tax_before=income_tax_before,
                )
            )
    return listed


@dataclass(frozen=True, slots=True)
class _Month:
    first: date
    legal_form: str
    sold: int
    came_back: int
    vat: int
    income_tax: int


def _months_until(last: date) -> dict[int, list[_Month]]:
    """By producer, the months with earnings up to a day, in order: whatever its legal form was, it is one seller."""
    revenue = F("goods") + F("platform_discount")
    rows = (
        Earning.objects.declared()
        .until(last)
        .order_by()
        .values_list("producer_id", "legal_form", TruncMonth("transaction__day"))
        .annotate(
            sold=Sum(revenue, filter=Q(transaction__kind=Kind.SALE)),
            came_back=Sum(revenue, filter=Q(transaction__kind=Kind.REFUND)),
            vat_sum=Sum("vat"),
            income_tax_sum=Sum("income_tax"),
            last=Max("transaction_id"),
        )
    )
    months: dict[int, list[_Month]] = defaultdict(list)
    for producer_id, legal_form, first, sold, came_back, vat, income_tax, _last in sorted(
        rows, key=lambda row: (row[2], row[-1])
    ):
        month = _Month(first, legal_form, int(sold or 0), -int(came_back or 0), int(vat), int(income_tax))
        known = months[producer_id]
        if known and known[-1].first == first:
            month = _added(known.pop(), month)
        known.append(month)
    return months


def _added(before: _Month, month: _Month) -> _Month:
    """A month in which the seller's legal form changed."""
    return replace(
        month,
        sold=before.sold + month.sold,
        came_back=before.came_back + month.came_back,
        vat=before.vat + month.vat,
        income_tax=before.income_tax + month.income_tax,
    )


def declaration_csv(month: Period, sellers: Sequence[SellerTax]) -> bytes:
    """The declaration as a table in the language in force, a line for each seller."""
    return as_csv([_headings(), *(_row(month, position, each) for position, each in enumerate(sellers, start=1))])


def _headings() -> list[str]:
    return [
        _("No."),
        _("Month"),
        _("Tax number"),
        _("Registration number"),
        _("Seller"),
        _("Address"),
        _("Legal form"),
        _("Revenue of goods delivered"),
        _("Revenue of goods that came back"),
        _("Revenue"),
        _("VAT withheld"),
        _("VAT offset from earlier months"),
        _("VAT to pay"),
        _("VAT carried on"),
        _("Income tax withheld"),
        _("Income tax offset from earlier months"),
        _("Income tax to pay"),
        _("Income tax carried on"),
        _("Remark"),
    ]


def _row(month: Period, position: int, seller: SellerTax) -> list[Any]:
    producer = seller.producer
    commune = producer.commune.name if producer.commune else ""
    return [
        position,
        month.name,
        producer.tax_number,
        producer.registration_number,
        producer.legal_name or producer.name,
        ", ".join(filter(None, [producer.address, commune, producer.province.name])),
        str(LegalForm(seller.legal_form).label) if seller.legal_form else _("not on record"),
        seller.sold,
        seller.came_back,
        seller.revenue,
        seller.vat,
        seller.vat_before,
        seller.vat_due,
        seller.vat_carried,
        seller.income_tax,
        seller.income_tax_before,
        seller.income_tax_due,
        seller.income_tax_carried,
        seller.remark,
    ]


def totals_of(sellers: Iterable[SellerTax]) -> tuple[int, int]:
    """VAT and income tax to be paid in all."""
    listed = list(sellers)
    return sum(each.vat_due for each in listed), sum(each.income_tax_due for each in listed)
