"""Forms of a certification file."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ocop_badges.dossiers.contents import PartState

from .filing import Choice
from .pieces import PortalRenderer


class BeginForm(forms.Form):
    """What kind of file to begin, among those that the product may."""

    default_renderer = PortalRenderer

    aim = forms.ChoiceField(label=gettext_lazy("What do you ask for?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, choices: Sequence[Choice], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_value = {choice.value: choice for choice in choices}
        field = self.fields["aim"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
        field.choices = [
            (choice.value, _("{what} ({stars} stars)").format(what=choice.label, stars=choice.target_stars))
            for choice in choices
        ]

    @property
    def choice(self) -> Choice:
        return self.by_value[self.cleaned_data["aim"]]


class PointsField(forms.DecimalField):
    """Points with a comma or a point: 4,5 is how people here write it."""

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(value.replace(",", ".") if isinstance(value, str) else value)


class PointsForm(forms.Form):
    """The producer's own points by criterion; one given once may be changed, not taken back."""

    default_renderer = PortalRenderer

    def __init__(self, *args: Any, parts: Sequence[PartState], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts
        for state in (state for part in parts for state in part.criteria):
            most = state.criterion.max_points
            self.fields[f"points-{state.criterion.pk}"] = PointsField(
                label=f"{state.criterion.code}. {state.criterion.label}",
                help_text=_("0 to {most} points").format(most=most),
                min_value=0,
                max_value=most,
                decimal_places=2,
                required=state.points is not None,
                initial=f"{state.points.normalize():f}" if state.points is not None else None,
                widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
            )

    def parts_with_fields(self) -> list[tuple[PartState, list[forms.BoundField]]]:
        return [(part, [self[f"points-{state.criterion.pk}"] for state in part.criteria]) for part in self.parts]

    @property
    def points(self) -> dict[int, Decimal]:
        """By criterion id, those that were filled in."""
        return {
            int(name.removeprefix("points-")): given for name, given in self.cleaned_data.items() if given is not None
        }


class _Files(forms.FileInput):
    """Takes several; the field looks at one of them, the service at each."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.get(name)


class UploadForm(forms.Form):
    """Documents from the computer, or photos straight from the phone's camera."""

    default_renderer = PortalRenderer

    # The exact types, so that phones that take pictures in a format of their own hand in a JPEG.
    upload = forms.FileField(
        label=gettext_lazy("Documents or photos"),
        help_text=gettext_lazy("PDF, JPEG or PNG, at most 10 MB each. On a phone you can take the photo now."),
        widget=_Files(attrs={"accept": "application/pdf,image/jpeg,image/png", "multiple": True}),
    )
    valid_until = forms.DateField(
        label=gettext_lazy("Valid until (if the document says so)"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
    )
