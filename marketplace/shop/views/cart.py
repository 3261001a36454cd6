"""``/cart/``: what is in it, what it costs, what stands against it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from catalog.models import Pack
from cms.models import GiftBundlePage
from marketplace.orders import services
from marketplace.orders.models import Cart
from marketplace.orders.rules import MAX_LINE_QUANTITY
from marketplace.orders.vouchers import MAX_VOUCHERS, normalised_codes
from marketplace.shop.baskets import find_cart_of, open_cart_of, tell_count
from marketplace.shop.cart_facts import load_cart, whole_to
from marketplace.shop.pictures import pictures_of
from marketplace.shop.places import Places, provinces
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

from .base import private_page

MAX_CODE = 40


@private_page("GET", "HEAD")
def cart(request: HttpRequest) -> HttpResponse:
    """``?province=`` (a code) also asks what it costs to send everything there."""
    now = time_of(request)
    found = find_cart_of(request)
    lines = list(found.lines.in_order()) if found else []
    context: dict[str, Any] = {"facts": None, "provinces": [], "province": None, "most": MAX_LINE_QUANTITY}
    if found is not None and lines:
        province = Places(on=now.day).province(request.GET.get("province", ""))
        destinations = whole_to(province, lines) if province else []
        facts = load_cart(found, lines=lines, destinations=destinations, on=now.day, at=now.at)
        refused = [code for code in found.voucher_codes if code not in {v.code for v, _a in facts.quote.vouchers}]
        context |= {
            "facts": facts,
            "province": province,
            "provinces": list(provinces()),
            "pictures": pictures_of(facts, day=now.day),
            "refused_vouchers": refused,
        }
    response = render(request, "shop/cart.html", context)
    tell_count(response, found)
    return response


@private_page("POST")
def add(request: HttpRequest) -> HttpResponse:
    """A buy button: ``sku`` or ``bundle`` (a slug), and ``quantity``."""
    now = time_of(request)
    sku, slug = request.POST.get("sku", ""), request.POST.get("bundle", "")
    pack = Pack.objects.filter(sku=sku).first() if _is_code(sku) else None
    bundle = GiftBundlePage.objects.live().filter(slug=slug).first() if _is_code(slug) else None
    if (pack is None) == (bundle is None):
        messages.error(request, _("This is not for sale here."))
        return _to_cart(request)
    quantity = _quantity(request.POST.get("quantity", "1"))

    def put(cart: Cart) -> None:
        services.add_line(cart_id=cart.pk, pack=pack, bundle=bundle, quantity=quantity, at=now.at, on=now.day)
        messages.success(request, _("It is in your cart."))

    return _change(request, open_cart_of(request, at=now.at), put)


@private_page("POST")
def change(request: HttpRequest, line_id: int) -> HttpResponse:
    """Set ``quantity``, or take the line out with ``remove`` or none of it."""
    now = time_of(request)
    quantity = _quantity(request.POST.get("quantity", ""))
    takes_out = "remove" in request.POST or request.POST.get("quantity", "").strip() == "0"

    def put(cart: Cart) -> None:
        if takes_out:
            services.remove_line(cart_id=cart.pk, line_id=line_id, at=now.at)
        else:
            services.change_line(cart_id=cart.pk, line_id=line_id, quantity=quantity, at=now.at, on=now.day)

    return _change(request, find_cart_of(request), put)


@private_page("POST")
def vouchers(request: HttpRequest) -> HttpResponse:
    """Put ``code`` in, or take ``remove`` out."""
    now = time_of(request)
    code, gone = request.POST.get("code", ""), normalised_codes([request.POST.get("remove", "")])

    def put(cart: Cart) -> None:
        codes = [kept for kept in normalised_codes([*cart.voucher_codes, code[:MAX_CODE]]) if kept not in gone]
        if len(codes) > max(MAX_VOUCHERS, len(cart.voucher_codes)):  # more may have come together by signing in
            text = _("At most {count} vouchers can be used for one order.")
            raise DomainError(text.format(count=MAX_VOUCHERS), code="too-many-vouchers")
        services.set_vouchers(cart_id=cart.pk, codes=codes, at=now.at)

    return _change(request, find_cart_of(request), put)


@private_page("POST")
def seen(request: HttpRequest) -> HttpResponse:
    """The shopper has read what changed."""
    now = time_of(request)
    return _change(
        request, find_cart_of(request), lambda cart: services.acknowledge(cart_id=cart.pk, at=now.at, on=now.day)
    )


def _change(request: HttpRequest, cart: Cart | None, put: Callable[[Cart], object]) -> HttpResponse:
    """Do it to the cart, say what stands against it, and show the cart."""
    if cart is not None:
        try:
            put(cart)
        except DomainError as refusal:
            messages.error(request, refusal.detail)
    response = _to_cart(request)
    tell_count(response, cart)
    return response


def _to_cart(request: HttpRequest) -> HttpResponse:
    place = request.POST.get("from", "")
    return HttpResponseRedirect(reverse("checkout" if place == "checkout" else "cart"))


def _is_code(text: str) -> bool:
    return 0 < len(text) <= 255


def _quantity(text: str) -> int:
    """What was typed as a number; 0, which no line takes, for what is none."""
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else 0
