"""The pages on which somebody acts on a file: a form, the refusal with its article, the way back."""

from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from ocop_badges import audit, subjects
from ocop_badges import rules as certificate_rules
from ocop_badges.desk.access import for_the_programme, mandate_for
from ocop_badges.desk.pages import render_page
from ocop_badges.dossiers import rules
from ocop_badges.dossiers.contents import criteria_of, load_contents
from ocop_badges.dossiers.models import Dossier, ScoreSheet
from ocop_badges.dossiers.powers import keeps, power_refusal
from ocop_badges.dossiers.rules import Act, State
from ocop_badges.dossiers.services.deciding import FOR_THE_MINISTRY, NO_SHEETS
from ocop_badges.dossiers.services.scoring import SCORED_ALREADY
from ocop_badges.lifecycle import Refusal
from ocop_badges.officers import Mandate
from ocop_badges.request_time import time_of

from . import forms
from .acts import FOR_THE_PRODUCER, may
from .listing import way_to_list
from .page import history_of, own_sheets
from .scope import dossier_or_404, dossiers_of

SIMPLE_FORMS: dict[Act, type[forms.StepForm]] = {
    Act.SUBMIT: forms.SubmitForm,
    Act.WITHDRAW: forms.WithdrawForm,
    Act.CHECK: forms.CheckForm,
    Act.RETURN: forms.ReturnForm,
    Act.GIVE_TASK: forms.TaskForm,
    Act.SEND_TO_MINISTRY: forms.MinistryForm,
}
EVERY_METHOD = ["GET", "HEAD", "POST"]


@require_http_methods(EVERY_METHOD)
@for_the_programme
def act(request: HttpRequest, public_id: str, name: str) -> HttpResponse:
    """An act with one plain form: hand in, withdraw, check, return, give a task, send to the Ministry."""
    mandate = mandate_for(request)
    file, version = _file_and_version(mandate, public_id)
    wanted = Act(name)
    if wanted in FOR_THE_PRODUCER and not may(mandate, wanted, file):
        raise Http404
    form = _form(request, SIMPLE_FORMS[wanted], file, version)
    if _recorded(request, form):
        return _back(request, form)
    context = {"contents": load_contents(file, on=time_of(request).day) if wanted is Act.CHECK else None}
    return _page(request, file, [form], refusal=_refusal(mandate, wanted, file), context=context)


@require_http_methods(EVERY_METHOD)
@for_the_programme
def score(request: HttpRequest, public_id: str) -> HttpResponse:
    """A member's score sheet, or the conflict of interest declared instead (``form=conflict``)."""
    mandate = mandate_for(request)
    file, version = _file_and_version(mandate, public_id)
    criteria = criteria_of(file)
    is_conflict = request.POST.get("form") == "conflict"
    sheet = _form(request, forms.ScoreForm, file, version, is_posted=not is_conflict, criteria=criteria)
    conflict = _form(request, forms.ConflictForm, file, version, is_posted=is_conflict)
    for form in (sheet, conflict):
        if _recorded(request, form):
            return _back(request, form)
    refusal = _refusal(mandate, Act.SCORE, file)
    if refusal is None and own_sheets(request, file).exists():
        refusal = SCORED_ALREADY
    context = {"conflict": conflict, "contents": load_contents(file, on=time_of(request).day)}
    return _page(
        request, file, [sheet, conflict], refusal=refusal, context=context, template="ocop_desk/dossiers/score.html"
    )


@require_http_methods(EVERY_METHOD)
@for_the_programme
def decide(request: HttpRequest, public_id: str) -> HttpResponse:
    """The decision: the average of the sheets that count, the stars it earns, and the decision's fields."""
    mandate = mandate_for(request)
    file, version = _file_and_version(mandate, public_id)
    refusal = _refusal(mandate, Act.DECIDE, file)
    sheets = list(ScoreSheet.objects.of_step(file)) if refusal is None else []
    average = rules.average_of([sheet.as_sheet() for sheet in sheets])
    stars = certificate_rules.stars_for_score(average) if average is not None else 0
    if refusal is None and average is None:
        refusal = NO_SHEETS
    elif refusal is None and stars == certificate_rules.MAX_STARS and file.place is State.COUNCIL:
        refusal = FOR_THE_MINISTRY
    form_class = forms.CertifyForm if stars >= certificate_rules.MIN_STARS else forms.RejectForm
    form = _form(request, form_class, file, version)
    if _recorded(request, form):
        return _back(request, form)
    context = {"sheets": sheets, "average": average, "stars": stars}
    return _page(request, file, [form], refusal=refusal, context=context, template="ocop_desk/dossiers/decide.html")


@require_http_methods(EVERY_METHOD)
@for_the_programme
def finish_task(request: HttpRequest, public_id: str, number: int) -> HttpResponse:
    """Record a department's answer."""
    mandate = mandate_for(request)
    file, version = _file_and_version(mandate, public_id)
    task = file.tasks.filter(pk=number).first()
    if task is None:
        raise Http404
    form = _form(request, forms.FinishTaskForm, file, version, task=task)
    if _recorded(request, form):
        return _back(request, form)
    return _page(request, file, [form], refusal=power_refusal(Act.GIVE_TASK, file, mandate))


def _file_and_version(mandate: Mandate, public_id: str) -> tuple[Dossier, int]:
    """A file and the version of its product's trail, read first: whatever comes in between counts as not seen."""
    product_id = dossiers_of(mandate).filter(public_id=public_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise Http404
    version = audit.version_of(product_id)
    return dossier_or_404(mandate, public_id), version


def _form(
    request: HttpRequest,
    form_class: type[forms.StepForm],
    file: Dossier,
    version: int,
    *,
    is_posted: bool = True,
    **extra: Any,
) -> Any:
    is_bound = request.method == "POST" and is_posted
    return form_class(
        request.POST if is_bound else None,
        request.FILES if is_bound else None,
        dossier=file,
        day=time_of(request).day,
        version=version,
        **extra,
    )


def _recorded(request: HttpRequest, form: Any) -> bool:
    return form.is_bound and form.is_valid() and form.record(at=time_of(request).at, by=request.user)


def _back(request: HttpRequest, form: Any) -> HttpResponse:
    messages.success(request, _("Recorded: %(act)s") % {"act": form.title})
    return redirect("ocop_desk:dossier", form.dossier.public_id)


def _refusal(mandate: Mandate, wanted: Act, file: Dossier) -> Refusal | None:
    """Why the act would be refused to this person now."""
    refusal = rules.refusal_of(wanted, file.place)
    return refusal or (None if wanted in FOR_THE_PRODUCER else power_refusal(wanted, file, mandate))


def _page(
    request: HttpRequest,
    file: Dossier,
    shown: list[Any],
    *,
    refusal: Refusal | None,
    context: dict[str, Any] | None = None,
    template: str = "ocop_desk/dossiers/act.html",
) -> HttpResponse:
    mandate = mandate_for(request)
    subject = subjects.by_ids([file.product_id])[file.product_id]
    bound = next((form for form in shown if form.is_bound), None)
    status, meanwhile = HTTPStatus.OK, []
    if bound is not None:
        status = HTTPStatus(bound.refused.status) if bound.refused else HTTPStatus.BAD_REQUEST
        if bound.refused and bound.refused.code == "changed-meanwhile":
            seen = bound.renew_version()
            with_council = keeps(file.product, mandate)
            meanwhile = [told for told in history_of(file, with_council=with_council) if told.number > seen]
    return render_page(
        request,
        template,
        {
            "form": shown[0],
            "bound": bound,
            "dossier": file,
            "subject": subject,
            "refusal": refusal,
            "meanwhile": meanwhile,
            "back": reverse("ocop_desk:dossier", args=[file.public_id]),
            **(context or {}),
        },
        title=f"{shown[0].title}: {subject.name}",
        way=[*way_to_list(mandate), (subject.name, reverse("ocop_desk:dossier", args=[file.public_id]))],
        status=status,
    )
