"""The list of certificates and the files made of it."""

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ocop_badges import subjects
from ocop_badges.desk.access import for_officers, mandate_for
from ocop_badges.desk.certificates import export
from ocop_badges.desk.certificates.filters import FilterForm, find
from ocop_badges.desk.certificates.wording import LAPSED, STATUS_NAMES
from ocop_badges.desk.pages import render_page
from ocop_badges.request_time import time_of
from ocop_badges.rules import Status

PAGE_SIZE = 50


@require_safe
@for_officers
def certificates(request: HttpRequest) -> HttpResponse:
    """``?q=&status=&stars=&product_set=&province=&commune=&ends_from=&ends_to=&window=&sort=&p=``."""
    mandate, day = mandate_for(request), time_of(request).day
    form = FilterForm(request.GET, mandate=mandate)
    asked = form.cleaned_data if form.is_valid() else {}
    found = find(mandate, asked, day=day)
    paginator = Paginator(found if form.is_valid() else found.none(), PAGE_SIZE)
    items = paginator.get_page(request.GET.get("p"))
    about = subjects.by_ids({certificate.product_id for certificate in items})
    rows = [
        {
            "certificate": certificate,
            "subject": about[certificate.product_id],
            "status": status,
            "status_name": _("Lapsed") if status == LAPSED else STATUS_NAMES[status],
        }
        for certificate in items
        for status in [shown_status(certificate)]
    ]
    query = request.GET.copy()
    query.pop("p", None)
    return render_page(
        request,
        "ocop_desk/certificates/list.html",
        {
            "form": form,
            "items": items,
            "rows": rows,
            "elided_page_range": paginator.get_elided_page_range(items.number),
            "query": query.urlencode(),
            "count": paginator.count,
        },
        title=_("Certificates"),
        way=[(_("OCOP"), reverse("ocop_desk:overview"))],
    )


@require_safe
@for_officers
def export_certificates(request: HttpRequest, kind: str) -> HttpResponseBase:
    """What the list's filters let through, as CSV or as XLSX."""
    mandate, day = mandate_for(request), time_of(request).day
    form = FilterForm(request.GET, mandate=mandate)
    if not form.is_valid():  # the list tells what is wrong with them
        return redirect(f"{reverse('ocop_desk:certificates')}?{request.GET.urlencode()}")
    lines = export.lines_of(find(mandate, form.cleaned_data, day=day))
    name = f"ocop-{day.isoformat()}.{kind}"
    response: HttpResponseBase
    match kind:
        case "csv":
            response = StreamingHttpResponse(export.as_csv(lines), content_type="text/csv; charset=utf-8")
            response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        case "xlsx":
            response = FileResponse(
                export.as_xlsx(lines), as_attachment=True, filename=name, content_type=export.XLSX_TYPE
            )
        case _:
            raise Http404
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def shown_status(certificate: object) -> str:
    """The status of a row of ``find``: a lapsed one says more than that it has expired."""
    status, is_renewed = certificate.status, certificate.is_renewed  # type: ignore[attr-defined]
    return LAPSED if status == Status.EXPIRED and not is_renewed else str(status)
