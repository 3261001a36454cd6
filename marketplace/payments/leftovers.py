"""Money that came in for orders that never were confirmed: too little of it, or cancelled meanwhile. It goes back."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from marketplace.orders import letters
from marketplace.orders.models import Order, OrderState, Refund, RefundReason
from marketplace.orders.services.confirming import cancel
from marketplace.payments.models import Payment
from marketplace.payments.services import owe_back, unowed

PARTIAL_WAITS = timedelta(days=3)  # after its goods were let go: so long the rest may still come
REASON = "paid-in-part"


def settle_leftovers(*, at: datetime) -> int:
    """Both of what is below; of how many orders money became due back. Each in a transaction of its own."""
    give_up_partial(at=at)
    return owe_leftovers(at=at)


def give_up_partial(*, at: datetime, limit: int = 200) -> int:
    """Cancel the orders of which a part was paid and the rest has not come in time; how many those were."""
    given_up = 0
    waiting = Payment.objects.filter(order__hold_until__lte=at - PARTIAL_WAITS).partly_paid()
    for order_id in list(waiting.order_by("pk").values_list("order_id", flat=True)[:limit]):
        with transaction.atomic():
            order = Order.objects.locked().get(pk=order_id)
            if order.state == OrderState.AWAITING_PAYMENT:
                cancel(order, reason=REASON, at=at)
                letters.tell_given_up(order, at=at)
                given_up += 1
    return given_up


def owe_leftovers(*, at: datetime, limit: int = 200) -> int:
    """Make due back what came in for cancelled orders that never were confirmed; of how many there was something."""
    owed = 0
    refunds = Refund.objects.filter(order=OuterRef("order")).order_by().values("order").annotate(total=Sum("amount"))
    cancelled = Payment.objects.filter(order__state=OrderState.CANCELLED, order__confirmed_at=None, captured__gt=0)
    due_back = Coalesce(Subquery(refunds.values("total")), 0)
    left = cancelled.annotate(due_back=due_back).filter(captured__gt=F("due_back"))
    for payment_id, order_id in list(left.order_by("pk").values_list("pk", "order_id")[:limit]):
        with transaction.atomic():
            order = Order.objects.locked().get(pk=order_id)
            payment = Payment.objects.locked().get(pk=payment_id)
            refund = owe_back(
                order,
                payment,
                amount=unowed(order, payment),
                reason=RefundReason.CANCELLED,
                key=f"leftover:{payment.pk}:{payment.captured}",
                at=at,
            )
            owed += refund is not None
    return owed


def waits_for_the_rest(payment: Payment, order: Order, *, at: datetime) -> bool:
    """Whether a part was paid and the rest may still come, though the goods are held no longer."""
    return (
        order.state == OrderState.AWAITING_PAYMENT
        and 0 < payment.captured < payment.amount
        and at < order.hold_until + PARTIAL_WAITS
    )
