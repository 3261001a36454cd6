"""What vouchers take off, and who bears it. Money is spread by largest remainder: the items sum to the whole."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import Count
from django.utils.translation import gettext as _

from catalog.wording import money
from marketplace.orders import rules
from marketplace.orders.models import Voucher, VoucherKind, VoucherUse
from marketplace.orders.quotes import Notice, Quote, QuotedItem

MAX_VOUCHERS = 5  # of one order


def normalised_codes(codes: Iterable[str]) -> list[str]:
    """Codes as they are kept: upper case, without spaces around, each once, in the order given."""
    return list(dict.fromkeys(code for text in codes if (code := text.strip().upper())))


def apply_vouchers(quote: Quote, codes: Iterable[str], *, buyer: str, on: date, at: datetime) -> None:
    """Take each voucher off what it is for: producers' own first, then those for the whole order.

    One that cannot be used says why, and stands against the checkout until it is taken out. Uses of orders that
    were not paid in time do not count. Three queries, and one for each voucher that looks used up.
    """
    wanted = normalised_codes(codes)
    if not wanted:
        return
    if len(wanted) > MAX_VOUCHERS:
        text = _("At most {count} vouchers can be used for one order.").format(count=MAX_VOUCHERS)
        quote.notices.append(Notice("too-many-vouchers", text))
        return
    found = {voucher.code: voucher for voucher in Voucher.objects.filter(code__in=wanted).order_by("code")}
    standing = VoucherUse.objects.counting_at(at).filter(voucher__in=found.values(), buyer=buyer.lower())
    used = dict(standing.order_by().values_list("voucher_id").annotate(Count("id"))) if buyer else {}
    usable = set(Voucher.objects.usable_on(on).filter(code__in=wanted).values_list("code", flat=True))
    for code in sorted(wanted, key=lambda code: (_is_general(found.get(code)), wanted.index(code))):
        voucher = found.get(code)
        if voucher is None or code not in usable:
            quote.notices.append(Notice("voucher-unusable", _("The voucher {code} cannot be used.").format(code=code)))
        elif refusal := _refusal(voucher, quote, by_buyer=used.get(voucher.pk, 0), at=at):
            quote.notices.append(Notice("voucher-unusable", refusal))
        else:
            _apply(voucher, quote)


def _is_general(voucher: Voucher | None) -> bool:
    return voucher is None or voucher.producer_id is None


def _items_for(voucher: Voucher, quote: Quote) -> list[QuotedItem]:
    return [item for item in quote.items if voucher.producer_id in (None, item.producer_id)]


def _refusal(voucher: Voucher, quote: Quote, *, by_buyer: int, at: datetime) -> str:
    items = _items_for(voucher, quote)
    if not items:
        return _("The voucher {code} is for goods of another producer.").format(code=voucher.code)
    if sum(item.amount for item in items) < voucher.minimum_goods:
        return _("The voucher {code} is for orders from {amount} on.").format(
            code=voucher.code, amount=money(voucher.minimum_goods)
        )
    if _is_used_up(voucher, at=at):
        return _("The voucher {code} has been used up.").format(code=voucher.code)
    if voucher.limit_per_buyer is not None and by_buyer >= voucher.limit_per_buyer:
        return _("You have used the voucher {code} already.").format(code=voucher.code)
    return ""


def _is_used_up(voucher: Voucher, *, at: datetime) -> bool:
    if voucher.limit is None or voucher.used < voucher.limit:
        return False
    return voucher.used - voucher.uses.lapsed_at(at).count() >= voucher.limit


def discount_of(voucher: Voucher, net: int) -> int:
    """What a voucher takes off ``net`` đồng: a percentage rounded down, never more than there is."""
    amount = net * voucher.value // 100 if voucher.kind == VoucherKind.PERCENT else voucher.value
    return min(amount, net, voucher.maximum_discount if voucher.maximum_discount is not None else net)


def _apply(voucher: Voucher, quote: Quote) -> None:
    items = _items_for(voucher, quote)
    nets = [item.net for item in items]
    amount = discount_of(voucher, sum(nets))
    if amount == 0:
        return
    for item, part in zip(items, rules.split(amount, nets), strict=True):
        item.discount += part
        if voucher.producer_id is not None:
            item.producer_discount += part
    for line in quote.lines:
        line.discount = sum(item.discount for item in line.items)
    quote.vouchers.append((voucher, amount))
