"""Inspections planned: of a product that was looked for, or of a sample."""

import secrets
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ocop_badges import subjects
from ocop_badges.desk.access import for_officers, mandate_for
from ocop_badges.desk.certificates.filters import find_products, typed
from ocop_badges.desk.certificates.scope import product_or_404, products_of
from ocop_badges.desk.pages import Step, render_page
from ocop_badges.errors import DomainError
from ocop_badges.ids import is_public_id
from ocop_badges.inspections import services
from ocop_badges.inspections.models import InspectionKind
from ocop_badges.inspections.sampling import propose_sample
from ocop_badges.request_time import time_of

from .forms import MAX_SAMPLE, PlanForm, SampleForm

FOUND = 20  # products shown of a search


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def plan(request: HttpRequest) -> HttpResponse:
    """``?q=`` looks for a product of the mandate, ``?product={product-id}`` plans its inspection."""
    mandate, now = mandate_for(request), time_of(request)
    asked = request.GET.get("product")
    if not asked:
        return render_page(
            request,
            "ocop_desk/inspections/pick.html",
            {"q": typed(request), "products": _search(request)},
            title=_("Plan an inspection"),
            way=_way(),
        )
    if not is_public_id(asked):
        raise Http404
    product = product_or_404(mandate, asked)
    form = PlanForm(request.POST or None, initial={"planned_on": now.day})
    if request.method == "POST" and form.is_valid():
        try:
            planned = services.plan_inspection(
                product_id=product.pk, on=now.day, at=now.at, by=request.user, mandate=mandate, **form.cleaned_data
            )
        except DomainError as error:
            _tell(form, error)
        else:
            return redirect("ocop_desk:inspection", planned.public_id)
    return render_page(
        request,
        "ocop_desk/inspections/form.html",
        {
            "form": form,
            "subject": subjects.by_ids([product.pk])[product.pk],
            "button": _("Plan it"),
            "back": reverse("ocop_desk:inspection-plan"),
            "explanation": _("Nobody but the officers sees an unannounced inspection before it is carried out."),
        },
        title=_("Plan an inspection"),
        way=_way(),
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@for_officers
def sample(request: HttpRequest) -> HttpResponse:
    """``?size=&seed=`` draws products not inspected for a year; what is ticked of them is planned at once."""
    mandate, now = mandate_for(request), time_of(request)
    asked = SampleForm(request.GET or None, initial={"seed": secrets.token_hex(4)})
    plan_form = PlanForm(
        request.POST or None, initial={"planned_on": now.day, "kind": InspectionKind.UNANNOUNCED}, prefix="plan"
    )
    if request.method == "POST":
        ticked = [public_id for public_id in request.POST.getlist("product")[:MAX_SAMPLE] if is_public_id(public_id)]
        chosen = list(products_of(mandate).filter(public_id__in=ticked).values_list("pk", flat=True))
        if not chosen:
            plan_form.add_error(None, _("Tick at least one product."))
        elif plan_form.is_valid():
            try:
                services.plan_inspections(
                    product_ids=chosen,
                    on=now.day,
                    at=now.at,
                    by=request.user,
                    mandate=mandate,
                    **_with_draw(plan_form.cleaned_data, asked),
                )
            except DomainError as error:
                _tell(plan_form, error)
            else:
                return redirect(f"{reverse('ocop_desk:inspections')}?state=planned")
    drawn: list[Any] = []
    if asked.is_valid():
        ids = propose_sample(
            scope=mandate.keeps(""), size=asked.cleaned_data["size"], seed=asked.cleaned_data["seed"], on=now.day
        )
        about = subjects.by_ids(ids)
        drawn = [about[pk] for pk in ids]
    return render_page(
        request,
        "ocop_desk/inspections/sample.html",
        {"form": asked, "plan_form": plan_form, "drawn": drawn, "is_drawn": asked.is_bound and asked.is_valid()},
        title=_("Plan a sample"),
        way=_way(),
        status=422 if request.method == "POST" else 200,
    )


def _with_draw(facts: dict[str, Any], asked: SampleForm) -> dict[str, Any]:
    """The plan with a note of how its products were drawn, so that anybody can draw them again."""
    if not asked.is_valid():
        return facts
    draw = _("Sample: seed %(seed)s, size %(size)d") % asked.cleaned_data
    return {**facts, "note": "\n".join(filter(None, [facts["note"], draw]))}


def _search(request: HttpRequest) -> list[Any]:
    asked = typed(request)
    if not asked:
        return []
    found = find_products(products_of(mandate_for(request)), asked)
    ids = list(found.values_list("pk", flat=True)[:FOUND])
    about = subjects.by_ids(ids)
    return [about[pk] for pk in ids]


def _tell(form: PlanForm, error: DomainError) -> None:
    for fault in error.faults:
        form.add_error(fault.field if fault.field in form.fields else None, fault.detail)
    if not error.faults:
        form.add_error(None, error.detail)


def _way() -> list[Step]:
    return [(_("OCOP"), reverse("ocop_desk:overview")), (_("Inspections"), reverse("ocop_desk:inspections"))]
