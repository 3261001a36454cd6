"""The list of inspections, one inspection, and each of its steps."""

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from ocop_badges import audit, subjects
from ocop_badges.desk.access import for_officers, mandate_for
from ocop_badges.desk.certificates.timeline import Told, timeline_of, told
from ocop_badges.desk.pages import Step, render_page
from ocop_badges.evidence_downloads import download_of
from ocop_badges.inspections.models import Inspection, InspectionConclusion
from ocop_badges.inspections.rules import Conclusion, InspectionState, can_be_drawn
from ocop_badges.models import AuditEntry
from ocop_badges.request_time import time_of

from .concluding_forms import FORMS as CONCLUDING
from .filters import InspectionFilter, find_inspections
from .forms import CancelForm, FindingForm, MendForm, StepForm, VisitForm, status_of
from .scope import file_or_404, finding_or_404, inspection_or_404, inspections_of

PAGE_SIZE = 50
STEPS: dict[str, type[StepForm]] = {"visit": VisitForm, "finding": FindingForm, "cancel": CancelForm}


@require_safe
@for_officers
def inspections(request: HttpRequest) -> HttpResponse:
    """``?q=&state=&follow_up=&kind=&province=&commune=&product=&p=``."""
    mandate, day = mandate_for(request), time_of(request).day
    form = InspectionFilter(request.GET, rows=inspections_of(mandate))
    found = find_inspections(mandate, form.cleaned_data if form.is_valid() else {}, day=day)
    paginator = Paginator(found if form.is_valid() else found.none(), PAGE_SIZE)
    items = paginator.get_page(request.GET.get("p"))
    about = subjects.by_ids({inspection.product_id for inspection in items})
    awaited = set(Inspection.objects.awaiting_decision(day).filter(pk__in=[each.pk for each in items]))
    query = request.GET.copy()
    query.pop("p", None)
    return render_page(
        request,
        "ocop_desk/inspections/list.html",
        {
            "form": form,
            "items": items,
            "rows": [
                {"inspection": each, "subject": about[each.product_id], "is_awaited": each in awaited} for each in items
            ],
            "count": paginator.count,
            "query": query.urlencode(),
            "day": day,
        },
        title=_("Inspections"),
        way=_way()[:1],
    )


@require_safe
@for_officers
def inspection(request: HttpRequest, public_id: str) -> HttpResponse:
    """One inspection with what was found, how it ended, and what can be done next."""
    mandate, day = mandate_for(request), time_of(request).day
    kept = inspection_or_404(mandate, public_id)
    entries = AuditEntry.objects.filter(product=kept.product_id, after__inspection=kept.public_id)
    context = {
        "inspection": kept,
        "subject": subjects.by_ids([kept.product_id])[kept.product_id],
        "findings": [
            {"finding": finding, "is_overdue": finding.is_overdue_on(day)}
            for finding in kept.findings.select_related("evidence_file", "mend_file").order_by("id")
        ],
        "is_awaited": Inspection.objects.awaiting_decision(day).filter(pk=kept.pk).exists(),
        "conclusions": _conclusions(kept),
        "timeline": [told(entry) for entry in entries.order_by("-number")],
        "day": day,
    }
    return render_page(
        request, "ocop_desk/inspections/inspection.html", context, title=_title(kept, context["subject"]), way=_way()
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """``visit``, ``finding`` and ``cancel``: a form of its own, back to the inspection afterwards."""
    kept = inspection_or_404(mandate_for(request), public_id)
    if name not in STEPS:
        raise Http404
    return _form_page(request, kept, STEPS[name], {})


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def mend(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    kept = inspection_or_404(mandate_for(request), public_id)
    return _form_page(request, kept, MendForm, {"finding": finding_or_404(kept, number)})


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def conclude(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """``…/conclude/{conclusion}/``; of a concluded inspection the decision it asked for, if not on record."""
    kept = inspection_or_404(mandate_for(request), public_id)
    if name not in set(Conclusion):
        raise Http404
    conclusion = Conclusion(name)
    is_later = kept.lacks_decision and kept.conclusion == conclusion
    return _form_page(request, kept, CONCLUDING[conclusion], {"conclusion": conclusion, "decides_later": is_later})


@require_safe
@for_officers
def evidence(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """A document about a product of the mandate, to be saved and never opened as a page of ours."""
    return download_of(file_or_404(mandate_for(request), public_id))


def _form_page(
    request: HttpRequest, kept: Inspection, form_class: type[StepForm], more: dict[str, Any]
) -> HttpResponse:
    now = time_of(request)
    bound = (request.POST, request.FILES) if request.method == "POST" else ()
    form = form_class(
        *bound,
        inspection=kept,
        mandate=mandate_for(request),
        day=now.day,
        version=audit.version_of(kept.product_id),
        **more,
    )
    address = reverse("ocop_desk:inspection", args=[kept.public_id])
    status = 200
    meanwhile: list[Told] = []
    if bound:
        if form.is_valid() and form.record(at=now.at, by=request.user) is not None:
            return redirect(address)
        status = status_of(form.refused)
        if form.refused and form.refused.code == "changed-meanwhile":
            before = form.renew_version()
            meanwhile = [each for each in timeline_of(kept.product_id) if each.number > before]
    subject = subjects.by_ids([kept.product_id])[kept.product_id]
    return render_page(
        request,
        "ocop_desk/inspections/form.html",
        {
            "form": form,
            "subject": subject,
            "button": form.button,
            "back": address,
            "explanation": form.explanation,
            "meanwhile": meanwhile,
        },
        title=form.title,
        way=[*_way(), (_title(kept, subject), address)],
        status=status,
    )


def _conclusions(kept: Inspection) -> list[tuple[str, str]]:
    """The conclusions that may be drawn now: their codes and words."""
    if kept.state != InspectionState.CARRIED_OUT:
        return []
    stars = kept.certificate.stars if kept.certificate else None
    return [
        (str(each.value), str(each.label))
        for each in InspectionConclusion
        if can_be_drawn(Conclusion(each.value), stars=stars)
    ]


def _title(kept: Inspection, subject: Any) -> str:
    return _("Inspection: %(product)s") % {"product": subject.name}


def _way() -> list[Step]:
    return [(_("OCOP"), reverse("ocop_desk:overview")), (_("Inspections"), reverse("ocop_desk:inspections"))]
