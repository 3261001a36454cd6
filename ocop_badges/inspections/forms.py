"""What a shopper fills in who thinks that a logo is wrong."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

PICTURES = "image/jpeg,image/png"


class ReportForm(forms.Form):
    """``website`` is a trap: people do not see it, and who fills it in is no person."""

    text = forms.CharField(
        label=_("What looks wrong?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("For example: the stars differ from this page, or the certificate on the package has ended."),
    )
    place = forms.CharField(
        label=_("Where did you see it?"),
        max_length=500,
        help_text=_("The address of a web page, or the shop and its street."),
    )
    photo = forms.FileField(
        label=_("A photo"),
        required=False,
        help_text=_("JPEG or PNG, at most 10 MB. Not needed."),
        widget=forms.FileInput(attrs={"accept": PICTURES}),
    )
    contact = forms.CharField(
        label=_("How may we reach you?"),
        max_length=200,
        required=False,
        help_text=_("E-mail or phone, only if we may ask back. Erased 90 days after your report is closed."),
    )
    website = forms.CharField(required=False, widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}))

    def __init__(self, *args: Any, product_is_known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if product_is_known:
            self.fields["place"].required = False
        else:
            del self.fields["photo"]  # nothing to keep it with, and nobody's to look at

    def clean_photo(self) -> Any:
        photo = self.cleaned_data["photo"]
        if photo is not None:
            if photo.read(5) == b"%PDF-":
                raise forms.ValidationError(_("Send a photo, as JPEG or PNG."), code="not-a-photo")
            photo.seek(0)
        return photo

    @property
    def is_from_a_machine(self) -> bool:
        return bool(self.data.get("website"))
