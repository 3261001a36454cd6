"""From a cart to an order: one transaction that quotes, holds the goods and writes everything down."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from catalog.models import Commune
from marketplace.orders import letters, rules
from marketplace.orders.models import (
    Cart,
    Order,
    OrderState,
    PaymentMethod,
    Recipient,
    Voucher,
    VoucherUse,
)
from marketplace.orders.quotes import Destination, Quote
from marketplace.orders.quoting import quote_cart
from marketplace.orders.services.contents import Placed, write_contents
from marketplace.orders.services.holding import allocate_locked, reserve_allocated, write_holds
from marketplace.orders.services.voucher_uses import give_lapsed_back
from marketplace.orders.stock import demands_of, shortage_notices
from ocop_badges.errors import DomainError, Fault
from ocop_badges.rows import insert_rows


@dataclass(frozen=True, slots=True)
class Party:
    """A recipient as asked for. ``portions``: how many of each cart line, by its id."""

    name: str
    phone: str
    commune: Commune
    street: str
    portions: dict[int, int]
    card: str = ""
    deliver_on: date | None = None


@dataclass(frozen=True, slots=True)
class Wish:
    """A checkout as asked for, its shape checked. ``expected_total`` in đồng, as the shopper was shown it."""

    cart_id: Any
    name: str
    email: str
    phone: str
    recipients: Sequence[Party]
    payment_method: PaymentMethod
    expected_total: int
    voucher_codes: Sequence[str] = ()
    language: str = "vi"
    hides_prices: bool = False
    confirms_age: bool = False
    invoice_company: str = ""
    invoice_tax_code: str = ""
    invoice_address: str = ""
    user: Any = None


@dataclass
class TotalChanged(DomainError):
    """What the shopper agreed to is not what it costs now; ``total`` is, in đồng."""

    total: int = 0


@dataclass
class NotToBeHad(DomainError):
    """Lines that stand against the checkout, each with its notice."""

    notices: list[Any] = field(default_factory=list)


def destinations_of(recipients: Sequence[Party]) -> list[Destination]:
    return [
        Destination(
            province_code=party.commune.province.code,
            portions=party.portions,
            deliver_on=party.deliver_on,
        )
        for party in recipients
    ]


@transaction.atomic
def place_order(wish: Wish, *, at: datetime, on: date) -> Order:
    """``place`` in a transaction of its own, where the order alone is wanted."""
    return place(wish, at=at, on=on).order


def place(wish: Wish, *, at: datetime, on: date) -> Placed:
    """Place the order of a cart: holds its goods for fifteen minutes, of cash on delivery reserves them at once.

    All or nothing, as the caller's transaction is undone by what is raised here. Raises ``DomainError``:
    ``cart-ordered`` (409), ``cart-empty``, ``lines-undelivered``, ``age-unconfirmed``, ``method-unlawful`` (all 400),
    ``TotalChanged`` and ``NotToBeHad`` (409).
    """
    cart = Cart.objects.select_for_update().filter(pk=wish.cart_id).first()
    if cart is None:
        raise DomainError(_("There is no such cart."), code="unknown-cart", status=404)
    if cart.ordered_at is not None:
        raise DomainError(_("This cart has become an order already."), code="cart-ordered")
    lines = list(cart.lines.in_order())
    _check_portions(lines, wish.recipients)
    quote = quote_cart(
        lines,
        destinations=destinations_of(wish.recipients),
        voucher_codes=wish.voucher_codes,
        buyer=wish.email,
        on=on,
        at=at,
        counts_stock=False,  # counted below, under the lock
        hides_prices=wish.hides_prices,
    )
    _check(quote, wish)
    order = _write_order(cart, quote, wish, at=at)
    _use_vouchers(order, quote, at=at)
    allocation = allocate_locked(demands_of(quote, on=on), at=at)
    if allocation.missing:
        raise not_to_be_had(shortage_notices(quote, allocation))
    placed = write_contents(order, quote, _recipients(order, wish), on=on)
    items = dict(enumerate(placed.items))
    if order.state == OrderState.CONFIRMED:
        reserve_allocated(allocation, items)
    else:
        write_holds(allocation, items, expires_at=order.hold_until)
    cart.ordered_at = at
    cart.save(update_fields=["ordered_at"])
    letters.tell_placed(order, lines=placed.lines, parts=placed.fulfilments, at=at)
    return placed


def not_to_be_had(notices: Sequence[Any]) -> NotToBeHad:
    """The refusal that tells every blocking notice, the first one above all."""
    return NotToBeHad(
        detail=notices[0].detail,
        code=notices[0].code,
        status=409,
        faults=[
            Fault(notice.detail, notice.code, f"lines/{notice.line_id}" if notice.line_id else "") for notice in notices
        ],
        notices=list(notices),
    )


def _check_portions(lines: Sequence[Any], recipients: Sequence[Party]) -> None:
    """Every line goes somewhere, in whole, and nothing goes anywhere that is not in the cart."""
    if not lines:
        raise DomainError(_("The cart is empty."), code="cart-empty", status=400)
    going: dict[int, int] = {}
    for party in recipients:
        for line_id, quantity in party.portions.items():
            going[line_id] = going.get(line_id, 0) + quantity
    wanted = {line.pk: line.quantity for line in lines}
    faults = [
        Fault(_("Of this line {quantity} are in the cart, {going} go somewhere.").format(
            quantity=wanted.get(line_id, 0), going=going.get(line_id, 0)
        ), "undelivered", f"lines/{line_id}")
        for line_id in sorted(wanted.keys() | going.keys())
        if wanted.get(line_id, 0) != going.get(line_id, 0)
    ]  # fmt: skip
    if faults:
        raise DomainError(
            _("Every line of the cart goes to a recipient, in whole."),
            code="lines-undelivered",
            status=400,
            faults=faults,
        )


def _check(quote: Quote, wish: Wish) -> None:
    if quote.blocking:
        raise not_to_be_had(quote.blocking)
    if len(quote.parcels) > rules.MAX_PARTS:
        raise DomainError(
            _("An order goes in {count} parcels at most. Order for fewer recipients at once.").format(
                count=rules.MAX_PARTS
            ),
            code="too-many-parts",
            status=400,
        )
    if wish.payment_method not in quote.methods:
        why = (each.detail for each in quote.notices if each.code == f"{wish.payment_method.value}-unavailable")
        raise DomainError(
            next(why, _("These goods cannot be paid for in this way.")),
            code="method-unlawful",
            status=400,
            faults=[Fault(_("Choose another payment method."), "method-unlawful", "payment_method")],
        )
    if quote.minimum_age and not wish.confirms_age:
        raise DomainError(
            _("Only somebody who is {age} or older may buy this.").format(age=quote.minimum_age),
            code="age-unconfirmed",
            status=400,
            faults=[Fault(_("Say that you are old enough."), "age-unconfirmed", "confirms_age")],
        )
    if quote.total != wish.expected_total:
        raise TotalChanged(_("The total has changed."), code="total-changed", status=409, total=quote.total)


def _write_order(cart: Cart, quote: Quote, wish: Wish, *, at: datetime) -> Order:
    """One of which nothing is left to be paid before is confirmed from the start: it needs no ``confirm``."""
    is_confirmed = wish.payment_method == PaymentMethod.COD or quote.total == 0
    order = Order(
        cart=cart,
        user=wish.user,
        name=wish.name,
        email=wish.email,
        phone=wish.phone,
        language=wish.language,
        payment_method=wish.payment_method,
        goods_total=quote.goods_total,
        discount_total=quote.discount_total,
        shipping_total=quote.shipping_total or 0,
        assembly_total=quote.assembly_total,
        total=quote.total,
        hides_prices=wish.hides_prices,
        minimum_age=quote.minimum_age,
        invoice_company=wish.invoice_company,
        invoice_tax_code=wish.invoice_tax_code,
        invoice_address=wish.invoice_address,
        placed_at=at,
        hold_until=at + rules.HOLD_FOR,
        state=OrderState.CONFIRMED if is_confirmed else OrderState.AWAITING_PAYMENT,
        confirmed_at=at if is_confirmed else None,
    )
    return insert_rows([order])[0]


def _recipients(order: Order, wish: Wish) -> list[Recipient]:
    return [
        Recipient(
            order=order,
            position=position,
            name=party.name,
            phone=party.phone,
            province=party.commune.province,
            commune=party.commune,
            province_name=party.commune.province.name,
            commune_name=party.commune.name,
            street=party.street,
            card=party.card,
            deliver_on=party.deliver_on,
        )
        for position, party in enumerate(wish.recipients)
    ]


def _use_vouchers(order: Order, quote: Quote, *, at: datetime) -> None:
    """Count the uses under the vouchers' locks; a limit that was reached meanwhile refuses the order."""
    if not quote.vouchers:
        return
    ids = sorted(voucher.pk for voucher, _amount in quote.vouchers)
    locked = {voucher.pk: voucher for voucher in Voucher.objects.filter(pk__in=ids).order_by("pk").select_for_update()}
    for seen, amount in quote.vouchers:
        voucher = locked[seen.pk]
        buyer = order.email.lower()
        if voucher.limit is not None and voucher.used >= voucher.limit:
            give_lapsed_back(voucher, at=at)
        is_used_up = voucher.limit is not None and voucher.used >= voucher.limit
        if not is_used_up and voucher.limit_per_buyer is not None:
            uses = voucher.uses.counting_at(at).filter(buyer=buyer).count()
            is_used_up = uses >= voucher.limit_per_buyer
        if is_used_up:
            raise DomainError(
                _("The voucher {code} has been used up.").format(code=voucher.code),
                code="voucher-unusable",
                faults=[Fault(_("Take this voucher out."), "voucher-unusable", "vouchers")],
            )
        VoucherUse.objects.create(voucher=voucher, order=order, buyer=buyer, amount=amount)
    Voucher.objects.filter(pk__in=ids).update(used=F("used") + 1)
