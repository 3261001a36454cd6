"""Uses of vouchers whose order was not paid in time: they count no more, and are taken up again if it is paid late.

Both inside a transaction that has locked the vouchers (``lock_vouchers_of``, or in placing an order).
"""

from datetime import datetime

from django.db.models import F

from marketplace.orders.models import Order, Voucher, VoucherUse


def give_lapsed_back(voucher: Voucher, *, at: datetime) -> None:
    """Make room for others: the uses of orders that nobody paid while their goods were held stand no longer."""
    lapsed = VoucherUse.objects.filter(pk__in=list(voucher.uses.lapsed_at(at).values_list("pk", flat=True)))
    count = lapsed.update(given_back_at=at)
    Voucher.objects.filter(pk=voucher.pk).update(used=F("used") - count)
    voucher.used -= count


def take_up_again(order: Order, *, at: datetime) -> bool:
    """Whether an order that is paid still has its vouchers; False where others have used them up since it expired."""
    uses = list(order.voucher_uses.select_related("voucher").order_by("voucher_id"))
    for use in uses:
        voucher, limit = use.voucher, use.voucher.limit_per_buyer
        if use.given_back_at is None and not order.is_expired_at(at):
            continue
        others = voucher.uses.counting_at(at).filter(buyer=use.buyer).exclude(pk=use.pk)
        if limit is not None and others.count() >= limit:
            return False
        if use.given_back_at is not None and voucher.limit is not None and voucher.used >= voucher.limit:
            give_lapsed_back(voucher, at=at)
            if voucher.used >= voucher.limit:
                return False
    again = [use for use in uses if use.given_back_at is not None]
    if again:
        Voucher.objects.filter(pk__in=[use.voucher_id for use in again]).update(used=F("used") + 1)
        VoucherUse.objects.filter(pk__in=[use.pk for use in again]).update(given_back_at=None)
    return True
