"""An order is paid, or is to be paid on delivery: the producers get to work. Or it comes to nothing."""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from marketplace.orders import letters
from marketplace.orders.models import (
    Fulfilment,
    FulfilmentEvent,
    FulfilmentState,
    Order,
    OrderState,
    PaymentMethod,
    Voucher,
)
from marketplace.orders.services.delaying import may_be_sold, move_days
from marketplace.orders.services.holding import release_holds, reserve_holds
from marketplace.orders.services.voucher_uses import take_up_again
from ocop_badges.days import ZONE


@transaction.atomic
def confirm_order(*, order_id: int, at: datetime) -> Order:
    """Confirm an order whose total has been captured. Doing so again changes nothing.

    One that is paid after its goods were no longer held is judged by the day of the payment: it arrives so much later,
    and is cancelled with the reason ``out-of-stock`` where the goods are gone or would be too old by then, with
    ``document-missing`` where a seller may not sell them any more, with ``voucher-used-up`` where others used its
    voucher meanwhile. One that was cancelled before stays so. What it was paid is then due back: the caller sees to it.
    """
    order = Order.objects.locked().get(pk=order_id)
    if order.state == OrderState.AWAITING_PAYMENT:
        lock_vouchers_of(order)
        confirm(order, at=at)
    return order


def confirm(order: Order, *, at: datetime) -> None:
    """As ``confirm_order``, for an order that this transaction has locked or made."""
    if why_not := _keep_goods(order, at=at):
        cancel(order, reason=why_not, at=at)
        letters.tell_gone(order, at=at)
        return
    order.state = OrderState.CONFIRMED
    order.confirmed_at = at
    order.save(update_fields=["state", "confirmed_at"])
    Fulfilment.objects.filter(order=order, state=FulfilmentState.WAITING).update(state=FulfilmentState.PLACED)
    if order.payment_method != PaymentMethod.COD:
        parts = order.fulfilments.select_related("recipient").order_by("position")
        letters.tell_paid(order, parts=parts, at=at)


def cancel(order: Order, *, reason: str, at: datetime) -> None:
    """End an order that this transaction has locked and of which nothing was packed: goods and vouchers go back."""
    give_vouchers_back(order, at=at)
    release_holds(order.items.order_by("pk"), at=at)
    left = Fulfilment.objects.filter(order=order).exclude(state=FulfilmentState.CANCELLED)
    FulfilmentEvent.objects.bulk_create(
        FulfilmentEvent(fulfilment_id=pk, state=FulfilmentState.CANCELLED, at=at, note=reason)
        for pk in left.order_by("position").values_list("pk", flat=True)
    )
    left.update(state=FulfilmentState.CANCELLED, cancelled_at=at, failure=reason)
    order.state, order.cancelled_at, order.cancel_reason = OrderState.CANCELLED, at, reason
    order.save(update_fields=["state", "cancelled_at", "cancel_reason"])


def _keep_goods(order: Order, *, at: datetime) -> str:
    """Let nobody else have what the order is about; the reason why it cannot be had any more, else nothing."""
    if not take_up_again(order, at=at):
        return "voucher-used-up"
    if order.is_expired_at(at):
        day = at.astimezone(ZONE).date()
        if not may_be_sold(order, on=day):
            return "document-missing"
        move_days(order, on=day)
    return "" if reserve_holds(order, at=at) else "out-of-stock"


def lock_vouchers_of(order: Order) -> list[int]:
    """Hold the vouchers of an order to the end of the transaction: before any stock row. Ids of those it still uses."""
    ids = list(order.voucher_uses.order_by("voucher_id").values_list("voucher_id", flat=True))
    if not ids:
        return []
    list(Voucher.objects.filter(pk__in=ids).order_by("pk").select_for_update().values_list("pk"))
    return list(order.voucher_uses.filter(given_back_at=None).order_by().values_list("voucher_id", flat=True))


def give_vouchers_back(order: Order, *, at: datetime) -> None:
    """Let the vouchers of an order that came to nothing be used again."""
    if ids := lock_vouchers_of(order):
        Voucher.objects.filter(pk__in=ids).update(used=F("used") - 1)
        order.voucher_uses.filter(given_back_at=None).update(given_back_at=at)
