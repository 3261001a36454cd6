"""What the people of the programme record about a file: one form for each act, its document kept only with the act."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_badges.desk.certificates.filters import day_field
from ocop_badges.desk.certificates.forms import DOCUMENTS, text_field
from ocop_badges.dossiers import services
from ocop_badges.dossiers.models import Criterion, DepartmentTask, Dossier
from ocop_badges.dossiers.rules import Act
from ocop_badges.errors import DomainError, Fault
from ocop_badges.forms import MESSAGES
from ocop_badges.services import lock_product, transaction_with_evidence

from .wording import ACT_NAMES


def document_field(label: Any, help_text: Any = "", *, required: bool = False) -> forms.FileField:
    return forms.FileField(
        label=label,
        help_text=help_text or _("PDF, JPEG or PNG, at most 10 MB."),
        required=required,
        widget=forms.FileInput(attrs={"accept": DOCUMENTS}),
    )


class StepForm(forms.Form):
    """An act on a file by somebody who looked at version ``seen`` of its product's trail.

    ``refused`` is what the service said, if it refused.
    """

    title: str | Promise = ""
    explanation: str | Promise = ""
    button: str | Promise = _("Record")
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, dossier: Dossier, day: date, version: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.dossier = dossier
        self.day = day
        self.version = version
        self.initial["seen"] = version
        self.refused: DomainError | None = None
        self.begin()

    def begin(self) -> None:
        """Fit the fields to the file."""

    def record(self, *, at: datetime, by: Any) -> bool:
        """Do it; where the service refuses, its faults stand beside their fields and nothing is written."""
        facts = dict(self.cleaned_data)
        upload = facts.pop("evidence_file", None)
        product_id = self.dossier.product_id
        try:
            with transaction_with_evidence() as keep:
                lock_product(product_id, seen=facts.get("seen"))
                if upload is not None:
                    facts["evidence_file"] = keep(product_id=product_id, upload=upload, name=upload.name, at=at, by=by)
                self.call(facts, at=at, on=self.day, by=by)
        except DomainError as error:
            self.refused = error
            for fault in error.faults or [Fault(error.detail, error.code)]:
                message = MESSAGES.get(fault.code, fault.detail)
                self.add_error(fault.field if fault.field in self.fields else None, str(message))
            return False
        return True

    def renew_version(self) -> int:
        """After a conflict: what was typed stays, and is about the file as it is shown now. The version seen before."""
        self.data = {**self.data.dict(), "seen": str(self.version)}  # type: ignore[attr-defined]
        return int(self.cleaned_data["seen"])

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        raise NotImplementedError


class SubmitForm(StepForm):
    title = ACT_NAMES[Act.SUBMIT]
    explanation = _("Its producer asked you to hand the file in: the commune then checks it (article 7.2).")
    button = _("Hand in")

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        services.submit_dossier(dossier=self.dossier, **facts, **who_and_when)


class WithdrawForm(StepForm):
    title = ACT_NAMES[Act.WITHDRAW]
    explanation = _("Its producer gave the file up. It stays on record; another one may be opened.")
    button = _("Withdraw")

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        services.withdraw_dossier(dossier=self.dossier, **facts, **who_and_when)


class CheckForm(StepForm):
    title = ACT_NAMES[Act.CHECK]
    explanation = _(
        "The commune says whether the file is complete and true (article 7.2). Complete, it goes to the provincial "
        "council; otherwise back to its producer with your note. An officer of the province attaches the Form 03 that "
        "the commune signed."
    )

    is_complete = forms.TypedChoiceField(
        label=_("result"),
        choices=[
            ("yes", _("complete and true: to the provincial council")),
            ("no", _("not yet: back to the producer")),
        ],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    note = text_field(_("note"), 2000, _("What is missing or wrong; required where it goes back."), required=False)
    evidence_file = document_field(_("signed Form 03"))

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        services.check_by_commune(dossier=self.dossier, **facts, **who_and_when)


class ReturnForm(StepForm):
    title = ACT_NAMES[Act.RETURN]
    explanation = _("The producer reads the reasons, mends the file and hands it in again, to the commune first.")
    button = _("Return")

    reason = text_field(_("reasons"), 2000)

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        services.return_dossier(dossier=self.dossier, **facts, **who_and_when)


class TaskForm(StepForm):
    title = ACT_NAMES[Act.GIVE_TASK]
    explanation = _("What a department is asked for while the file is examined: a test, an opinion, a visit.")

    department = text_field(_("department"), 200)
    what = text_field(_("what it is asked for"), 1000)
    due_on = day_field(_("due on"))

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        services.give_task(dossier=self.dossier, **facts, **who_and_when)


class FinishTaskForm(StepForm):
    title = _("Record a department's answer")

    done_on = day_field(_("done on"))
    note = text_field(_("answer"), 2000, required=False)
    evidence_file = document_field(_("document"))

    def __init__(self, *args: Any, task: DepartmentTask, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.task = task
        self.initial["done_on"] = self.day
        self.explanation = f"{task.department}: {task.what}"

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        services.finish_task(task=self.task, **facts, **who_and_when)


class CouncilForm(StepForm):
    """What a member of the council does: about one handing-in of the file, whatever other members did meanwhile."""

    seen = None  # type: ignore[assignment]
    attempt = forms.IntegerField(min_value=1, widget=forms.HiddenInput)

    def begin(self) -> None:
        self.initial["attempt"] = self.dossier.attempt

    def renew_version(self) -> int:
        """As for other acts. What other members did is no conflict and not theirs to see: nothing is told as new."""
        self.data = {**self.data.dict(), "attempt": str(self.dossier.attempt)}  # type: ignore[attr-defined]
        return self.version


class ConflictForm(CouncilForm):
    title = _("Declare a conflict of interest")
    explanation = _("You do not score this file: your sheet is left out of the average.")
    button = _("Declare")

    reason = text_field(_("reason of the conflict"), 500)

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        who_and_when.pop("on")
        services.declare_conflict(dossier=self.dossier, **facts, **who_and_when)


class ScoreForm(CouncilForm):
    """Points for every criterion; ``parts`` groups the bound fields for the page."""

    title = ACT_NAMES[Act.SCORE]
    explanation = _(
        "Handed in, a sheet is locked. The average of the council's sheets decides the stars (article 3.3)."
    )
    button = _("Hand in the sheet")

    note = text_field(_("note"), 2000, required=False)

    def __init__(self, *args: Any, criteria: list[Criterion], **kwargs: Any) -> None:
        self.criteria = criteria
        super().__init__(*args, **kwargs)

    def begin(self) -> None:
        super().begin()
        for criterion in self.criteria:
            self.fields[f"points-{criterion.pk}"] = forms.DecimalField(
                label=f"{criterion.code} {criterion.label}",
                help_text=_("0 to %(max)d points") % {"max": criterion.max_points},
                min_value=0,
                max_value=criterion.max_points,
                decimal_places=2,
                widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": "0.25"}),
            )

    @property
    def parts(self) -> list[tuple[Any, list[forms.BoundField]]]:
        grouped: dict[int, tuple[Any, list[forms.BoundField]]] = {}
        for criterion in self.criteria:
            grouped.setdefault(criterion.part_id, (criterion.part, []))[1].append(self[f"points-{criterion.pk}"])
        return list(grouped.values())

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        who_and_when.pop("on")
        points: Mapping[int, Decimal] = {
            criterion.pk: facts.pop(f"points-{criterion.pk}") for criterion in self.criteria
        }
        services.hand_in_score_sheet(dossier=self.dossier, points=points, **facts, **who_and_when)


class MinistryForm(StepForm):
    title = ACT_NAMES[Act.SEND_TO_MINISTRY]
    explanation = _("The average earns five stars, which the Ministry gives: the central council scores the file anew.")
    button = _("Send")

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        services.send_to_ministry(dossier=self.dossier, **facts, **who_and_when)


class CertifyForm(StepForm):
    title = ACT_NAMES[Act.DECIDE]
    explanation = _(
        "The certificate is recorded with the averaged score; the new one replaces the last from its first day."
    )
    button = _("Decide and record the certificate")

    decision_number = text_field(_("decision number"), 80)
    issued_on = day_field(_("issued on"))
    issuing_authority = text_field(_("issuing authority"), 200, required=False)
    valid_from = day_field(_("first day with stars"), _("Empty: the day of issue."), required=False)
    evidence_file = document_field(_("signed decision"), required=True)

    def begin(self) -> None:
        self.initial["issued_on"] = self.day

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        services.decide_dossier(dossier=self.dossier, **facts, **who_and_when)


class RejectForm(StepForm):
    title = ACT_NAMES[Act.DECIDE]
    explanation = _(
        "The average earns fewer than three stars: there is no decision and no certificate (articles 3.3, 4.1)."
    )
    button = _("Close the file without a certificate")

    def call(self, facts: dict[str, Any], **who_and_when: Any) -> None:
        services.decide_dossier(dossier=self.dossier, **facts, **who_and_when)
