"""What goes into a file: points by criterion, documents and photos, things confirmed."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.portal.access import Seat, for_members
from marketplace.portal.file_forms import PointsForm, UploadForm
from marketplace.portal.filing import with_deadlines
from ocop_badges.dossiers import services
from ocop_badges.dossiers.contents import checklist_of, criteria_of, load_contents
from ocop_badges.dossiers.models import ChecklistItem, Criterion, Dossier, DossierEvidence, Proof
from ocop_badges.errors import DomainError
from ocop_badges.evidence_downloads import download_of
from ocop_badges.request_time import time_of

from .files import file_or_404

MOST_AT_ONCE = 20


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def points(request: HttpRequest, seat: Seat, file_id: str) -> HttpResponse:
    """Form 02: one's own points by criterion, with sums and the stars they would earn."""
    dossier = file_or_404(seat, file_id)
    contents = load_contents(dossier, on=time_of(request).day)
    form = PointsForm(request.POST if request.method == "POST" else None, parts=contents.parts)
    if request.method == "POST" and form.is_valid():
        try:
            services.set_self_assessment(dossier=dossier, points=form.points)
        except DomainError as refusal:
            _say(form, refusal)
        else:
            messages.success(request, _("Your points are kept."))
            return _to(seat, dossier, "file-points")
    context = {
        "seat": seat,
        "here": "files",
        "dossier": dossier,
        "open_file": with_deadlines(dossier),
        "contents": contents,
        "form": form,
    }
    return render(request, "portal/file_points.html", context)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def item(request: HttpRequest, seat: Seat, file_id: str, code: str) -> HttpResponse:
    """The documents for one item of the checklist."""
    dossier = file_or_404(seat, file_id)
    wanted = _item(dossier, code)
    if wanted.proof != Proof.FILE:
        raise Http404
    return _documents(request, seat, dossier, item=wanted, criterion=None)


@for_members
@require_http_methods(["GET", "HEAD", "POST"])
def criterion(request: HttpRequest, seat: Seat, file_id: str, criterion_id: int) -> HttpResponse:
    """The documents behind the points for one criterion."""
    dossier = file_or_404(seat, file_id)
    found = next((each for each in criteria_of(dossier) if each.pk == criterion_id), None)
    if found is None:
        raise Http404
    return _documents(request, seat, dossier, item=None, criterion=found)


@for_members
@require_POST
def tick(request: HttpRequest, seat: Seat, file_id: str, code: str) -> HttpResponse:
    """Say that an item without papers is done, or with ``undo`` that it is not."""
    dossier = file_or_404(seat, file_id)
    wanted = _item(dossier, code)
    try:
        if "undo" in request.POST:
            services.untick_item(dossier=dossier, item=wanted)
        else:
            services.tick_item(dossier=dossier, item=wanted, at=time_of(request).at, by=request.user)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    return _to(seat, dossier, "file")


@for_members
@require_safe
def evidence(request: HttpRequest, seat: Seat, file_id: str, evidence_id: str) -> HttpResponseBase:
    """A document as it was handed in, to be saved: nothing that came from outside runs on this site."""
    return download_of(_evidence(seat, file_id, evidence_id).evidence_file)


@for_members
@require_POST
def remove(request: HttpRequest, seat: Seat, file_id: str, evidence_id: str) -> HttpResponse:
    link = _evidence(seat, file_id, evidence_id)
    try:
        services.remove_evidence(evidence=link)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("Taken out of the file: {name}").format(name=link.evidence_file.name))
    if link.item is not None:
        return _to(seat, link.dossier, "file-item", link.item.code)
    return _to(seat, link.dossier, "file-criterion", link.criterion_id)


def _documents(
    request: HttpRequest, seat: Seat, dossier: Dossier, *, item: ChecklistItem | None, criterion: Criterion | None
) -> HttpResponse:
    form = UploadForm(
        request.POST if request.method == "POST" else None, request.FILES if request.method == "POST" else None
    )
    if request.method == "POST" and form.is_valid():
        kept = _keep_all(request, dossier, form, item=item, criterion=criterion)
        if kept:
            told = ngettext("{number} document is in the file.", "{number} documents are in the file.", kept)
            messages.success(request, told.format(number=kept))
        if not form.errors:
            return HttpResponseRedirect(request.path)
    links = DossierEvidence.objects.filter(dossier=dossier, item=item, criterion=criterion)
    context = {
        "seat": seat,
        "here": "files",
        "dossier": dossier,
        "open_file": with_deadlines(dossier),
        "thing": item or criterion,
        "item": item,
        "criterion": criterion,
        "links": links.select_related("evidence_file").order_by("id"),
        "day": time_of(request).day,
        "form": form,
    }
    return render(request, "portal/file_documents.html", context)


def _keep_all(
    request: HttpRequest,
    dossier: Dossier,
    form: UploadForm,
    *,
    item: ChecklistItem | None,
    criterion: Criterion | None,
) -> int:
    """Keep each document that can be kept and say of each other why not; returns how many were kept."""
    uploads = request.FILES.getlist("upload")
    if len(uploads) > MOST_AT_ONCE:
        form.add_error("upload", _("At most {limit} at once.").format(limit=MOST_AT_ONCE))
        return 0
    kept = 0
    for upload in uploads:
        name = upload.name or ""
        try:
            services.attach_evidence(
                dossier=dossier,
                upload=upload,
                name=name,
                at=time_of(request).at,
                by=request.user,
                item=item,
                criterion=criterion,
                valid_until=form.cleaned_data["valid_until"],
            )
        except DomainError as refusal:
            form.add_error("upload", f"{name}: {refusal.detail}" if len(uploads) > 1 else refusal.detail)
        else:
            kept += 1
    return kept


def _item(dossier: Dossier, code: str) -> ChecklistItem:
    found = next((item for item in checklist_of(dossier) if item.code == code), None)
    if found is None:
        raise Http404
    return found


def _evidence(seat: Seat, file_id: str, evidence_id: str) -> DossierEvidence:
    """A document of one's own file. Its address names the document kept, not the row that puts it there."""
    dossier = file_or_404(seat, file_id)
    links = DossierEvidence.objects.filter(dossier=dossier).select_related("evidence_file", "item", "dossier")
    return get_object_or_404(links, evidence_file__public_id=evidence_id)


def _say(form: PointsForm, refusal: DomainError) -> None:
    """What is wrong, beside the field that it is about."""
    for fault in refusal.faults:
        form.add_error(fault.field if fault.field in form.fields else None, fault.detail)
    if not refusal.faults:
        form.add_error(None, refusal.detail)


def _to(seat: Seat, dossier: Dossier, name: str, *more: object) -> HttpResponseRedirect:
    return HttpResponseRedirect(reverse(f"portal:{name}", args=[seat.producer.public_id, dossier.public_id, *more]))
