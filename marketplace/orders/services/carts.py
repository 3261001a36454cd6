"""Carts: made, filled, changed, merged when somebody signs in."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from catalog.models import Pack
from cms.models import GiftBundlePage
from marketplace.orders import rules
from marketplace.orders.models import Cart, CartLine
from marketplace.orders.quotes import Notice
from marketplace.orders.quoting import least_stars, load_goods, name_of, price_of, quote_cart
from marketplace.orders.services.placing import not_to_be_had
from marketplace.orders.vouchers import MAX_VOUCHERS, normalised_codes
from ocop_badges.errors import DomainError, InvalidFact


def open_cart(*, user: Any = None, at: datetime) -> Cart:
    """A new cart for a guest; of a person the open one, made where there is none."""
    if user is None or not user.is_authenticated:
        return Cart.objects.create(created_at=at, touched_at=at)
    if (cart := Cart.objects.open().filter(user=user).first()) is not None:
        return cart
    try:
        with transaction.atomic():
            return Cart.objects.create(user=user, created_at=at, touched_at=at)
    except IntegrityError:  # another request of the same person was faster
        return Cart.objects.open().get(user=user)


def find_cart(cart_id: UUID | str) -> Cart | None:
    """The open cart of this id; None where there is none, or it has become an order."""
    try:
        return Cart.objects.open().filter(pk=cart_id).first()
    except (ValidationError, ValueError):
        return None


@transaction.atomic
def add_line(
    *,
    cart_id: UUID,
    pack: Pack | None = None,
    bundle: GiftBundlePage | None = None,
    quantity: int,
    at: datetime,
    on: date,
) -> CartLine:
    """Put so many more of a pack or of a bundle into a cart.

    Raises ``DomainError``: ``cart-ordered``, ``out-of-stock`` and what else stands against the line (409), or a
    quantity that no line may have (400).
    """
    cart = _locked(cart_id)
    line = cart.lines.filter(pack=pack, bundle=bundle).first()
    if line is None:
        if cart.lines.count() >= rules.MAX_LINES:
            raise DomainError(_("A cart holds {count} lines.").format(count=rules.MAX_LINES), code="cart-full")
        line = CartLine(cart=cart, pack=pack, bundle=bundle, quantity=0)
    _check_quantity(line.quantity + quantity)
    line.quantity += quantity
    line.name_seen = (pack.name if pack else bundle.title if bundle else "")[:500]
    line.save()
    _see([line], on=on)
    _refuse_notices(cart, line, at=at, on=on)
    _touch(cart, at=at)
    return line


@transaction.atomic
def change_line(*, cart_id: UUID, line_id: int, quantity: int, at: datetime, on: date) -> CartLine:
    """Set how many. Raises as ``add_line``; ``unknown-line`` (404)."""
    cart = _locked(cart_id)
    line = cart.lines.filter(pk=line_id).first()
    if line is None:
        raise DomainError(_("This line is not in the cart."), code="unknown-line", status=404)
    _check_quantity(quantity)
    is_more = quantity > line.quantity
    line.quantity = quantity
    line.save(update_fields=["quantity"])
    if is_more:  # fewer is always welcome, even of what is short
        _refuse_notices(cart, line, at=at, on=on)
    _touch(cart, at=at)
    return line


@transaction.atomic
def remove_line(*, cart_id: UUID, line_id: int, at: datetime) -> None:
    """Take a line out; one that is not there is out already."""
    cart = _locked(cart_id)
    cart.lines.filter(pk=line_id).delete()
    _touch(cart, at=at)


@transaction.atomic
def set_vouchers(*, cart_id: UUID, codes: list[str], at: datetime) -> Cart:
    cart = _locked(cart_id)
    cart.voucher_codes = normalised_codes(codes)
    _touch(cart, at=at)
    return cart


@transaction.atomic
def acknowledge(*, cart_id: UUID, at: datetime, on: date) -> None:
    """The shopper has seen prices and stars as they are today: no line says any more that they changed."""
    cart = _locked(cart_id)
    _see(list(cart.lines.in_order()), on=on)
    _touch(cart, at=at)


@transaction.atomic
def merge_carts(*, guest_id: UUID, user: Any, at: datetime) -> Cart:
    """What somebody chose before signing in joins their own cart; of what is in both, the sum, as far as a line goes.

    Of vouchers their own come first, as many as one order may use.
    A guest's cart that is no longer open, or is somebody else's, is left alone.
    """
    own = _own_locked(user, at=at)
    guest = Cart.objects.open().filter(pk=guest_id, user=None).select_for_update().first()
    if guest is None:
        return own
    lines = {(line.pack_id, line.bundle_id): line for line in own.lines.in_order() if line.pack_id or line.bundle_id}
    for line in guest.lines.in_order():
        mine = lines.get((line.pack_id, line.bundle_id))
        if mine is not None:
            mine.quantity = min(mine.quantity + line.quantity, rules.MAX_LINE_QUANTITY)
            mine.save(update_fields=["quantity"])
        elif len(lines) < rules.MAX_LINES:
            line.cart = own
            line.save(update_fields=["cart"])
            lines[line.pack_id, line.bundle_id] = line
    own.voucher_codes = normalised_codes([*own.voucher_codes, *guest.voucher_codes])[:MAX_VOUCHERS]
    guest.delete()
    _touch(own, at=at)
    return own


@transaction.atomic
def delete_cart(*, cart_id: UUID) -> None:
    """Throw an open cart away; one that has become an order stays with it."""
    cart = Cart.objects.open().filter(pk=cart_id).select_for_update().first()
    if cart is not None:
        cart.delete()


def check_open(cart: Cart) -> None:
    """Raises ``DomainError``: ``cart-ordered`` (409) where it has become an order."""
    if cart.ordered_at is not None:
        raise DomainError(_("This cart has become an order already."), code="cart-ordered")


def _own_locked(user: Any, *, at: datetime) -> Cart:
    """The open cart of a person, held; the next one where it became an order while we waited for it."""
    while True:
        found = open_cart(user=user, at=at)
        cart = Cart.objects.open().filter(pk=found.pk).select_for_update().first()
        if cart is not None:
            return cart


def _locked(cart_id: UUID) -> Cart:
    cart = Cart.objects.select_for_update().filter(pk=cart_id).first()
    if cart is None:
        raise DomainError(_("There is no such cart."), code="unknown-cart", status=404)
    check_open(cart)
    return cart


def _check_quantity(quantity: int) -> None:
    if not 1 <= quantity <= rules.MAX_LINE_QUANTITY:
        text = _("A line holds 1 to {most}.").format(most=rules.MAX_LINE_QUANTITY)
        raise InvalidFact(text, field="quantity", code="quantity")


def _see(lines: Sequence[CartLine], *, on: date) -> None:
    goods = load_goods(lines, on=on)
    for line in lines:
        line.name_seen = name_of(line, goods)[:500]
        line.price_seen = price_of(line, goods)
        line.stars_seen = least_stars(line, goods, on=on)
    CartLine.objects.bulk_update(lines, ["name_seen", "price_seen", "stars_seen"])


def _refuse_notices(cart: Cart, line: CartLine, *, at: datetime, on: date) -> None:
    """Refuse what cannot be had, judged with everything else in the cart that takes of the same stock."""
    quote = quote_cart(list(cart.lines.in_order()), on=on, at=at)
    against: list[Notice] = [notice for notice in quote.blocking if notice.line_id == line.pk]
    if against:
        raise not_to_be_had(against)


def _touch(cart: Cart, *, at: datetime) -> None:
    cart.touched_at = at
    cart.save(update_fields=["touched_at", "voucher_codes"])
