"""What the commune and the province make of a file: the check, the return, the tasks for departments."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from ocop_badges.dossiers.models import CommuneCheck, DepartmentTask, Dossier, DossierReturn
from ocop_badges.dossiers.powers import check_power
from ocop_badges.dossiers.rules import Act, State
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.models import EvidenceFile
from ocop_badges.officers import mandate_of
from ocop_badges.services import lock_product

from .steps import checked_text, locked_by_authority, move, tell


@transaction.atomic
def check_by_commune(
    *,
    dossier: Dossier,
    is_complete: bool,
    at: datetime,
    on: date,
    by: Any,
    note: str = "",
    evidence_file: EvidenceFile | None = None,
    seen: int | None = None,
) -> CommuneCheck:
    """Record Form 03 (article 7.2): a file found complete goes to the provincial council, another to its producer.

    The commune's own officer records it, or an officer of the province from the commune's signed paper, whose scan
    (``evidence_file``) is then required. ``note`` says what is missing and is required then.
    """
    dossier = locked_by_authority(dossier, Act.CHECK, by=by, seen=seen)
    product: Any = dossier.product
    if product.commune_id not in mandate_of(by).communes and evidence_file is None:
        raise InvalidFact(_("Attach the Form 03 that the commune signed."), field="evidence_file", code="required")
    note = checked_text(note, "note", required=not is_complete)
    check = CommuneCheck.objects.create(
        dossier=dossier,
        attempt=dossier.attempt,
        is_complete=is_complete,
        note=note,
        checked_on=on,
        evidence_file=evidence_file,
        recorded_at=at,
        recorded_by=by,
    )
    if is_complete:
        dossier.complete_on = on
        move(dossier, State.COUNCIL)
    else:
        _write_return(dossier, note, at=at, on=on, by=by)
    tell(dossier, "commune-checked", at=at, by=by, before=State.COMMUNE_CHECK, is_complete=is_complete, note=note)
    return check


@transaction.atomic
def return_dossier(
    *, dossier: Dossier, reason: str, at: datetime, on: date, by: Any, seen: int | None = None
) -> DossierReturn:
    """Send a file back to its producer with the reasons; handed in again, it begins with the commune's check."""
    dossier = locked_by_authority(dossier, Act.RETURN, by=by, seen=seen)
    before = dossier.place
    reason = checked_text(reason, "reason")
    written = _write_return(dossier, reason, at=at, on=on, by=by)
    tell(dossier, "file-returned", at=at, by=by, before=before, reason=reason)
    return written


@transaction.atomic
def give_task(
    *,
    dossier: Dossier,
    department: str,
    what: str,
    due_on: date,
    at: datetime,
    on: date,
    by: Any,
    seen: int | None = None,
) -> DepartmentTask:
    """Ask a department for something (a test, an opinion, a visit) until ``due_on``."""
    dossier = locked_by_authority(dossier, Act.GIVE_TASK, by=by, seen=seen)
    department = checked_text(department, "department", limit=200)
    what = checked_text(what, "what", limit=1000)
    if due_on < on:
        raise InvalidFact(_("This day has passed."), field="due_on", code="past")
    task = DepartmentTask.objects.create(
        dossier=dossier,
        department=department,
        what=what,
        given_on=on,
        due_on=due_on,
        recorded_at=at,
        recorded_by=by,
    )
    tell(dossier, "task-given", at=at, by=by, department=department, what=what, due_on=due_on)
    return task


@transaction.atomic
def finish_task(
    *,
    task: DepartmentTask,
    done_on: date,
    at: datetime,
    on: date,
    by: Any,
    note: str = "",
    evidence_file: EvidenceFile | None = None,
    seen: int | None = None,
) -> DepartmentTask:
    """Record a department's answer, in whatever state the file is by then."""
    lock_product(task.dossier.product_id, seen=seen)
    task = DepartmentTask.objects.select_related("dossier__product").get(pk=task.pk)
    check_power(Act.GIVE_TASK, task.dossier, mandate_of(by))
    if task.done_on is not None:
        raise DomainError(_("This task is finished already."), code="task-finished")
    if done_on < task.given_on:
        raise InvalidFact(_("That is before the task was given."), field="done_on", code="before-the-task")
    if done_on > on:
        raise InvalidFact(_("This day has not come yet."), field="done_on", code="future")
    task.done_on = done_on
    task.note = checked_text(note, "note", required=False)
    task.evidence_file = evidence_file
    task.done_recorded_by = by
    task.save()
    tell(task.dossier, "task-done", at=at, by=by, department=task.department, done_on=done_on, note=task.note)
    return task


def _write_return(dossier: Dossier, reason: str, *, at: datetime, on: date, by: Any) -> DossierReturn:
    move(dossier, State.RETURNED)
    return DossierReturn.objects.create(
        dossier=dossier, attempt=dossier.attempt, reason=reason, returned_on=on, recorded_at=at, recorded_by=by
    )
