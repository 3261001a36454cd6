"""One file with all that its reader may know of it."""

from decimal import Decimal

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.http import require_safe

from ocop_badges import rules as certificate_rules
from ocop_badges import subjects
from ocop_badges.desk.access import for_the_programme, mandate_for
from ocop_badges.desk.certificates.timeline import Told, told
from ocop_badges.desk.pages import render_page
from ocop_badges.dossiers import rules
from ocop_badges.dossiers.contents import load_contents
from ocop_badges.dossiers.deadlines import deadlines_of, load_clockwork, window_of
from ocop_badges.dossiers.models import Dossier, ScoreSheet
from ocop_badges.dossiers.ports import quality_of
from ocop_badges.dossiers.powers import keeps
from ocop_badges.dossiers.readiness import assess
from ocop_badges.dossiers.rules import Act
from ocop_badges.evidence_downloads import download_of
from ocop_badges.models import AuditEntry
from ocop_badges.officers import Mandate
from ocop_badges.request_time import time_of

from .acts import may, offered
from .listing import way_to_list
from .scope import dossier_or_404, evidence_or_404
from .wording import ACT_NAMES, OF_THE_COUNCIL, days_left


@require_safe
@for_the_programme
def dossier(request: HttpRequest, public_id: str) -> HttpResponse:
    """``/admin/ocop/files/{file-id}/``."""
    mandate, day = mandate_for(request), time_of(request).day
    file = dossier_or_404(mandate, public_id)
    subject = subjects.by_ids([file.product_id])[file.product_id]
    is_officer = keeps(file.product, mandate)
    sheets = list(ScoreSheet.objects.of_step(file) if is_officer else own_sheets(request, file))
    average = rules.average_of([sheet.as_sheet() for sheet in sheets]) if is_officer else file.score
    contents = load_contents(file, on=day)
    context = {
        "dossier": file,
        "subject": subject,
        "contents": contents,
        "lacking": assess(contents, quality_of(file.product_id), target=file.target_stars, on=day).missing
        if file.place in rules.OPEN
        else [],
        "deadlines": [(each, days_left(each.due_on, on=day)) for each in deadlines_of(file, load_clockwork())],
        "window": window_of(file),
        "is_officer": is_officer,
        "sheets": sheets,
        "average": average,
        "average_stars": certificate_rules.stars_for_score(average) if average is not None else None,
        "counting": sum(not sheet.has_conflict for sheet in sheets),
        "checks": file.commune_checks.select_related("recorded_by", "evidence_file").order_by("id"),
        "returns": file.returns.order_by("-id"),
        "tasks": [
            (task, "" if task.done_on else days_left(task.due_on, on=day))
            for task in file.tasks.select_related("evidence_file").order_by("id")
        ],
        "may_finish": may(mandate, Act.GIVE_TASK, file),
        "may_edit": may(mandate, Act.EDIT, file) and rules.refusal_of(Act.EDIT, file.place) is None,
        "actions": [
            (ACT_NAMES[act], reverse(f"ocop_desk:dossier-{act.value}", args=[public_id]))
            for act in offers(request, mandate, file, average)
        ],
        "timeline": history_of(file, with_council=is_officer),
    }
    title = f"{subject.name}: {file.get_kind_display()}, {file.target_stars} ★"
    return render_page(request, "ocop_desk/dossiers/dossier.html", context, title=title, way=way_to_list(mandate))


@require_safe
@for_the_programme
def evidence(request: HttpRequest, public_id: str, file_id: str) -> HttpResponseBase:
    """A document of the file, to be saved and never to be opened as a page of ours."""
    return download_of(evidence_or_404(dossier_or_404(mandate_for(request), public_id), file_id))


def offers(request: HttpRequest, mandate: Mandate, file: Dossier, average: Decimal | None) -> list[Act]:
    """The acts offered to this person: one sheet each, and the Ministry only for what earns five stars."""
    acts = offered(mandate, file)
    if Act.SEND_TO_MINISTRY in acts:
        is_the_ministrys = average is not None and rules.is_the_ministrys(average)
        acts.remove(Act.DECIDE if is_the_ministrys else Act.SEND_TO_MINISTRY)
    if Act.SCORE in acts and own_sheets(request, file).exists():
        acts.remove(Act.SCORE)
    return acts


def own_sheets(request: HttpRequest, file: Dossier) -> "QuerySet[ScoreSheet]":
    """What this person made of the file as it lies now: members do not see one another's sheets."""
    return ScoreSheet.objects.of_step(file).filter(recorded_by=request.user.pk)


def history_of(file: Dossier, *, with_council: bool) -> list[Told]:
    """What the trail tells of this file, the latest first."""
    entries = AuditEntry.objects.filter(product=file.product_id, after__file=file.public_id)
    if not with_council:
        entries = entries.exclude(action__in=OF_THE_COUNCIL)
    return [told(entry) for entry in entries.select_related("certificate").order_by("-number")]
