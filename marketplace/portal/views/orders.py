"""Orders: what is to be packed, each act as a button, the packing slip, and what comes back."""

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.orders import services
from marketplace.orders.models import Fulfilment, FulfilmentState, OrderItem, Return
from marketplace.orders.papers import draw, slip_of
from marketplace.orders.return_rules import Failure
from marketplace.orders.services import Actor
from marketplace.portal.access import Seat, for_members
from marketplace.portal.ids import id_of
from marketplace.portal.order_forms import (
    CancelForm,
    DecideForm,
    FailForm,
    ShipForm,
    arrived_of,
    counts_of,
    ids_of,
    lots_of,
)
from marketplace.portal.ordering import SHOWN, Act, addresses_of, count_parts, last_act, load_part, parts_of
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of

PAGE = 30
LARGEST_ID = 2**63 - 1
TOO_LATE = {"wrong-state", "packed-already"}  # somebody else was there before


@for_members
@require_safe
def orders(request: HttpRequest, seat: Seat) -> HttpResponse:
    """``?show=`` narrows it (``SHOWN``); ``?before=`` is the id of the last part of the page before.

    ``?returns-before=`` is that of the last open return that was shown.
    """
    counts = count_parts(seat.producer)
    show = request.GET.get("show", "")
    if show not in SHOWN:
        show = next((name for name, count in counts.items() if count), "new")
    rows = parts_of(seat.producer).filter(state__in=SHOWN[show], pk__lt=_before(request, "before"))
    returns = _returns(seat).open().filter(pk__lt=_before(request, "returns-before"))
    waiting = list(returns.newest_first()[: PAGE + 1])
    items = Prefetch("items", OrderItem.objects.order_by("pk"))
    found = list(rows.newest_first().prefetch_related(items)[: PAGE + 1])
    context = {
        "seat": seat,
        "here": "orders",
        "day": time_of(request).day,
        "counts": counts,
        "show": show,
        "parts": found[:PAGE],
        "more_before": found[PAGE - 1].pk if len(found) > PAGE else None,
        "returns": waiting[:PAGE],
        "more_returns_before": waiting[PAGE - 1].pk if len(waiting) > PAGE else None,
    }
    return render(request, "portal/orders.html", context)


@for_members
@require_safe
def part(request: HttpRequest, seat: Seat, part_id: int) -> HttpResponse:
    """One part of an order: what, for whom, of which lots, and what to do now."""
    return _show(request, seat, _part(seat, part_id))


@for_members
@require_safe
def slip(request: HttpRequest, seat: Seat, part_id: int) -> HttpResponse:
    """The packing slip, as a PDF."""
    fulfilment = _part(seat, part_id)
    day = time_of(request).day
    if fulfilment.state in (FulfilmentState.CANCELLED, FulfilmentState.FAILED):
        raise Http404  # nothing is sent by it any more
    words = slip_of(
        fulfilment,
        list(fulfilment.items.order_by("pk")),
        addresses_of(fulfilment, seat.producer, on=day),
        day=day,
        lang=get_language() or "vi",
    )
    response = HttpResponse(draw("slip", words), content_type="application/pdf")
    name = f"{fulfilment.order.number}-{fulfilment.position + 1}.pdf"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@for_members
@require_POST
def accept(request: HttpRequest, seat: Seat, part_id: int) -> HttpResponse:
    return _act(request, seat, part_id, services.accept_fulfilment, _("Accepted. Pack it by the day named below."))


@for_members
@require_POST
def accept_all(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The new parts that stood on the page, by their ids as ``part``; what is new no more is told."""
    ids = ids_of(request.POST.getlist("part")[:PAGE])
    accepted = late = 0
    for pk in parts_of(seat.producer).filter(pk__in=ids).order_by("pk").values_list("pk", flat=True):
        try:
            services.accept_fulfilment(fulfilment_id=pk, at=time_of(request).at, by=request.user)
        except DomainError:
            late += 1
        else:
            accepted += 1
    if accepted:
        told = ngettext("%(number)s order is accepted.", "%(number)s orders are accepted.", accepted)
        messages.success(request, told % {"number": accepted})
    if late:
        told = ngettext("%(number)s order was no longer new.", "%(number)s orders were no longer new.", late)
        messages.error(request, told % {"number": late})
    return HttpResponseRedirect(f"{reverse('portal:orders', args=[seat.producer.public_id])}?show=packing")


@for_members
@require_POST
def pack(request: HttpRequest, seat: Seat, part_id: int) -> HttpResponse:
    """Of the lots that the form names, or where it names none of those held."""
    fulfilment = _part(seat, part_id)
    lots = lots_of(request.POST, list(fulfilment.items.all()))
    on = time_of(request).day
    return _act(request, seat, part_id, services.pack_fulfilment, _("Packed."), lots=lots or None, on=on)


@for_members
@require_POST
def ship(request: HttpRequest, seat: Seat, part_id: int) -> HttpResponse:
    fulfilment = _part(seat, part_id)
    form = ShipForm(request.POST)
    if not form.is_valid():
        return _show(request, seat, fulfilment, ship_form=form)
    return _act(request, seat, part_id, services.ship_fulfilment, _("It is on its way."), **form.cleaned_data)


@for_members
@require_POST
def deliver(request: HttpRequest, seat: Seat, part_id: int) -> HttpResponse:
    return _act(request, seat, part_id, services.deliver_fulfilment, _("Delivered. Thank you."))


@for_members
@require_POST
def fail(request: HttpRequest, seat: Seat, part_id: int) -> HttpResponse:
    fulfilment = _part(seat, part_id)
    form = FailForm(request.POST)
    if not form.is_valid():
        return _show(request, seat, fulfilment, fail_form=form)
    failure = Failure(form.cleaned_data["failure"])
    told = _("Noted: it was not delivered.")
    return _act(request, seat, part_id, services.fail_fulfilment, told, failure=failure, note=form.cleaned_data["note"])


@for_members
@require_POST
def cancel(request: HttpRequest, seat: Seat, part_id: int) -> HttpResponse:
    """All of it, or only so many of some items where the form says how many are not there."""
    fulfilment = _part(seat, part_id)
    form = CancelForm(request.POST)
    if not form.is_valid():
        return _show(request, seat, fulfilment, cancel_form=form)
    more: dict[str, Any] = {"note": form.cleaned_data["note"], "actor": Actor.PRODUCER, "forms": {"cancel_form": form}}
    if "all" in request.POST:
        return _act(request, seat, part_id, services.cancel_fulfilment, _("Cancelled. The shopper is told."), **more)
    more["counts"] = counts_of(request.POST, list(fulfilment.items.all()), prefix="short")
    told = _("Noted: this much is not there. The shopper is told.")
    return _act(request, seat, part_id, services.cancel_shortage, told, **more)


@for_members
@require_safe
def returned(request: HttpRequest, seat: Seat, return_id: int) -> HttpResponse:
    """A return: to decide, or to receive."""
    return _show_return(request, seat, _return(seat, return_id))


@for_members
@require_POST
def decide(request: HttpRequest, seat: Seat, return_id: int) -> HttpResponse:
    found = _return(seat, return_id)
    form = DecideForm(request.POST)
    if not form.is_valid():
        return _show_return(request, seat, found, form=form)
    is_accepted = "accept" in request.POST
    try:
        services.decide_return(
            return_id=found.pk,
            accept=is_accepted,
            reason=form.cleaned_data["reason"],
            at=time_of(request).at,
            by=request.user,
        )
    except DomainError as refusal:
        form.add_error("reason", refusal.detail)
        return _show_return(request, seat, found, form=form, status=refusal.status)
    messages.success(
        request, _("Accepted. The shopper is told.") if is_accepted else _("Refused. The shopper is told.")
    )
    return HttpResponseRedirect(reverse("portal:return", args=[seat.producer.public_id, found.pk]))


@for_members
@require_POST
def receive(request: HttpRequest, seat: Seat, return_id: int) -> HttpResponse:
    found = _return(seat, return_id)
    try:
        services.receive_return(
            return_id=found.pk,
            arrived=arrived_of(request.POST, list(found.items.all())),
            at=time_of(request).at,
            by=request.user,
        )
    except DomainError as refusal:
        return _show_return(request, seat, found, fault=refusal.detail, status=refusal.status)
    messages.success(request, _("Received. The money goes back to the shopper."))
    return HttpResponseRedirect(reverse("portal:return", args=[seat.producer.public_id, found.pk]))


def _before(request: HttpRequest, name: str) -> int:
    """The id in a field of the address before which a page goes on; 404 for what is none."""
    text = request.GET.get(name)
    before = id_of(text) if text else LARGEST_ID
    if before is None:
        raise Http404
    return before


def _part(seat: Seat, part_id: int) -> Fulfilment:
    """A part of the seat's producer; anything else is not there."""
    if part_id > LARGEST_ID:
        raise Http404
    found: Fulfilment = get_object_or_404(parts_of(seat.producer), pk=part_id)
    return found


def _returns(seat: Seat) -> Any:
    return Return.objects.of_producer(seat.producer).select_related("order", "fulfilment__recipient", "fulfilment__box")


def _return(seat: Seat, return_id: int) -> Return:
    if return_id > LARGEST_ID:
        raise Http404
    found: Return = get_object_or_404(_returns(seat), pk=return_id)
    return found


def _act(
    request: HttpRequest,
    seat: Seat,
    part_id: int,
    act: Callable[..., Any],
    told: str,
    *,
    forms: Mapping[str, Form] | None = None,
    **facts: Any,
) -> HttpResponse:
    """Do it and come back to the page; what is refused is said there, beside the ``forms`` as they were typed."""
    fulfilment = _part(seat, part_id)
    try:
        act(fulfilment_id=fulfilment.pk, at=time_of(request).at, by=request.user, **facts)
    except DomainError as refusal:
        now = _part(seat, part_id)
        meanwhile = last_act(now) if refusal.code in TOO_LATE else None
        return _show(
            request, seat, now, fault=refusal.detail, status=refusal.status, meanwhile=meanwhile, **(forms or {})
        )
    messages.success(request, told)
    return HttpResponseRedirect(reverse("portal:order", args=[seat.producer.public_id, fulfilment.pk]))


def _show(
    request: HttpRequest,
    seat: Seat,
    fulfilment: Fulfilment,
    *,
    fault: str = "",
    status: int = 200,
    meanwhile: Act | None = None,
    **forms: Any,
) -> HttpResponse:
    time = time_of(request)
    context = {
        "seat": seat,
        "here": "orders",
        "day": time.day,
        "part": load_part(fulfilment, on=time.day, at=time.at),
        "fulfilment": fulfilment,
        "order": fulfilment.order,
        "fault": fault,
        "meanwhile": meanwhile,
        "ship_form": ShipForm(),
        "fail_form": FailForm(),
        "cancel_form": CancelForm(),
        **forms,
    }
    return render(request, "portal/order.html", context, status=400 if forms and status == 200 else status)


def _show_return(
    request: HttpRequest,
    seat: Seat,
    found: Return,
    *,
    form: DecideForm | None = None,
    fault: str = "",
    status: int = 200,
) -> HttpResponse:
    context = {
        "seat": seat,
        "here": "orders",
        "return": found,
        "rows": list(found.items.select_related("item").order_by("item_id")),
        "form": form or DecideForm(),
        "fault": fault,
    }
    return render(request, "portal/return.html", context, status=400 if form and status == 200 else status)
