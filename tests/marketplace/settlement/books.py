"""The smallest facts of settlement."""

from datetime import datetime, timedelta
from typing import Any

from catalog.models import Producer
from marketplace.settlement import booking, payouts, rules
from marketplace.settlement.models import LedgerEntry, PayoutAccount, PayoutRun, Transaction
from marketplace.settlement.periods import parse_period
from tests.factories import AT

AFTER = AT + timedelta(days=10)  # November is over


def part(producer: Producer, **amounts: Any) -> rules.SalePart:
    """One producer's part of a sale of 100,000 đ with 8 % commission and the tax of a household."""
    defaults = {
        "goods": 100_000,
        "shipping": 0,
        "platform_discount": 0,
        "commission": 8_000,
        "vat": 1_000,
        "income_tax": 500,
        "legal_form": "household_business",
    }
    return rules.SalePart(producer_id=producer.pk, **{**defaults, **amounts})


def sell(
    *parts: rules.SalePart,
    order_id: int = 1,
    key: str = "",
    method: str = "vietqr",
    assembly: int = 0,
    at: datetime = AT,
) -> Transaction:
    """Goods paid for and delivered at once."""
    key = key or f"{order_id}"
    paid = assembly + sum(part.goods + part.shipping for part in parts)
    booking.book_capture(key=f"capture:{key}", order_id=order_id, method=method, amount=paid, at=at)
    return booking.book_sale(key=f"sale:{key}", order_id=order_id, parts=parts, assembly=assembly, at=at)


def take_back(
    *parts: rules.SalePart, order_id: int = 1, key: str = "", method: str = "vietqr", at: datetime = AT, **more: Any
) -> Transaction:
    """Goods that come back after they were delivered."""
    return booking.book_refund(
        key=f"refund:{key or order_id}",
        order_id=order_id,
        method=method,
        at=at,
        **{"from_deposits": 0, "reversed_parts": parts, "assembly": 0, **more},
    )


def balances() -> dict[str, int]:
    """By account, without those that are even."""
    return {account: amount for account, amount in LedgerEntry.objects.all().balances().items() if amount}


def owed_to(producer: Producer) -> int:
    return -LedgerEntry.objects.of_account("payable").of_producer(producer.pk).balance()


def bank(producer: Producer, **fields: Any) -> PayoutAccount:
    """A bank account that the producer is paid to."""
    defaults = {"bank_bin": "970436", "number": "0071000899", "holder": producer.name, "recorded_at": AT}
    return PayoutAccount.objects.create(producer=producer, **{**defaults, **fields})


def run_of(period: str = "2026-11", *, at: datetime = AFTER, minimum: int = 1, **more: Any) -> PayoutRun:
    """The run of a period, from beginning to end."""
    asked = parse_period(period)
    run = payouts.open_run(period=asked, at=at)
    payouts.pay_out(run=run, period=asked, at=at, minimum=minimum, ways=more.get("ways", ("bank",)))
    return run
