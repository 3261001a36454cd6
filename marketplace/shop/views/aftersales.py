"""``/orders/{number}/…`` once an order is placed: its receipt, one part cancelled, goods sent back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from marketplace.orders.models import Order, ReturnReason
from marketplace.orders.papers import draw, receipt_of
from marketplace.orders.return_rules import Complaint
from marketplace.orders.services import Actor, cancel_fulfilment, request_return, withdraw_return
from marketplace.orders.services.returning import returnable_at
from marketplace.shop.order_facts import load_order
from marketplace.shop.templatetags.shopping import payment_status
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

from .base import private_page
from .orders import order_or_404


@private_page("GET", "HEAD")
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt, as a PDF."""
    found = order_or_404(request, number)
    now = time_of(request)
    payment = payment_status(str(load_order(found, at=now.at).payment.status))
    words = receipt_of(found, day=now.day, lang=get_language() or "vi", payment=payment)
    response = HttpResponse(draw("receipt", words), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.number}.pdf"'
    return response


@private_page("POST")
def cancel_part(request: HttpRequest, number: str) -> HttpResponse:
    """Take one parcel back, by its ``position``; gift bundles go whole."""
    found = order_or_404(request, number)
    position = request.POST.get("position", "")
    parcel = found.fulfilments.filter(position=int(position)).first() if _is_count(position) else None
    if parcel is not None:
        try:
            cancel_fulfilment(fulfilment_id=parcel.pk, actor=Actor.SHOPPER, at=time_of(request).at, by=_person(request))
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        else:
            messages.success(request, _("This part of the order is cancelled."))
    return redirect("order", number=found.number)


@private_page("GET", "HEAD", "POST")
def send_back(request: HttpRequest, number: str) -> HttpResponse:
    """Choose what to send back and say why; each producer decides on its own goods."""
    found = order_or_404(request, number)
    if request.method != "POST":
        return _show(request, found)
    reason, note = request.POST.get("reason", ""), request.POST.get("note", "")
    counts = {
        item.pk: int(text)
        for item in found.items.all()
        if _is_count(text := request.POST.get(f"count-{item.pk}", "").strip()) and int(text)
    }
    fault = "" if counts else _("Say how many of what you send back.")
    reason_fault = "" if reason in set(Complaint) else _("Say what is wrong with it.")
    if fault or reason_fault:
        return _show(request, found, fault=fault, reason_fault=reason_fault)
    try:
        request_return(
            order_id=found.pk, counts=counts, reason=Complaint(reason), note=note.strip(), at=time_of(request).at
        )
    except DomainError as refusal:
        return _show(request, found, fault=refusal.detail, status=refusal.status)
    messages.success(request, _("Asked for. We write to you once it is decided."))
    return redirect("order-return", number=found.number)


@private_page("POST")
def keep(request: HttpRequest, number: str) -> HttpResponse:
    """Keep after all what was to be sent back: the return ``return`` of this order."""
    found = order_or_404(request, number)
    wanted = request.POST.get("return", "")
    asked = found.returns.filter(pk=int(wanted)).first() if _is_count(wanted, most=18) else None
    if asked is not None:
        try:
            withdraw_return(return_id=asked.pk, at=time_of(request).at)
        except DomainError as refusal:
            messages.error(request, refusal.detail)
    return redirect("order-return", number=found.number)


def _show(
    request: HttpRequest, order: Order, *, fault: str = "", reason_fault: str = "", status: int = 0
) -> HttpResponse:
    left = returnable_at(order, at=time_of(request).at)
    items = order.items.filter(pk__in=left).select_related("fulfilment").order_by("pk")
    context = {
        "order": order,
        "rows": [(item, left[item.pk], request.POST.get(f"count-{item.pk}", "0")) for item in items],
        "reasons": ReturnReason.choices,
        "reason": request.POST.get("reason", ""),
        "note": request.POST.get("note", ""),
        "returns": order.returns.select_related("fulfilment__producer__province")
        .prefetch_related("items__item")
        .order_by("-pk"),
        "fault": fault,
        "reason_fault": reason_fault,
    }
    return render(request, "shop/return.html", context, status=status or (400 if fault or reason_fault else 200))


def _person(request: HttpRequest) -> object:
    return request.user if request.user.is_authenticated else None


def _is_count(text: str, *, most: int = 4) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= most
