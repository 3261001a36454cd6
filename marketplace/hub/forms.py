"""What a packer types."""

from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

from marketplace.hub.models import LossReason, Remedy
from marketplace.orders.failures import FAILURES


class _Renderer(DjangoTemplates):
    """Label, hint and what is wrong stand right beside the field, as on the producers' pages."""

    field_template_name = "portal/_field.html"


class _HubForm(forms.Form):
    default_renderer = _Renderer


class ReceiveForm(_HubForm):
    part = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(label=_("Pieces that came in good order"), min_value=1, max_value=100_000)


class LossForm(_HubForm):
    """``key`` is new for every form that is shown: sent twice, it is reported once."""

    part = forms.IntegerField(widget=forms.HiddenInput)
    key = forms.UUIDField(widget=forms.HiddenInput)
    quantity = forms.IntegerField(label=_("Pieces"), min_value=1, max_value=100_000)
    reason = forms.ChoiceField(label=_("What happened"), choices=LossReason)
    remedy = forms.ChoiceField(label=_("What is to be done"), choices=Remedy)
    note = forms.CharField(label=_("Note"), max_length=200, required=False)


class ShipForm(_HubForm):
    carrier = forms.CharField(label=_("Who carries it"), max_length=40, help_text=_("For example VNPost, GHN, Viettel"))
    number = forms.CharField(label=_("Tracking number, if there is one"), max_length=60, required=False)


class EndForm(_HubForm):
    failure = forms.ChoiceField(label=_("How it ended"), choices=[("", _("Delivered")), *FAILURES], required=False)


class SupplyForm(_HubForm):
    supply = forms.IntegerField(widget=forms.HiddenInput)
    quantity = forms.IntegerField(label=_("Came in (with a minus: are fewer)"), min_value=-100_000, max_value=100_000)
