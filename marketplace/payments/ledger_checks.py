"""Whether the ledger says of payments what the payments say (``manage.py ledger_verify``). Reads only."""

from collections.abc import Iterator

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from marketplace.orders.models import Refund
from marketplace.payments.models import Payment, SetOff
from marketplace.settlement.accounts import Account, Kind
from marketplace.settlement.models import LedgerEntry

CHUNK = 2_000


def differing_captures() -> Iterator[str]:
    """What came in, and what went back, is booked to the đồng."""
    came_in = LedgerEntry.objects.of_account(Account.DEPOSITS).filter(transaction__kind=Kind.CAPTURE)
    went_back = LedgerEntry.objects.of_account(Account.REFUNDS_DUE).filter(transaction__kind=Kind.REFUND_PAID)
    payments = (
        Payment.objects.annotate(
            booked_in=-_sum_of(came_in, of="order_id"), booked_back=_sum_of(went_back, of="order_id")
        )
        .filter(~Q(booked_in=F("captured")) | ~Q(booked_back=F("refunded")))
        .order_by("pk")
        .values_list("order__number", "captured", "booked_in", "refunded", "booked_back")
    )
    for number, captured, booked_in, refunded, booked_back in payments.iterator(CHUNK):
        yield (
            f"order {number}: {captured:,} đ came in and {booked_in:,} đ are booked, "
            f"{refunded:,} đ went back and {booked_back:,} đ are booked"
        )
    strangers = (came_in | went_back).exclude(order_id__in=Payment.objects.values("order_id"))
    for order_id in strangers.order_by("order_id").values_list("order_id", flat=True).distinct().iterator(CHUNK):
        yield f"order #{order_id}: money is booked, and there is no payment"


def differing_refunds() -> Iterator[str]:
    """What is due back to a shopper, and not paid yet, is what the ledger owes."""
    of_order = Refund.objects.due().filter(order_id=OuterRef("order_id")).order_by().values("order_id")
    due = Coalesce(Subquery(of_order.annotate(total=Sum("amount")).values("total")), 0)
    less = SetOff.objects.filter(refund__done_at=None, refund__order_id=OuterRef("order_id")).order_by()
    set_off = Coalesce(Subquery(less.values("refund__order_id").annotate(total=Sum("amount")).values("total")), 0)
    owed = (
        LedgerEntry.objects.of_account(Account.REFUNDS_DUE)
        .order_by("order_id")
        .values("order_id")
        .annotate(owed=-Sum("amount"), due=due - set_off)
        .exclude(owed=F("due"))
        .values_list("order_id", "owed", "due")
    )
    for order_id, booked, expected in owed.iterator(CHUNK):
        yield f"order #{order_id}: {expected:,} đ are due back and {booked:,} đ are booked"
    booked_orders = LedgerEntry.objects.of_account(Account.REFUNDS_DUE).values("order_id")
    unbooked = Refund.objects.due().exclude(order_id__in=booked_orders)
    for number in unbooked.order_by("order_id").values_list("order__number", flat=True).distinct().iterator(CHUNK):
        yield f"order {number}: money is due back, and nothing is booked"


def _sum_of(entries: QuerySet[LedgerEntry], *, of: str) -> Coalesce:
    sums = entries.filter(order_id=OuterRef(of)).order_by().values("order_id").annotate(total=Sum("amount"))
    return Coalesce(Subquery(sums.values("total")), 0)
