"""The list of files with their deadlines."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from ocop_badges import subjects
from ocop_badges.desk.access import for_the_programme, mandate_for
from ocop_badges.desk.pages import Step, render_page
from ocop_badges.officers import Mandate
from ocop_badges.request_time import time_of

from .filters import FilterForm, find
from .scope import dossiers_of
from .wording import days_left

PAGE_SIZE = 50


@require_safe
@for_the_programme
def dossiers(request: HttpRequest) -> HttpResponse:
    """``?q=&state=&kind=&due=&mine=&product=&p=``; files in progress unless asked otherwise, most urgent first."""
    mandate, day = mandate_for(request), time_of(request).day
    form = FilterForm(request.GET, mandate=mandate)
    found = (
        find(mandate, form.cleaned_data, day=day, user=request.user) if form.is_valid() else dossiers_of(mandate).none()
    )
    paginator = Paginator(found, PAGE_SIZE)
    items = paginator.get_page(request.GET.get("p"))
    about = subjects.by_ids({dossier.product_id for dossier in items})
    rows = [
        {
            "dossier": dossier,
            "subject": about[dossier.product_id],
            "left": days_left(dossier.due_on, on=day),
            "is_overdue": dossier.due_on is not None and dossier.due_on < day,
        }
        for dossier in items
    ]
    query = request.GET.copy()
    query.pop("p", None)
    return render_page(
        request,
        "ocop_desk/dossiers/list.html",
        {
            "form": form,
            "items": items,
            "rows": rows,
            "elided_page_range": paginator.get_elided_page_range(items.number),
            "query": query.urlencode(),
            "count": paginator.count,
        },
        title=_("Certification files"),
        way=way_to_overview(mandate),
    )


def way_to_overview(mandate: Mandate) -> list[Step]:
    """The overview is for officers: others begin with their files."""
    return [(_("OCOP"), reverse("ocop_desk:overview"))] if mandate.is_officer else []


def way_to_list(mandate: Mandate) -> list[Step]:
    return [*way_to_overview(mandate), (_("Certification files"), reverse("ocop_desk:dossiers"))]
