"""``/checkout/``: one form on one page. Everything typed comes back with every answer, so that no script is needed."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from marketplace.orders.models import Cart, Order
from marketplace.orders.numbers import access_token
from marketplace.orders.services import NotToBeHad, TotalChanged
from marketplace.shop import baskets, checkout_form
from marketplace.shop.addresses import order_path, way_back
from marketplace.shop.answers import checkout_text, redirect_in
from marketplace.shop.attempts import hash_of
from marketplace.shop.checkout import Asked, PaymentNotBegun, actor_of, check_out
from marketplace.shop.checkout_form import Draft, blank_draft, body_of, read_draft
from marketplace.shop.checkout_page import CheckoutPage, build_page
from marketplace.shop.door import order_for, remember_token
from marketplace.shop.gift_lists import drop_gift_list
from marketplace.shop.models import GiftList
from marketplace.shop.places import Places
from marketplace.shop.serializers import CheckoutInput
from marketplace.shop.wishes import wish_of
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

from .base import private_page


@sensitive_post_parameters()
@private_page("GET", "HEAD", "POST")
def checkout(request: HttpRequest) -> HttpResponse:
    """GET: an empty form. POST: ``do`` says what: ``place`` the order, ``add-recipient``, ``remove-recipient-2``,
    ``remove-list`` (of recipients by CSV), else show it anew with what has been chosen.
    """
    cart = _cart(request)
    lines = list(cart.lines.in_order()) if cart else []
    if cart is None or not lines:
        return redirect("cart")
    gifts = GiftList.objects.filter(cart=cart).first()
    if request.method != "POST":
        draft = blank_draft(cart=str(cart.pk), key=str(uuid4()), user=request.user)
        return _show(request, cart, draft, gifts)
    draft = read_draft(request.POST, lines)
    do = request.POST.get("do", "")
    if do == "place":
        return _place(request, cart, draft, gifts)
    if do == "add-recipient":
        draft.add_recipient()
        checkout_form.share_out(draft, lines)
    elif do.startswith("remove-recipient-") and do[17:].isascii() and do[17:].isdigit():
        draft.remove_recipient(int(do[17:20]))
    elif do == "remove-list":
        drop_gift_list(cart=cart)
        gifts = None
    return _show(request, cart, draft, gifts)


def _cart(request: HttpRequest) -> Cart | None:
    """The visitor's cart; of a form sent again, the one it was about, though it may have become an order since."""
    if request.method == "POST":
        try:
            return baskets.visible_cart(UUID(request.POST.get("cart", "")), request.user)
        except ValueError:
            return None
    return baskets.find_cart_of(request)


def _show(
    request: HttpRequest,
    cart: Cart,
    draft: Draft,
    gifts: GiftList | None,
    *,
    faults: dict[str, str] | None = None,
    note: str = "",
    status: int = 200,
) -> HttpResponse:
    if cart.ordered_at is not None:
        return _ordered(request, cart)
    now = time_of(request)
    page: CheckoutPage = build_page(cart, draft, gifts, faults=faults or {}, at=now.at, on=now.day)
    response = render(request, "shop/checkout.html", {"page": page, "note": note}, status=status)
    baskets.tell_count(response, cart)
    return response


def _ordered(request: HttpRequest, cart: Cart) -> HttpResponse:
    order = Order.objects.filter(cart=cart).first()
    if order is not None and order_for(request, order.number) is not None:
        return redirect(order_path(order))
    messages.error(request, _("This cart has become an order already."))
    return redirect("cart")


def _place(request: HttpRequest, cart: Cart, draft: Draft, gifts: GiftList | None) -> HttpResponse:
    now = time_of(request)
    lines = list(cart.lines.in_order())
    body = body_of(draft, lines, cart.voucher_codes, gifts)
    form = CheckoutInput(data=body, context={"on": now.day, "places": Places(on=now.day)})
    if not form.is_valid():
        note = _("Something is missing or cannot be used: see below.")
        faults = checkout_form.faults_by_field(form.errors, draft)
        return _show(request, cart, draft, gifts, faults=faults, note=note, status=400)
    if not draft.texts["expected_total"]:
        note = _("This is what it costs. If you agree, order now.")
        return _show(request, cart, draft, gifts, note=note)
    asked = Asked(
        wish=wish_of(form.validated_data, {line.pk: line.quantity for line in lines}, user=request.user),
        actor=actor_of(request.user),
        key=draft.key or str(cart.pk),
        body_hash=hash_of(body),
        return_url=lambda order: way_back(request, order),
    )
    try:
        done = check_out(asked, write=checkout_text, at=now.at, on=now.day)
    except PaymentNotBegun as error:
        messages.error(request, _("The order is placed, but its payment could not be begun. Try again below."))
        return _lead_to(request, cart, error.order, "")
    except DomainError as refusal:
        return _refused(request, cart, draft, gifts, refusal)
    return _lead_to(request, cart, done.order, redirect_in(done.text))


def _lead_to(request: HttpRequest, cart: Cart, order: Order, payment_url: str) -> HttpResponse:
    """To the order's page, or where it is paid; this browser may see the order from now on."""
    remember_token(request, order.number, access_token(number=order.number, seed=order.token_seed))
    if request.session.get(baskets.SESSION_KEY) == str(cart.pk):
        del request.session[baskets.SESSION_KEY]
    response = HttpResponseRedirect(payment_url or order_path(order))
    baskets.tell_count(response, None)
    return response


def _refused(
    request: HttpRequest, cart: Cart, draft: Draft, gifts: GiftList | None, refusal: DomainError
) -> HttpResponse:
    if refusal.code == "cart-ordered":
        cart.refresh_from_db()
        return _ordered(request, cart)
    faults = {fault.field: fault.detail for fault in refusal.faults if fault.field}
    match refusal:
        case TotalChanged():
            note = _("The total has changed meanwhile. Look at it below, and order if you agree.")
        case NotToBeHad():
            note = " ".join(dict.fromkeys(notice.detail for notice in refusal.notices))
        case _:
            note = refusal.detail
    # Nothing was done: the next try is another one.
    draft.key = str(uuid4())
    return _show(request, cart, draft, gifts, faults=faults, note=note, status=refusal.status)
