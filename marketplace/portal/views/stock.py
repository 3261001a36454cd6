"""Stock: what is there of each pack, lot by lot; count one, add one, take out what spoilt."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog import services
from catalog.models import Pack, Stock
from marketplace.portal.access import Seat, for_members
from marketplace.portal.filing import product_of
from marketplace.portal.ids import id_of
from marketplace.portal.stock_forms import AddLotForm, CountForm, seen_of
from marketplace.portal.stocking import after, load_lots, load_packs, lots_of, packs_of
from ocop_badges.request_time import time_of

PACKS = 20  # on a page
LOTS = 30
LARGEST_ID = 2**63 - 1


@for_members
@require_safe
def stock(request: HttpRequest, seat: Seat) -> HttpResponse:
    """``?product=`` narrows it to one product; ``?after=`` is the id of the last pack of the page before."""
    time = time_of(request)
    packs = packs_of(seat.producer)
    product = None
    if wanted := request.GET.get("product"):
        product = product_of(seat.producer, wanted)
        if product is None:
            raise Http404
        packs = packs.filter(product=product)
    if (last := _last(request)) is not None:
        packs = after(packs, get_object_or_404(packs_of(seat.producer), pk=last))
    found = list(packs[: PACKS + 1])
    context = {
        "seat": seat,
        "here": "stock",
        "product": product,
        "packs": load_packs(found[:PACKS], day=time.day, at=time.at),
        "more_after": found[PACKS - 1].pk if len(found) > PACKS else None,
    }
    return render(request, "portal/stock.html", context)


@for_members
@require_safe
def pack(request: HttpRequest, seat: Seat, pack_id: int) -> HttpResponse:
    """The lots of one pack, to be counted. ``?show=empty``: those of which none is there; ``?after=`` as above."""
    time = time_of(request)
    found = _pack(seat, pack_id)
    shows_empty = request.GET.get("show") == "empty"
    lots = lots_of(seat.producer).filter(pack=found)
    empty, there = lots.filter(on_hand=0), lots.filter(on_hand__gt=0)
    shown: QuerySet[Stock] = empty if shows_empty else there
    if (last := _last(request)) is not None:
        shown = after(shown, get_object_or_404(lots, pk=last))
    rows = list(shown[: LOTS + 1])
    context = {
        "seat": seat,
        "here": "stock",
        "pack": found,
        "shows_empty": shows_empty,
        "has_empty": shows_empty or empty.exists(),
        "lots": load_lots(rows[:LOTS], day=time.day, at=time.at),
        "more_after": rows[LOTS - 1].pk if len(rows) > LOTS else None,
    }
    return render(request, "portal/stock_pack.html", context)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, seat: Seat, pack_id: int) -> HttpResponse:
    """A lot that came in."""
    found = _pack(seat, pack_id)
    form = AddLotForm(request.POST if request.method == "POST" else None, pack=found)
    known = None
    if form.is_bound and form.is_valid():
        facts = dict(form.cleaned_data)
        try:
            added = services.add_lot(pack=found, on=time_of(request).day, **facts)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            known = found.stock.filter(lot=facts["lot"], best_before=facts["best_before"]).first()
        else:
            messages.success(request, _("Added: {lot}.").format(lot=_name(added)))
            return _to_lot(seat, added)
    context = {"seat": seat, "here": "stock", "pack": found, "form": form, "known": known}
    return render(request, "portal/stock_add.html", context, status=400 if form.errors else 200)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def lot(request: HttpRequest, seat: Seat, stock_id: int) -> HttpResponse:
    """One lot, and a new count of it. Where a sale was quicker the page comes again with the figures of now."""
    found = _stock(seat, stock_id)
    if request.method != "POST":
        return _show(request, seat, found, "portal/stock_lot.html")
    form = CountForm(request.POST)
    if form.is_valid():
        count = form.cleaned_data["on_hand"]
        try:
            services.count_lot(stock_id=found.pk, on_hand=count, seen=seen_of(request.POST.get("seen", "")))
        except ValidationError as refusal:
            form.add_error(None, refusal)
        else:
            messages.success(request, _("Counted: {lot}, {count} are there.").format(lot=_name(found), count=count))
            return _to_lot(seat, found)
    faults = form.errors.as_data()["on_hand"]
    given = request.POST.get("on_hand", "")
    return _show(request, seat, _stock(seat, stock_id), "portal/stock_lot.html", faults=faults, given=given)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def take_out(request: HttpRequest, seat: Seat, stock_id: int) -> HttpResponse:
    """Asks once more, then takes out all that is not reserved."""
    found = _stock(seat, stock_id)
    if request.method != "POST":
        return _show(request, seat, found, "portal/stock_take_out.html")
    try:
        count = services.take_out_lot(stock_id=found.pk, seen=seen_of(request.POST.get("seen", "")))
    except ValidationError as refusal:
        faults = refusal.error_dict["on_hand"]
        return _show(request, seat, _stock(seat, stock_id), "portal/stock_take_out.html", faults=faults)
    messages.success(request, _("Taken out: {count} of {lot}.").format(count=count, lot=_name(found)))
    return _to_lot(seat, found)


def _last(request: HttpRequest) -> int | None:
    """The id after which a page goes on; None at the beginning, 404 for what is no id."""
    text = request.GET.get("after", "")
    last = id_of(text)
    if text and last is None:
        raise Http404
    return last


def _pack(seat: Seat, pack_id: int) -> Pack:
    """A pack of the seat's producer; anything else is not there."""
    if pack_id > LARGEST_ID:
        raise Http404
    found: Pack = get_object_or_404(packs_of(seat.producer), pk=pack_id)
    return found


def _stock(seat: Seat, stock_id: int) -> Stock:
    if stock_id > LARGEST_ID:
        raise Http404
    found: Stock = get_object_or_404(lots_of(seat.producer), pk=stock_id)
    return found


def _name(stock: Stock) -> str:
    return _("lot {lot}").format(lot=stock.lot) if stock.lot else _("goods without a lot number")


def _to_lot(seat: Seat, found: Stock) -> HttpResponse:
    return HttpResponseRedirect(
        f"{reverse('portal:stock-pack', args=[seat.producer.public_id, found.pack_id])}#lot-{found.pk}"
    )


def _show(
    request: HttpRequest,
    seat: Seat,
    found: Stock,
    template: str,
    *,
    faults: Sequence[ValidationError] = (),
    given: str = "",
) -> HttpResponse:
    """The page of one lot as it is now, with what is wrong and the count that was given. 409: changed meanwhile."""
    time = time_of(request)
    (row,) = load_lots([found], day=time.day, at=time.at)
    context = {
        "seat": seat,
        "here": "stock",
        "pack": found.pack,
        "lot": row,
        "faults": [message for fault in faults for message in fault.messages],
        "given": given,
    }
    status = 409 if any(fault.code == "changed" for fault in faults) else 400 if faults else 200
    return render(request, template, context, status=status)
