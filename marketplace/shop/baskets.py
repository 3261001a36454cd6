"""Which cart a visitor has: a person's own open one, a guest's by the id in the session."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from marketplace.orders import services
from marketplace.orders.models import Cart
from marketplace.shop.models import GiftList
from ocop_badges import days

SESSION_KEY = "cart"
COUNT_COOKIE = "cart_count"
COUNT_COOKIE_AGE = 30 * 24 * 3600  # seconds


def find_cart_of(request: HttpRequest) -> Cart | None:
    """The visitor's open cart, None where they have none yet. One query, none for a guest without a session."""
    user: Any = request.user
    if user.is_authenticated:
        return Cart.objects.open().filter(user=user).first()
    cart_id = request.session.get(SESSION_KEY)
    cart = services.find_cart(cart_id) if cart_id else None
    return cart if cart is not None and cart.user_id is None else None


def open_cart_of(request: HttpRequest, *, at: datetime) -> Cart:
    """The visitor's open cart, made where there is none."""
    if (cart := find_cart_of(request)) is not None:
        return cart
    cart = services.open_cart(user=request.user, at=at)
    if cart.user_id is None:
        request.session[SESSION_KEY] = str(cart.pk)
    return cart


def visible_cart(cart_id: UUID, user: Any) -> Cart | None:
    """The cart of this id, ordered or not: a guest's for whoever knows the id, a person's for that person alone."""
    return _visible_to(user).filter(pk=cart_id).first()


def visible_quantities(cart_id: UUID, user: Any) -> dict[int, int] | None:
    """How many of each line, by its id, are in the cart that ``visible_cart`` finds; None where there is none."""
    rows = list(_visible_to(user).filter(pk=cart_id).values_list("lines__pk", "lines__quantity"))
    return {pk: quantity for pk, quantity in rows if pk is not None} if rows else None


def _visible_to(user: Any) -> QuerySet[Cart]:
    return Cart.objects.filter(Q(user=None) | Q(user=user) if user.is_authenticated else Q(user=None))


def tell_count(response: HttpResponse, cart: Cart | None) -> None:
    """Keep how many lines the cart has beside the browser, so that no page has to ask the database for it."""
    count = cart.lines.count() if cart is not None else 0
    if count:
        response.set_cookie(COUNT_COOKIE, str(count), max_age=COUNT_COOKIE_AGE, samesite="Lax")
    else:
        response.delete_cookie(COUNT_COOKIE, samesite="Lax")


def count_of(request: HttpRequest) -> int:
    """How many lines the browser remembers; 0 for nonsense."""
    text = request.COOKIES.get(COUNT_COOKIE, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 3 else 0


def merge_at_sign_in(sender: Any, request: HttpRequest | None, user: Any, **_more: Any) -> None:
    """What a guest chose before signing in joins their own cart, and they are told. Heard from every way to sign in.

    With the list of recipients they handed in, unless their own cart has one.
    """
    if request is None:
        return
    request.has_signed_in = True  # type: ignore[attr-defined]
    guest_id = request.session.pop(SESSION_KEY, None)
    if guest_id is None:
        return
    brings = Cart.objects.open().filter(pk=guest_id, user=None, lines__isnull=False).exists()
    at = getattr(request, "shop_time", None) or days.now()
    with transaction.atomic():
        gifts = GiftList.objects.filter(cart=guest_id).first() if brings else None
        own = services.merge_carts(guest_id=UUID(guest_id), user=user, at=at.at)
        if gifts is not None:
            defaults = {"rows": gifts.rows, "created_at": gifts.created_at}
            GiftList.objects.get_or_create(cart=own, defaults=defaults)
    if brings:
        text = _("What you had put into the cart before you signed in is in your own cart now.")
        messages.success(request, text, fail_silently=True)
