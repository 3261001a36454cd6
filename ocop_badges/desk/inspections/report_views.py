"""The inbox of shoppers' reports."""

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from ocop_badges import subjects
from ocop_badges.desk.access import for_officers, mandate_for
from ocop_badges.desk.pages import render_page
from ocop_badges.inspections.models import MarkReport
from ocop_badges.inspections.rules import KEEP_CONTACTS
from ocop_badges.request_time import time_of

from .filters import ReportFilter, find_reports
from .forms import status_of
from .report_forms import FORMS, ReportStepForm, steps_of
from .scope import report_or_404, reports_of

PAGE_SIZE = 50


@require_safe
@for_officers
def reports(request: HttpRequest) -> HttpResponse:
    """``?state=&outcome=&about=&province=&commune=&p=``."""
    mandate = mandate_for(request)
    form = ReportFilter(request.GET, rows=reports_of(mandate))
    found = find_reports(mandate, form.cleaned_data if form.is_valid() else {})
    paginator = Paginator(found if form.is_valid() else found.none(), PAGE_SIZE)
    items = paginator.get_page(request.GET.get("p"))
    about = subjects.by_ids({report.product_id for report in items if report.product_id})
    query = request.GET.copy()
    query.pop("p", None)
    return render_page(
        request,
        "ocop_desk/inspections/reports.html",
        {
            "form": form,
            "items": items,
            "rows": [{"report": each, "subject": about.get(each.product_id or 0)} for each in items],
            "count": paginator.count,
            "query": query.urlencode(),
        },
        title=_("Reports from shoppers"),
        way=[(_("OCOP"), reverse("ocop_desk:overview"))],
    )


@require_safe
@for_officers
def report(request: HttpRequest, public_id: str) -> HttpResponse:
    """One report with its notes, and what can be done with it."""
    return _page(request, report_or_404(mandate_for(request), public_id), None)


@require_POST
@for_officers
def report_step(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """One thing done with a report; back to it, or to the inspection that was planned, or to the inbox."""
    mandate, now = mandate_for(request), time_of(request)
    kept = report_or_404(mandate, public_id)
    if name not in FORMS:
        raise Http404
    form = FORMS[name](request.POST, report=kept, mandate=mandate, day=now.day, prefix=name)
    if not form.is_valid() or form.record(at=now.at, by=request.user) is None:
        return _page(request, kept, form)
    if reports_of(mandate).filter(pk=kept.pk).exists():
        return redirect("ocop_desk:report", kept.public_id)
    return redirect("ocop_desk:reports")


def _page(request: HttpRequest, kept: MarkReport, refused: ReportStepForm | None) -> HttpResponse:
    mandate, day = mandate_for(request), time_of(request).day
    kept = report_or_404(mandate, kept.public_id)
    steps = []
    for name in steps_of(kept):
        is_refused = refused is not None and refused.prefix == name
        form = refused if is_refused else FORMS[name](report=kept, mandate=mandate, day=day, prefix=name)
        steps.append({"name": name, "form": form})
    # A step that the report no longer allows still tells why it was refused.
    told = refused.non_field_errors() if refused is not None and refused.prefix not in steps_of(kept) else ()
    context = {
        "report": kept,
        "subject": subjects.by_ids([kept.product_id]).get(kept.product_id) if kept.product_id else None,
        "notes": kept.notes.select_related("by").order_by("-at", "-id"),
        "steps": steps,
        "told": told,
        "keep_days": KEEP_CONTACTS.days,
    }
    return render_page(
        request,
        "ocop_desk/inspections/report.html",
        context,
        title=_("Report %(number)s") % {"number": kept.public_id},
        way=[
            (_("OCOP"), reverse("ocop_desk:overview")),
            (_("Reports from shoppers"), reverse("ocop_desk:reports")),
        ],
        status=status_of(refused.refused) if refused is not None else 200,
    )
