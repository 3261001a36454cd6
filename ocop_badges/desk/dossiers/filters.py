"""What is asked of the list of files, in the address of the page, and the files it asks for."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django import forms
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from ocop_badges import subjects
from ocop_badges.dossiers.models import DossierKind, DossierState, ScoreSheet
from ocop_badges.dossiers.models.dossiers import OPEN_STATES, DossierQuerySet
from ocop_badges.officers import Mandate

from .scope import dossiers_of

IN_PROGRESS = "in-progress"
EVERYTHING = [("", _("all"))]
WEEK = timedelta(days=7)


class FilterForm(forms.Form):
    """The filters of the list."""

    q = forms.CharField(
        label=_("Product, producer or id"),
        required=False,
        max_length=200,
        strip=True,
        widget=forms.TextInput(attrs={"type": "search"}),
    )
    state = forms.ChoiceField(
        label=_("Where it lies"),
        required=False,
        choices=[("", _("in progress")), *DossierState.choices, ("any", _("all"))],
    )
    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[*EVERYTHING, *DossierKind.choices])
    due = forms.ChoiceField(
        label=_("Deadline"),
        required=False,
        choices=[*EVERYTHING, ("overdue", _("overdue")), ("week", _("within 7 days")), ("month", _("within 30 days"))],
    )
    mine = forms.BooleanField(label=_("Still to be scored by me"), required=False)
    product = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, mandate: Mandate) -> None:
        super().__init__(data)
        if not (mandate.councils or mandate.central_council):
            del self.fields["mine"]


def find(mandate: Mandate, asked: Mapping[str, Any], *, day: date, user: Any) -> DossierQuerySet:
    """The files within a mandate that the filters let through, the most urgent first."""
    found = dossiers_of(mandate)
    if asked.get("product"):
        found = found.filter(product__public_id=asked["product"])
    match asked.get("state") or IN_PROGRESS:
        case "any":
            pass
        case str(state) if state == IN_PROGRESS and not asked.get("product"):
            found = found.filter(state__in=OPEN_STATES)
        case str(state) if state != IN_PROGRESS:
            found = found.filter(state=state)
    if asked.get("kind"):
        found = found.filter(kind=asked["kind"])
    match asked.get("due"):
        case "overdue":
            found = found.overdue_on(day)
        case "week":
            found = found.due_within(day, day + WEEK)
        case "month":
            found = found.due_within(day, day + timedelta(days=30))
    if asked.get("mine"):
        found = found.filter(to_score_by(mandate)).exclude(pk__in=scored_by(user))
    for word in subjects.name_key(asked.get("q") or "").split():
        found = found.filter(
            Q((f"product__{subjects.PRODUCT_NAME_KEY}__contains", word))
            | Q((f"product__{subjects.PRODUCER_NAME_KEY}__contains", word))
            | Q(public_id=word)
            | Q(product__public_id=word)
        )
    return found.most_urgent_first()


def to_score_by(mandate: Mandate) -> Q:
    """The files that lie with a council on which a person sits."""
    mine = Q(state=DossierState.COUNCIL, product__province__in=sorted(mandate.councils))
    return mine | Q(state=DossierState.MINISTRY) if mandate.central_council else mine


def scored_by(user: Any) -> Any:
    """The files on which a person's sheet of the present step is in."""
    return (
        ScoreSheet.objects.filter(recorded_by=user, attempt=F("dossier__attempt"))
        .filter(
            Q(level="province", dossier__state=DossierState.COUNCIL)
            | Q(level="ministry", dossier__state=DossierState.MINISTRY)
        )
        .values("dossier")
    )
