"""``/orders/``: an order for who placed it signed in, or holds its token; for anybody else it does not exist."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from cms.paging import page_of
from marketplace.orders.models import FulfilmentState, Order
from marketplace.orders.papers import not_charged_of
from marketplace.orders.services import Actor, cancel_order
from marketplace.orders.services.cancelling import can_cancel
from marketplace.payments.bank_refunds import wants_account
from marketplace.payments.methods import MethodUnavailable
from marketplace.payments.models import RefundAccount
from marketplace.payments.services import begin_payment, payment_of, standing_of
from marketplace.shop.addresses import BACK, way_back
from marketplace.shop.checkout_page import FormField
from marketplace.shop.door import order_by_token, order_for, orders_remembered, remember_token
from marketplace.shop.order_facts import load_order, look_for_payment
from marketplace.shop.refund_form import account_fields
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

from .base import private_page

ORDERS_A_PAGE = 20
POLL_EVERY = 4  # seconds between two looks at an open payment


@private_page("GET", "HEAD")
def orders(request: HttpRequest) -> HttpResponse:
    """Of who is signed in, their orders; of a guest, those this browser was let into."""
    now = time_of(request)
    if request.user.is_authenticated:
        own = Order.objects.visible_to(request.user).newest_first()
        page, rows = page_of(own, request, ORDERS_A_PAGE)
    else:
        page, rows = None, orders_remembered(request)
    shown = [(order, order.status_at(now.at)) for order in rows]
    return render(request, "shop/orders.html", {"orders": shown, "page_of_orders": page})


@private_page("GET", "HEAD")
def order(request: HttpRequest, number: str) -> HttpResponse:
    """With ``?token=`` the token goes into the session and out of the address.

    Who comes ``?back=`` from paying, or loads the page again without a script, is not kept waiting for the provider to
    tell us: it is asked, now and then.
    """
    if (token := request.GET.get("token")) is not None:
        if order_by_token(number, token) is None:
            raise Http404
        remember_token(request, number, token)
        response = HttpResponseRedirect(request.path)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response
    found = order_or_404(request, number)
    look_for_payment(found, at=time_of(request).at)
    if BACK in request.GET:
        return redirect("order", number=found.number)
    return show_order(request, found)


def show_order(
    request: HttpRequest, found: Order, *, account: list[FormField] | None = None, status: int = 200
) -> HttpResponse:
    """The page of an order; ``account`` is the form for where money goes back, as it was filled in."""
    facts = load_order(found, at=time_of(request).at)
    if account is None and wants_account(found):
        account = account_fields({}, {})
    is_due_back = any(refund.done_at is None for refund in facts.refunds)
    fulfilments = [each.fulfilment for each in facts.fulfilments]
    is_less = any(item.cancelled or item.returned for each in facts.fulfilments for item in each.items)
    not_charged = not_charged_of(facts.order) if is_less else 0
    context = {
        "facts": facts,
        "order": facts.order,
        "not_charged": not_charged,
        "charged": facts.order.total - not_charged,
        "is_open": facts.status == "awaiting_payment" or facts.payment.qr is not None,
        "may_cancel": facts.status in {"awaiting_payment", "confirmed"} and can_cancel(fulfilments),
        "may_return": facts.status in {"confirmed", "completed"}
        and any(each.state == FulfilmentState.DELIVERED for each in fulfilments),
        "poll_every": POLL_EVERY,
        "account_fields": account,
        "refund_account": RefundAccount.objects.filter(order=found).first() if is_due_back and not account else None,
    }
    return render(request, "shop/order.html", context, status=status)


@private_page("GET", "HEAD")
def status(request: HttpRequest, number: str) -> HttpResponse:
    """Where it stands, for the page's script: it loads the page anew when this changes."""
    found, now = order_or_404(request, number), time_of(request)
    look_for_payment(found, at=now.at)
    payment = payment_of(found, at=now.at)
    return JsonResponse({"status": found.status_at(now.at), "payment": str(standing_of(payment, found))})


@private_page("POST")
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Begin the payment again, or go on with it."""
    found = order_or_404(request, number)
    now = time_of(request)
    if found.status_at(now.at) == "awaiting_payment":
        try:
            start = begin_payment(found, at=now.at, return_url=way_back(request, found))
        except MethodUnavailable:
            messages.error(request, _("The payment service does not answer. Try again in a moment."))
        else:
            if start.redirect_url:
                return HttpResponseRedirect(start.redirect_url)
    return redirect("order", number=found.number)


@private_page("POST")
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """The shopper takes the order back, as long as nothing of it is packed."""
    found = order_or_404(request, number)
    by = request.user if request.user.is_authenticated else None
    try:
        cancel_order(order_id=found.pk, actor=Actor.SHOPPER, at=time_of(request).at, by=by)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("The order is cancelled."))
    return redirect("order", number=found.number)


def order_or_404(request: HttpRequest, number: str) -> Order:
    found = order_for(request, number)
    if found is None:
        raise Http404
    return found
