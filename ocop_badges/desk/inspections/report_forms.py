"""What an officer does with a shopper's report."""

from datetime import date, datetime
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ocop_badges import subjects
from ocop_badges.desk.certificates.filters import day_field
from ocop_badges.desk.certificates.forms import text_field
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.forms import FactForm
from ocop_badges.inspections import services as inspecting
from ocop_badges.inspections.models import MarkReport, ReportOutcome
from ocop_badges.officers import Mandate


class ReportStepForm(FactForm):
    """One thing done with one report. ``refused`` is what the service said, if it refused."""

    button: str | Promise = _("Record")
    refused: DomainError | None = None

    def __init__(self, *args: Any, report: MarkReport, mandate: Mandate, day: date, **more: Any) -> None:
        super().__init__(*args, **more)
        self.report = report
        self.mandate = mandate
        self.day = day

    def call(self, *, at: datetime, by: Any) -> Any:
        try:
            return self.act(at=at, by=by)
        except DomainError as error:
            self.refused = error
            raise

    def act(self, *, at: datetime, by: Any) -> Any:
        """Call the service."""
        raise NotImplementedError


class TakeForm(ReportStepForm):
    title = _("Take this report")
    button = _("Take this report")

    def act(self, *, at: datetime, by: Any) -> Any:
        return inspecting.take_report(report=self.report, at=at, by=by, mandate=self.mandate)


class NoteForm(ReportStepForm):
    title = _("Write a note")
    button = _("Save the note")

    text = text_field(_("note"), 1000)

    def act(self, *, at: datetime, by: Any) -> Any:
        return inspecting.note_report(report=self.report, at=at, by=by, mandate=self.mandate, **self.cleaned_data)


class ProductForm(ReportStepForm):
    title = _("Say which product it is about")
    explanation = _("The report then goes to the officers of the product's province.")

    product = text_field(_("address or short name of the product's page"), 255)

    def act(self, *, at: datetime, by: Any) -> Any:
        subject = subjects.by_slug(_slug_in(self.cleaned_data["product"]))
        if subject is None:
            raise InvalidFact(str(_("There is no such product.")), field="product", code="unknown-product")
        return inspecting.name_product(
            report=self.report, product_id=subject.product_id, at=at, by=by, mandate=self.mandate
        )


def _slug_in(typed: str) -> str:
    """The last part of an address, or what was typed where it is none."""
    try:
        return urlsplit(typed).path.rstrip("/").rpartition("/")[2]
    except ValueError:
        return typed


class InspectForm(ReportStepForm):
    title = _("Plan an unannounced inspection")
    button = _("Plan it")

    planned_on = day_field(_("planned for"))
    inspectors = text_field(_("inspectors"), 500, _("May be told later."), required=False)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.initial["planned_on"] = self.day

    def act(self, *, at: datetime, by: Any) -> Any:
        return inspecting.inspect_report(
            report=self.report, on=self.day, at=at, by=by, mandate=self.mandate, **self.cleaned_data
        )


class CloseForm(ReportStepForm):
    title = _("Close the report")
    button = _("Close it")

    outcome = forms.ChoiceField(label=_("outcome"), choices=[("", "—"), *ReportOutcome.choices])
    note = text_field(_("why"), 1000)

    def act(self, *, at: datetime, by: Any) -> Any:
        return inspecting.close_report(report=self.report, at=at, by=by, mandate=self.mandate, **self.cleaned_data)


FORMS: dict[str, type[ReportStepForm]] = {
    "take": TakeForm,
    "note": NoteForm,
    "product": ProductForm,
    "inspect": InspectForm,
    "close": CloseForm,
}


def steps_of(report: MarkReport) -> list[str]:
    """The steps that the state of a report allows."""
    match report.state:
        case "new":
            steps = ["take"]
        case "in_review":
            steps = ["close"]
        case _:
            return ["note"]
    if report.product_id is None:
        steps.append("product")
    elif report.state == "in_review" and report.inspection_id is None:
        steps.insert(0, "inspect")
    return [*steps, "note"]
