"""The packer's pages: boxes in the order in which they must leave, one box, its papers, the supplies."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.hub import packing
from marketplace.hub.access import Bench, for_packers, for_signed_in, hubs_of
from marketplace.hub.forms import EndForm, LossForm, ReceiveForm, ShipForm, SupplyForm
from marketplace.hub.lists import draw, list_of
from marketplace.hub.models import BoxPart, LossReason, Remedy
from marketplace.hub.reading import Box, Stage, find_box, load_boxes, load_losses, load_supplies
from marketplace.hub.supplies import add_supplies
from marketplace.orders.collecting import amount_to_collect
from marketplace.orders.recipients import card_of, recipient_of
from marketplace.orders.return_rules import Failure
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of


@for_signed_in
@require_safe
def home(request: HttpRequest) -> HttpResponseBase:
    """Straight to the hub; a choice where there are several."""
    hubs = hubs_of(request.user)
    if not hubs:
        raise Http404
    if len(hubs) == 1:
        return HttpResponseRedirect(reverse("hub:boxes", args=[hubs[0].pk]))
    return render(request, "hub/choose.html", {"hubs": hubs})


@for_packers
@require_safe
def boxes(request: HttpRequest, bench: Bench) -> HttpResponse:
    """``?show=ended`` shows those that have ended."""
    ended = request.GET.get("show") == "ended"
    context = {
        "bench": bench,
        "day": time_of(request).day,
        "boxes": load_boxes(bench.hub, ended=ended),
        "ended": ended,
        "new": packing.new_boxes().filter(hub=bench.hub).count(),
        "supplies": load_supplies(bench.hub),
    }
    return render(request, "hub/boxes.html", context)


@for_packers
@require_POST
def take_in(request: HttpRequest, bench: Bench) -> HttpResponse:
    """The boxes of orders confirmed since the last time."""
    packing.open_jobs(at=time_of(request).at)
    return HttpResponseRedirect(reverse("hub:boxes", args=[bench.hub.pk]))


@for_packers
@require_safe
def box(request: HttpRequest, bench: Bench, job_id: int) -> HttpResponse:
    return _show(request, bench, _box(bench, job_id))


@for_packers
@require_safe
def packers_list(request: HttpRequest, bench: Bench, job_id: int) -> HttpResponse:
    """What goes into the box, to be ticked off, with the card: as a PDF."""
    found = _box(bench, job_id)
    day = time_of(request).day
    words = list_of(found, bench.hub, load_supplies(bench.hub), day=day, lang=get_language() or "vi")
    response = HttpResponse(draw(words), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{found.fulfilment.order.number}-box.pdf"'
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@for_packers
@require_POST
def receive(request: HttpRequest, bench: Bench, job_id: int) -> HttpResponse:
    found = _box(bench, job_id)
    form = ReceiveForm(request.POST)
    return _act(
        request, bench, found, form, _("Counted in."),
        lambda data, at: packing.receive_part(
            part_id=_part(found, data["part"]), count=data["count"], at=at, by=request.user
        ),
    )  # fmt: skip


@for_packers
@require_POST
def lose(request: HttpRequest, bench: Bench, job_id: int) -> HttpResponse:
    found = _box(bench, job_id)
    form = LossForm(request.POST)
    return _act(
        request, bench, found, form, _("Written down. Whoever has to know is told."),
        lambda data, at: packing.report_loss(
            part_id=_part(found, data["part"]),
            quantity=data["quantity"],
            reason=LossReason(data["reason"]),
            remedy=Remedy(data["remedy"]),
            note=data["note"],
            key=data["key"],
            at=at,
            by=request.user,
        ),
    )  # fmt: skip


@for_packers
@require_POST
def pack(request: HttpRequest, bench: Bench, job_id: int) -> HttpResponse:
    found = _box(bench, job_id)
    on = time_of(request).day
    return _act(
        request, bench, found, Form(request.POST), _("Packed."),
        lambda _data, at: packing.pack_box(job_id=found.job.pk, at=at, on=on, by=request.user),
    )  # fmt: skip


@for_packers
@require_POST
def ship(request: HttpRequest, bench: Bench, job_id: int) -> HttpResponse:
    found = _box(bench, job_id)
    form = ShipForm(request.POST)
    return _act(
        request, bench, found, form, _("It is on its way."),
        lambda data, at: packing.ship_box(job_id=found.job.pk, at=at, by=request.user, **data),
    )  # fmt: skip


@for_packers
@require_POST
def end(request: HttpRequest, bench: Bench, job_id: int) -> HttpResponse:
    found = _box(bench, job_id)
    form = EndForm(request.POST)
    return _act(
        request, bench, found, form, _("Written down."),
        lambda data, at: packing.end_box(
            job_id=found.job.pk,
            failure=Failure(data["failure"]) if data["failure"] else None,
            at=at,
            by=request.user,
        ),
    )  # fmt: skip


@for_packers
@require_POST
def supply(request: HttpRequest, bench: Bench) -> HttpResponse:
    form = SupplyForm(request.POST)
    mine = {each.pk for each in load_supplies(bench.hub)}
    if not form.is_valid() or form.cleaned_data["supply"] not in mine:
        messages.error(request, _("Write how many came in."))
    else:
        try:
            add_supplies(
                supply_id=form.cleaned_data["supply"],
                quantity=form.cleaned_data["quantity"],
                at=time_of(request).at,
                by=request.user,
            )
        except DomainError as refusal:
            messages.error(request, refusal.detail)
        else:
            messages.success(request, _("Counted in."))
    return HttpResponseRedirect(reverse("hub:boxes", args=[bench.hub.pk]))


def _box(bench: Bench, job_id: int) -> Box:
    found = find_box(bench.hub, job_id)
    if found is None:
        raise Http404
    return found


def _part(box: Box, part_id: int) -> int:
    """A part of this box; any other does not exist here."""
    if part_id not in {part.pk for part in box.parts}:
        raise Http404
    return part_id


def _act(
    request: HttpRequest, bench: Bench, box: Box, form: Form, told: str, act: Callable[[dict[str, Any], Any], object]
) -> HttpResponse:
    """Do it and go back to the box; say beside what was typed why it cannot be done."""
    if form.is_valid():
        try:
            act(form.cleaned_data, time_of(request).at)
        except DomainError as refusal:
            return _show(request, bench, _box(bench, box.job.pk), fault=refusal.detail, status=refusal.status)
        messages.success(request, told)
        return HttpResponseRedirect(reverse("hub:box", args=[bench.hub.pk, box.job.pk]))
    wrong = "; ".join(str(error) for errors in form.errors.values() for error in errors)
    return _show(request, bench, box, fault=wrong, status=400)


def _show(request: HttpRequest, bench: Bench, box: Box, *, fault: str = "", status: int = 200) -> HttpResponse:
    context = {
        "bench": bench,
        "box": box,
        "day": time_of(request).day,
        "rows": [
            (part, ReceiveForm(initial={"part": part.pk, "count": part.missing}), _loss_form(part))
            for part in box.parts
        ],
        "comes": packing.COMES,
        "is_open": box.stage in (Stage.AWAITING, Stage.COMPLETE),
        "losses": load_losses(box),
        "collect": amount_to_collect(box.fulfilment),
        "receiver": recipient_of(box.fulfilment, on=time_of(request).day),
        "card": card_of(box.fulfilment, on=time_of(request).day),
        "ship_form": ShipForm(),
        "end_form": EndForm(),
        "fault": fault,
    }
    return render(request, "hub/box.html", context, status=status)


def _loss_form(part: BoxPart) -> LossForm:
    """With the reasons that can be: what lies here may spoil here, what does not may be missing or broken."""
    form = LossForm(initial={"part": part.pk, "key": uuid4(), "quantity": 1}, auto_id=f"loss-{part.pk}-%s")
    here = {LossReason.SPOILED_HERE: part.received}
    form.fields["reason"].choices = [  # type: ignore[attr-defined]
        (reason.value, reason.label) for reason in LossReason if here.get(reason, part.missing)
    ]
    return form
