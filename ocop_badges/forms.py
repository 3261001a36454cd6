"""What operators record about certificates: one form for each service, which alone writes."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminDateWidget, ForeignKeyRawIdWidget
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from . import rules, services
from .errors import DomainError, Fault
from .models import Certificate, Regulation, RevocationGround

# What services refuse, in the reader's language, by the code of the fault.
MESSAGES: Mapping[str, str | Promise] = {
    "stars-out-of-range": _("A certificate has 3, 4 or 5 stars."),
    "score-out-of-range": _("A score is between 0 and 100."),
    "score-mismatch": _("This score earns another number of stars (Decision 26/2026/QĐ-TTg, article 3.3)."),
    "before-issue": _("A certificate cannot begin before it is issued."),
    "end-before-start": _("A certificate cannot end before it begins."),
    "certificate-exists": _("This product already has a certificate by this decision of this day."),
    "before-the-suspension": _("That day is before the suspension begins."),
    "too-far": _("This day is too far in the future."),
    "certified-twice": _("One decision certifies a product once."),
    "nothing-to-correct": _("This is what stands there already."),
    "not-revoked": _("This certificate is not revoked."),
    "unknown-ground": _("A revocation has a ground of article 8."),
    "not-an-officer": _("Only an officer of the programme does this."),
    "extension-too-long": format_lazy(
        _("An extension is 1 to {days} days (Decision 26/2026/QĐ-TTg, article 12.3)."), days=rules.MAX_EXTENSION_DAYS
    ),
}


def messages_of(error: DomainError, fields: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each fault in the reader's language, after the name of its field: empty where that is none of ``fields``."""
    for fault in error.faults or [Fault(error.detail, error.code)]:
        message = MESSAGES.get(fault.code, fault.detail)
        if fault.code == "required" and fault.field:
            message = _("This has to be given.")
        yield fault.field if fault.field in fields else "", str(message)


class FactForm(forms.Form):
    """A fact to be recorded; ``record`` calls its service and puts what that refuses beside the field it is about."""

    title: str | Promise = ""
    explanation: str | Promise = ""

    def record(self, *, at: datetime, by: Any) -> Certificate | None:
        """The certificate the fact is about, or None where the service refused and nothing was written."""
        try:
            return self.call(at=at, by=by)
        except DomainError as error:
            for name, message in messages_of(error, self.fields):
                self.add_error(name or None, message)
            return None

    def call(self, *, at: datetime, by: Any) -> Certificate:
        raise NotImplementedError


def _day(label: Any, help_text: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, help_text=help_text, required=required, widget=AdminDateWidget())


def _text(label: Any, limit: int, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"}) if limit > 255 else None
    return forms.CharField(label=label, max_length=limit, help_text=help_text, required=required, widget=widget)


class IssueForm(FactForm):
    title = _("Record a certificate")
    explanation = _(
        "A first certificate, a renewal, an upgrade or a downgrade: the new one replaces the last from its own first "
        "day. Only a signed decision (number, date, authority) makes a certificate."
    )

    stars = forms.TypedChoiceField(
        label=_("stars"),
        coerce=int,
        choices=[(stars, "★" * stars) for stars in range(rules.MIN_STARS, rules.MAX_STARS + 1)],
    )
    decision_number = _text(_("decision number"), 80)
    issuing_authority = _text(_("issuing authority"), 200)
    issued_on = _day(_("issued on"))
    valid_from = _day(_("first day with stars"), _("Empty: the day of issue."), required=False)
    valid_until = _day(_("last day with stars"), _("Empty: by the regulation, 36 months."), required=False)
    end_reason = _text(
        _("why the end differs from the legal one"),
        255,
        _("A printed end date wins over arithmetic; say where it stands."),
        required=False,
    )
    score = forms.DecimalField(
        label=_("score"), required=False, max_digits=5, decimal_places=2, min_value=0, max_value=100
    )
    regulation = forms.ModelChoiceField(
        label=_("regulation"),
        queryset=Regulation.objects.order_by("-in_force_from"),
        required=False,
        help_text=_("Empty: the latest in force on the day of issue."),
    )
    covers = _text(_("what it covers"), 255, _("Empty: every pack of the product."), required=False)
    legal_basis = _text(_("legal basis"), 255, required=False)
    evidence = _text(_("evidence"), 500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        product: Any = Certificate._meta.get_field("product")
        field = product.formfield(widget=ForeignKeyRawIdWidget(product.remote_field, admin.site))
        self.fields = {"product": field, **self.fields}

    def call(self, *, at: datetime, by: Any) -> Certificate:
        return services.issue_certificate(**self.cleaned_data, at=at, by=by)


class CertificateFactForm(FactForm):
    """A fact about a certificate that is there."""

    def __init__(self, *args: Any, certificate: Certificate, day: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.certificate = certificate
        for name, field in self.fields.items():
            if isinstance(field, forms.DateField):
                self.initial.setdefault(name, day)


class SuspendForm(CertificateFactForm):
    title = _("Suspend")
    explanation = _(
        "The stars are withheld from the first day on, until the suspension is lifted. This is the marketplace's own "
        "measure, not the authority's; its reason is shown to everybody who verifies the certificate."
    )

    suspended_from = _day(_("first day without stars"))
    reason = _text(_("reason"), 500)

    def call(self, *, at: datetime, by: Any) -> Certificate:
        return services.suspend_certificate(certificate=self.certificate, at=at, by=by, **self.cleaned_data).certificate


class LiftForm(CertificateFactForm):
    title = _("Lift the suspension")
    explanation = _("The stars are shown again from the first day on.")

    lifted_on = _day(_("first day with stars again"))
    reason = _text(_("why it is lifted"), 500, required=False)

    def call(self, *, at: datetime, by: Any) -> Certificate:
        return services.lift_suspension(certificate=self.certificate, at=at, by=by, **self.cleaned_data).certificate


class RevokeForm(CertificateFactForm):
    title = _("Revoke")
    explanation = _(
        "The authority ended the certificate by a decision (Decision 26/2026/QĐ-TTg, article 8). This cannot be "
        "undone: a certificate issued anew is a new one."
    )

    ground = forms.ChoiceField(label=_("ground"), choices=RevocationGround.choices)
    decision_number = _text(_("decision number"), 80)
    effective_on = _day(_("first day without stars"))
    note = _text(_("note"), 500, _("Kept inside, never shown."), required=False)

    def call(self, *, at: datetime, by: Any) -> Certificate:
        return services.revoke_certificate(certificate=self.certificate, at=at, by=by, **self.cleaned_data).certificate


class ExtendForm(CertificateFactForm):
    title = _("Extend")
    explanation = format_lazy(
        _(
            "The certificate stays valid past its end while its re-ranking file is decided, at most {days} days "
            "(Decision 26/2026/QĐ-TTg, article 12.3). Of several extensions the one recorded last counts."
        ),
        days=rules.MAX_EXTENSION_DAYS,
    )

    days = forms.IntegerField(
        label=_("days past the end"),
        min_value=1,
        max_value=rules.MAX_EXTENSION_DAYS,
        help_text=format_lazy(_("1 to {days}"), days=rules.MAX_EXTENSION_DAYS),
    )
    granted_on = _day(_("granted on"))
    evidence = _text(_("evidence"), 500)

    def call(self, *, at: datetime, by: Any) -> Certificate:
        return services.extend_certificate(certificate=self.certificate, at=at, by=by, **self.cleaned_data).certificate
