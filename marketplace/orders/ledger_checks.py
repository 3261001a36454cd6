"""Whether the ledger says of orders what the orders say (``manage.py ledger_verify``). Reads only."""

from collections.abc import Iterable, Iterator

from django.db.models import CharField, Exists, OuterRef, Q, Sum, Value
from django.db.models.functions import Cast, Concat

from marketplace.orders.models import Fulfilment, FulfilmentState, Order, OrderState, Packing
from marketplace.settlement.accounts import Account
from marketplace.settlement.models import LedgerEntry, Transaction

CHUNK = 2_000


def unbooked_deliveries() -> Iterator[str]:
    """Every part that was delivered is earned by somebody."""
    sale = Transaction.objects.filter(key=Concat(Value("sale:"), Cast(OuterRef("pk"), CharField())))
    delivered = Fulfilment.objects.filter(state=FulfilmentState.DELIVERED).exclude(packing=Packing.INBOUND)
    unbooked = delivered.filter(~Exists(sale)).order_by("pk").values_list("order__number", "position")
    for number, position in unbooked.iterator(CHUNK):
        yield f"order {number}: part {position} was delivered, and no sale is booked"


def money_left_over() -> Iterator[str]:
    """Of an order that is over nothing is left that was paid, and neither earned nor due back."""
    left = (
        LedgerEntry.objects.of_account(Account.DEPOSITS)
        .order_by("order_id")
        .values_list("order_id")
        .annotate(total=Sum("amount"))
        .filter(total__lt=0)
    )
    is_over = Q(state__in=[OrderState.COMPLETED, OrderState.CANCELLED])
    for batch in _batches(left.iterator(CHUNK)):
        over = dict(Order.objects.filter(is_over, pk__in=batch).values_list("pk", "number"))
        for order_id in sorted(over):
            yield f"order {over[order_id]} is over, and {-batch[order_id]:,} đ of it are nobody's"


def order_numbers(order_ids: Iterable[int]) -> dict[int, str]:
    """What producers' statements call orders."""
    return dict(Order.objects.filter(pk__in=list(order_ids)).values_list("pk", "number"))


def _batches(rows: Iterator[tuple[int, int]]) -> Iterator[dict[int, int]]:
    batch: dict[int, int] = {}
    for order_id, total in rows:
        batch[order_id] = int(total)
        if len(batch) == CHUNK:
            yield batch
            batch = {}
    if batch:
        yield batch
