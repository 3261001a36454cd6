"""What nobody needs any more of carts and checkouts is deleted: a batch at a time, each in a transaction of its own."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from marketplace.orders.models import Cart, CheckoutAttempt, Order, OrderState, StockHold
from marketplace.orders.rules import KEEP_ATTEMPTS, KEEP_ENDED_HOLDS, KEEP_GUEST_CARTS

BATCH = 500

Progress = Callable[[int], Any]


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many of each were deleted."""

    attempts: int
    carts: int
    holds: int


def prune(*, at: datetime, guest_carts: timedelta = KEEP_GUEST_CARTS, watch: Progress = lambda _count: None) -> Pruned:
    """Delete old checkout attempts, carts that guests left, and holds of unpaid orders that ended long ago.

    Orders keep everything: an attempt's answer is forgotten, never its order; one that is paid after its holds were
    deleted gets the goods if they are still there, as after any hold that ended.
    """
    ended_before = at - KEEP_ENDED_HOLDS
    ended = StockHold.objects.filter(expires_at__lt=ended_before)
    unpaid = Order.objects.filter(state=OrderState.AWAITING_PAYMENT, hold_until__lt=ended_before)
    return Pruned(
        attempts=_delete(CheckoutAttempt.objects.filter(created_at__lt=at - KEEP_ATTEMPTS, leased_until__lt=at), watch),
        carts=_delete(Cart.objects.open().filter(user=None).untouched_since(at - guest_carts), watch),
        # By the order, under its lock: who is paying for it finds all of its holds or none.
        holds=_delete(
            unpaid.filter(Exists(ended.filter(item__order=OuterRef("pk")))),
            watch,
            wiped=lambda orders: ended.filter(item__order__in=orders),
        ),
    )


def _delete(old: QuerySet[Any], watch: Progress, *, wiped: Callable[[list[Any]], QuerySet[Any]] | None = None) -> int:
    """Delete these rows, or what ``wiped`` finds of them by their keys; returns how many went.

    Rows that somebody works with are left for the next time; all others are judged again under their lock.
    """
    deleted = 0
    last: Any = None
    while True:
        with transaction.atomic():
            rest = old if last is None else old.filter(pk__gt=last)
            batch = list(rest.order_by("pk").select_for_update(skip_locked=True, of=("self",))[:BATCH])
            if not batch:
                return deleted
            ids = [row.pk for row in batch]
            gone = wiped(ids) if wiped is not None else old.model._default_manager.filter(pk__in=ids)
            count = len(ids) if wiped is None else gone.count()
            gone.delete()
        last = ids[-1]
        deleted += count
        watch(count)
