"""What an officer records: one form for each act, refused beside its fields, its document kept only with the act."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ocop_badges import audit, rules, services
from ocop_badges.errors import DomainError
from ocop_badges.forms import FactForm
from ocop_badges.lifecycle import Action, star_refusal
from ocop_badges.models import (
    AuthorityLevel,
    Certificate,
    CorrectedField,
    Regulation,
    RevocationGround,
)
from ocop_badges.officers import Mandate, check_power
from ocop_badges.services.checks import check_state
from ocop_badges.subjects import Subject

from .acts import check_power_between
from .authorities import MINISTRY, complete, usual_name
from .filters import day_field
from .wording import ACTION_NAMES, stars_of

DOCUMENTS = "application/pdf,image/jpeg,image/png"


def text_field(label: Any, limit: int, help_text: Any = "", *, required: bool = True) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3}) if limit > 255 else None
    return forms.CharField(label=label, max_length=limit, help_text=help_text, required=required, widget=widget)


def star_choices(numbers: Iterable[int]) -> list[tuple[Any, str]]:
    """Numbers of stars to choose from; where there are several none is chosen beforehand."""
    choices: list[tuple[Any, str]] = [(stars, stars_of(stars)) for stars in numbers]
    return choices if len(choices) == 1 else [("", "—"), *choices]


def stars_field(numbers: Any, *, required: bool = True) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=_("stars"),
        coerce=int,
        choices=star_choices(numbers),
        required=required,
        empty_value=None,
    )


def document_field(*, required: bool) -> forms.FileField:
    return forms.FileField(
        label=_("signed decision") if required else _("evidence file"),
        help_text=_("PDF, JPEG or PNG, at most 10 MB. Kept only if the act is recorded."),
        required=required,
        widget=forms.FileInput(attrs={"accept": DOCUMENTS}),
    )


class ActForm(FactForm):
    """An act on one product's certificates by an officer who looked at version ``seen`` of its trail.

    ``refused`` is what the service said, if it refused.
    """

    action: Action
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        action: Action,
        mandate: Mandate,
        product: Any,
        subject: Subject,
        certificate: Certificate | None,
        day: date,
        version: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        self.product = product
        self.title = ACTION_NAMES[action]
        self.mandate = mandate
        self.subject = subject
        self.certificate = certificate
        self.refused: DomainError | None = None
        self.initial["seen"] = version
        self.begin(day)

    def begin(self, day: date) -> None:
        """Fill in what is likely."""

    def renew_version(self) -> int:
        """After a conflict: what was typed stays, and is about the product as it is now. The version seen before."""
        before: int = self.cleaned_data["seen"]
        self.data = {**self.data.dict(), "seen": str(audit.version_of(self.subject.product_id))}  # type: ignore[attr-defined]
        return before

    def call(self, *, at: datetime, by: Any) -> Certificate:
        facts = dict(self.cleaned_data)
        upload, seen = facts.pop("evidence_file", None), facts.pop("seen")
        product_id = self.subject.product_id
        try:
            with services.transaction_with_evidence() as keep:
                services.lock_product(product_id, seen=seen)
                if upload is not None:
                    facts["evidence_file"] = keep(product_id=product_id, upload=upload, name=upload.name, at=at, by=by)
                return self.act(facts, at=at, by=by)
        except DomainError as error:
            self.refused = error
            raise

    def act(self, facts: dict[str, Any], *, at: datetime, by: Any) -> Certificate:
        """Check the officer's power and call the service, within the transaction that holds the product's lock."""
        raise NotImplementedError


class CertifyForm(ActForm):
    """A first certificate, a renewal, an upgrade or a downgrade."""

    explanation = _(
        "Only a signed decision (number, date, authority) makes a certificate. The new one replaces the last from its "
        "own first day."
    )

    stars = stars_field(range(rules.MIN_STARS, rules.MAX_STARS + 1))
    score = forms.DecimalField(
        label=_("score"), required=False, max_digits=5, decimal_places=2, min_value=0, max_value=100
    )
    decision_number = text_field(_("decision number"), 80)
    issued_on = day_field(_("issued on"))
    authority = forms.ChoiceField(
        label=_("level of the authority"),
        required=False,
        choices=[("", _("as usual for the stars (article 4.1)")), *AuthorityLevel.choices],
    )
    issuing_authority = text_field(_("issuing authority"), 200, required=False)
    valid_from = day_field(_("first day with stars"), _("Empty: the day of issue."), required=False)
    valid_until = day_field(_("last day with stars"), _("Empty: by the regulation, 36 months."), required=False)
    end_reason = text_field(
        _("why the end differs from the legal one"),
        255,
        _("A printed end date wins over arithmetic; say where it stands."),
        required=False,
    )
    regulation = forms.ModelChoiceField(
        label=_("regulation"),
        queryset=Regulation.objects.order_by("-in_force_from"),
        required=False,
        help_text=_("Empty: the latest in force on the day of issue."),
    )
    covers = text_field(_("what it covers"), 255, _("Empty: every pack of the product."), required=False)
    legal_basis = text_field(_("legal basis"), 255, required=False)
    evidence = text_field(_("evidence"), 500, required=False)
    evidence_file = document_field(required=True)

    def begin(self, day: date) -> None:
        province = usual_name(AuthorityLevel.PROVINCE, self.subject)
        self.fields["issuing_authority"].help_text = _now(
            "Empty: %(province)s for three and four stars, %(ministry)s for five."
        ) % {"province": province, "ministry": MINISTRY}
        before = self.certificate.stars if self.certificate else None
        allowed = [
            stars
            for stars in range(rules.MIN_STARS, rules.MAX_STARS + 1)
            if star_refusal(self.action, stars=stars, before=before) is None
        ]
        field: Any = self.fields["stars"]
        field.choices = star_choices(allowed)

    def clean(self) -> dict[str, Any]:
        facts: dict[str, Any] = super().clean() or self.cleaned_data
        if facts.get("stars"):
            facts["authority"], facts["issuing_authority"] = complete(
                facts.get("authority", ""),
                facts.get("issuing_authority", ""),
                stars=facts["stars"],
                subject=self.subject,
            )
            if not facts["issuing_authority"] and "issuing_authority" not in self.errors:
                self.add_error("issuing_authority", self.fields["decision_number"].error_messages["required"])
        return facts

    def act(self, facts: dict[str, Any], *, at: datetime, by: Any) -> Certificate:
        before = self.certificate.stars if self.certificate else None
        check_power_between(self.mandate, self.action, before=before, after=facts["stars"])
        if self.certificate is not None:  # the service asks about the product, the officer about this certificate
            day = facts["valid_from"] or facts["issued_on"]
            revocation = getattr(self.certificate, "revocation", None)
            if revocation is not None:  # a decision of an earlier day does not undo it
                day = max(day, revocation.effective_on)
            check_state(self.certificate, self.action, on=day)
        return services.issue_certificate(product=self.product, action=self.action, at=at, by=by, **facts)


class SuspendForm(ActForm):
    explanation = _(
        "The stars are withheld from the first day on, until the suspension is lifted. This is the marketplace's own "
        "measure, not the authority's; its reason is shown to everybody who verifies the certificate."
    )

    suspended_from = day_field(_("first day without stars"))
    reason = text_field(_("reason"), 500)
    evidence_file = document_field(required=False)

    def begin(self, day: date) -> None:
        self.initial["suspended_from"] = day

    def act(self, facts: dict[str, Any], *, at: datetime, by: Any) -> Certificate:
        kept = _kept(self)
        return services.suspend_certificate(certificate=kept, at=at, by=by, **facts).certificate


class LiftForm(ActForm):
    explanation = _("The stars are shown again from the first day on.")

    lifted_on = day_field(_("first day with stars again"))
    reason = text_field(_("why it is lifted"), 500, required=False)

    def begin(self, day: date) -> None:
        self.initial["lifted_on"] = day

    def act(self, facts: dict[str, Any], *, at: datetime, by: Any) -> Certificate:
        kept = _kept(self)
        return services.lift_suspension(certificate=kept, at=at, by=by, **facts).certificate


class RevokeForm(ActForm):
    explanation = _(
        "The authority ended the certificate by a decision (Decision 26/2026/QĐ-TTg, article 8). This cannot be "
        "undone: a certificate issued anew is a new one."
    )

    ground = forms.ChoiceField(label=_("ground of article 8"), choices=[("", "—"), *RevocationGround.choices])
    decision_number = text_field(_("decision number"), 80)
    effective_on = day_field(_("first day without stars"))
    note = text_field(_("note"), 500, _("Kept inside, never shown."), required=False)
    evidence_file = document_field(required=True)

    def begin(self, day: date) -> None:
        self.initial["effective_on"] = day

    def act(self, facts: dict[str, Any], *, at: datetime, by: Any) -> Certificate:
        kept = _kept(self)
        return services.revoke_certificate(certificate=kept, at=at, by=by, **facts).certificate


class ExtendForm(ActForm):
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
    granted_on = day_field(_("granted on"))
    evidence = text_field(_("evidence"), 500, _("Number and day of the paper that grants it."))
    evidence_file = document_field(required=True)

    def begin(self, day: date) -> None:
        self.initial["granted_on"] = day

    def act(self, facts: dict[str, Any], *, at: datetime, by: Any) -> Certificate:
        kept = _kept(self)
        return services.extend_certificate(certificate=kept, at=at, by=by, **facts).certificate


class CorrectForm(ActForm):
    explanation = _(
        "For what was written down wrongly, never for what has changed since. Change only the fields that are wrong; "
        "what stood there stays on record."
    )

    stars = stars_field(range(rules.MIN_STARS, rules.MAX_STARS + 1))
    score = forms.DecimalField(
        label=_("score"), required=False, max_digits=5, decimal_places=2, min_value=0, max_value=100
    )
    decision_number = text_field(_("decision number"), 80)
    authority = forms.ChoiceField(
        label=_("level of the authority"), required=False, choices=[("", _("not known")), *AuthorityLevel.choices]
    )
    issuing_authority = text_field(_("issuing authority"), 200, required=False)
    issued_on = day_field(_("issued on"))
    valid_from = day_field(_("first day with stars"))
    valid_until = day_field(_("last day with stars"))
    end_reason = text_field(_("why the end differs from the legal one"), 255, required=False)
    covers = text_field(_("what it covers"), 255, required=False)
    legal_basis = text_field(_("legal basis"), 255, required=False)
    evidence = text_field(_("evidence"), 500, required=False)
    reason = text_field(_("reason of the correction"), 500)
    evidence_file = document_field(required=False)

    def begin(self, day: date) -> None:
        kept = self.certificate
        revocation = getattr(kept, "revocation", None)
        if revocation is not None:
            self.fields[CorrectedField.REVOCATION_GROUND.value] = forms.ChoiceField(
                label=_("ground of the revocation"), choices=RevocationGround.choices
            )
            self.fields[CorrectedField.REVOCATION_DECISION.value] = text_field(
                _("decision number of the revocation"), 80
            )
            self.fields[CorrectedField.REVOCATION_DAY.value] = day_field(_("first day without stars"))
            self.order_fields([name for name in self.fields if name not in {"reason", "evidence_file"}])
        for field in CorrectedField.values:
            owner, _dot, attribute = field.rpartition(".")
            if field in self.fields:
                self.initial[field] = getattr(revocation if owner else kept, attribute)
                # What is changed is told by what the officer saw, not by what stands there when the form comes back.
                self.fields[field].show_hidden_initial = True

    def act(self, facts: dict[str, Any], *, at: datetime, by: Any) -> Certificate:
        kept = _kept(self)
        changes = {name: facts[name] for name in self.changed_data if name in CorrectedField.values}
        check_power_between(self.mandate, self.action, before=kept.stars, after=changes.get("stars", kept.stars))
        services.correct_certificate(
            certificate=kept,
            changes=changes,
            reason=facts["reason"],
            evidence_file=facts.get("evidence_file"),
            at=at,
            by=by,
        )
        return kept


ACT_FORMS: Mapping[Action, type[ActForm]] = {
    Action.ISSUE: CertifyForm,
    Action.RENEW: CertifyForm,
    Action.UPGRADE: CertifyForm,
    Action.DOWNGRADE: CertifyForm,
    Action.SUSPEND: SuspendForm,
    Action.LIFT: LiftForm,
    Action.REVOKE: RevokeForm,
    Action.EXTEND: ExtendForm,
    Action.CORRECT: CorrectForm,
}


def _kept(form: ActForm) -> Certificate:
    """The certificate that a form is about, the officer's power over it checked."""
    if form.certificate is None:
        raise LookupError(f"{form.action} is about a certificate")
    check_power(form.mandate, form.action, stars=form.certificate.stars)
    return form.certificate
