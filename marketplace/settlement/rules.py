"""Pure rules of settlement: the money of a sale, its exact reversal, the states of a payout. No database, no clock."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class SalePart:
    """What one producer's part of a delivery, or of what came back of it, is worth. Đồng, none below zero.

    ``goods`` and ``shipping`` are what the shopper paid; ``platform_discount`` is what the shop bears of the discount
    and adds to the goods. ``commission``, ``vat`` and ``income_tax`` are taken of goods and platform discount.
    ``legal_form`` is the seller's when the order was placed.
    """

    producer_id: int
    goods: int
    shipping: int
    platform_discount: int
    commission: int
    vat: int
    income_tax: int
    legal_form: str = ""

    @property
    def net(self) -> int:
        """What the producer is owed for it; below zero where charges of a single đồng exceed it."""
        return self.goods + self.platform_discount + self.shipping - self.commission - self.vat - self.income_tax


@dataclass(frozen=True, slots=True)
class Sold:
    """So many of one thing as they were sold: money in đồng for all of them, rates in hundredths of a percent."""

    quantity: int
    goods: int
    platform_discount: int
    commission_bp: int
    vat_bp: int
    income_tax_bp: int


def part_of(
    sold: Sold, *, producer_id: int, before: int, count: int, shipping: int = 0, legal_form: str = ""
) -> SalePart:
    """The money of ``count`` more pieces, ``before`` being dealt with already: delivered, or come back.

    Every amount is what it is for all pieces so far, rounded down, less what it was for those before. So the parts of
    a sale sum to the sale in whatever portions the pieces go, and what comes back in whole reverses it to the đồng.

    Commission and withheld tax are taken of the revenue: what the shopper paid for the goods and what the shop bore of
    the discount, as the seller is paid both for the goods (Decree 117/2025/NĐ-CP withholds a share of the revenue of
    each successful transaction; a discount that the seller bears is none of it). Shipping is handed on to the
    producer for the carrier, without commission, and is no revenue from goods.

    Raises ``ValueError`` where there are not so many pieces.
    """
    if count < 0 or before < 0 or before + count > sold.quantity:
        raise ValueError(f"{before} and {count} of {sold.quantity}")

    def share(whole: int) -> int:
        return whole * (before + count) // sold.quantity - whole * before // sold.quantity

    revenue = sold.goods + sold.platform_discount
    return SalePart(
        producer_id=producer_id,
        goods=share(sold.goods),
        shipping=shipping,
        platform_discount=share(sold.platform_discount),
        commission=share(charge(revenue, sold.commission_bp)),
        vat=share(charge(revenue, sold.vat_bp)),
        income_tax=share(charge(revenue, sold.income_tax_bp)),
        legal_form=legal_form,
    )


def charge(amount: int, bp: int) -> int:
    """``bp`` hundredths of a percent of ``amount`` đồng, half a đồng rounded up."""
    return (amount * bp + 5_000) // 10_000


class PayoutStep(StrEnum):
    BOOKED = "booked"
    CONFIRMED = "confirmed"
    RETURNED = "returned"


PAYOUT_STEPS: Mapping[PayoutStep, frozenset[PayoutStep]] = {
    PayoutStep.BOOKED: frozenset({PayoutStep.CONFIRMED, PayoutStep.RETURNED}),
    PayoutStep.CONFIRMED: frozenset({PayoutStep.RETURNED}),  # banks send money back days later
    PayoutStep.RETURNED: frozenset(),
}


def carry_on(before: int, withheld: int) -> int:
    """What is left to offset in later months, zero or below, after a month in which so much tax was withheld.

    Both in đồng; ``before`` is what earlier months left, ``withheld`` is below zero where more came back than was sold.
    """
    return min(0, before + withheld)
