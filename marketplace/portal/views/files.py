"""My file: begin one, see where it lies and what is missing, hand it in, give it up."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from catalog.models import Product
from marketplace.portal.access import Seat, for_members
from marketplace.portal.file_forms import BeginForm
from marketplace.portal.filing import choices_for, files_of, product_of, with_deadlines
from marketplace.portal.standing import load_standings
from ocop_badges import audit
from ocop_badges.dossiers import services
from ocop_badges.dossiers.contents import load_contents
from ocop_badges.dossiers.deadlines import window_of
from ocop_badges.dossiers.models import Dossier
from ocop_badges.dossiers.readiness import next_star, readiness_of
from ocop_badges.dossiers.rules import Kind
from ocop_badges.errors import DomainError
from ocop_badges.request_time import time_of
from ocop_badges.rules import MAX_STARS, MIN_STARS, Status

CLOSED_SHOWN = 50


@for_members
@require_safe
def files(request: HttpRequest, seat: Seat) -> HttpResponse:
    """Files in progress, products that may begin one, and what was decided or withdrawn."""
    day = time_of(request).day
    current = list(files_of(seat.producer).in_progress())
    busy = {dossier.product_id for dossier in current}
    standings = load_standings(Product.objects.filter(producer=seat.producer).exclude(pk__in=busy), day=day)
    context = {
        "seat": seat,
        "here": "files",
        "current": current,
        "standings": standings,
        "closed": list(files_of(seat.producer).filter(closed_on__isnull=False)[:CLOSED_SHOWN]),
    }
    return render(request, "portal/files.html", context)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, seat: Seat, product_id: str) -> HttpResponse:
    """Choose what to ask for. One file of a product is in progress at a time: then the way leads there."""
    product = _product(seat, product_id)
    current = files_of(seat.producer).in_progress().filter(product=product).first()
    if current is not None:
        return _to_file(seat, current)
    time = time_of(request)
    standing = load_standings([product], day=time.day)[0]
    form = BeginForm(request.POST if request.method == "POST" else None, choices=choices_for(standing))
    if request.method == "POST" and form.is_valid():
        try:
            dossier = services.open_dossier(
                product=product,
                kind=Kind(form.choice.kind),
                target_stars=form.choice.target_stars,
                at=time.at,
                on=time.day,
                by=request.user,
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return _to_file(seat, dossier)
    context = {"seat": seat, "here": "files", "product": product, "standing": standing, "form": form}
    return render(request, "portal/file_begin.html", context)


@for_members
@require_safe
def file(request: HttpRequest, seat: Seat, file_id: str) -> HttpResponse:
    """Where it lies, the deadlines, the checklist of article 6 and what is missing."""
    dossier = file_or_404(seat, file_id)
    return render(request, "portal/file.html", _context(request, seat, dossier))


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def submit(request: HttpRequest, seat: Seat, file_id: str) -> HttpResponse:
    """A last look before it leaves, then it is handed in to the commune."""
    return _leave(request, seat, file_id, services.submit_dossier, "portal/file_submit.html", _("Handed in."))


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, seat: Seat, file_id: str) -> HttpResponse:
    return _leave(request, seat, file_id, services.withdraw_dossier, "portal/file_withdraw.html", _("Withdrawn."))


@for_members
@require_safe
def readiness(request: HttpRequest, seat: Seat, product_id: str) -> HttpResponse:
    """What is missing for the next star, point by point."""
    product = _product(seat, product_id)
    day = time_of(request).day
    standing = load_standings([product], day=day)[0]
    lasts = standing.certificate is not None and standing.status in (Status.VALID, Status.SUSPENDED, Status.UPCOMING)
    stars_held = standing.certificate.stars if standing.certificate and lasts else None
    asked = request.GET.get("stars", "")
    target = int(asked) if asked in ("3", "4", "5") else next_star(stars_held) or MAX_STARS
    context = {
        "seat": seat,
        "here": "files",
        "product": product,
        "stars_held": stars_held,
        "stars_now": stars_held if standing.status == Status.VALID else None,
        "targets": range(MIN_STARS, MAX_STARS + 1),
        "readiness": readiness_of(product, target=target, on=day),
        "current": files_of(seat.producer).in_progress().filter(product=product).first(),
    }
    return render(request, "portal/readiness.html", context)


def file_or_404(seat: Seat, file_id: str) -> Dossier:
    """A file of the seat's producer."""
    dossier: Dossier = get_object_or_404(files_of(seat.producer), public_id=file_id)
    return dossier


def _product(seat: Seat, product_id: str) -> Product:
    product = product_of(seat.producer, product_id)
    if product is None:
        raise Http404
    return product


def _to_file(seat: Seat, dossier: Dossier) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse("portal:file", args=[seat.producer.public_id, dossier.public_id]))


def _context(request: HttpRequest, seat: Seat, dossier: Dossier) -> dict[str, Any]:
    day = time_of(request).day
    window = window_of(dossier)
    return {
        "seat": seat,
        "here": "files",
        "dossier": dossier,
        "open_file": with_deadlines(dossier),
        "contents": load_contents(dossier, on=day),
        "returns": list(dossier.returns.order_by("-returned_on", "-id")),
        "window": window,
        "window_is_ahead": window is not None and day < window[0],
        "window_is_over": window is not None and day > window[1],
        "day": day,
        "seen": audit.version_of(dossier.product_id),
    }


def _leave(request: HttpRequest, seat: Seat, file_id: str, act: Any, template: str, told: str) -> HttpResponse:
    """The page that asks once more, and the act itself. ``seen`` is the state of things that the person looked at."""
    dossier = file_or_404(seat, file_id)
    faults: list[str] = []
    status = 200
    if request.method == "POST":
        time = time_of(request)
        seen = request.POST.get("seen", "")
        try:
            act(
                dossier=dossier,
                at=time.at,
                on=time.day,
                by=request.user,
                seen=int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None,
            )
        except DomainError as refusal:
            faults = [fault.detail for fault in refusal.faults] or [refusal.detail]
            status = refusal.status
        else:
            messages.success(request, told)
            return _to_file(seat, dossier)
    return render(request, template, {**_context(request, seat, dossier), "faults": faults}, status=status)
