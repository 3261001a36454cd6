"""One decision about the products that an officer marked: its form, and the drafts it makes."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from ocop_badges import rules, services, subjects
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.forms import messages_of
from ocop_badges.models import AuthorityLevel, Certificate, Regulation
from ocop_badges.officers import Mandate

from .authorities import complete
from .decisions import check_power_over, judge
from .filters import day_field
from .forms import stars_field, text_field
from .wording import stars_of

MAX_PRODUCTS = 200


class DecisionForm(forms.Form):
    """The decision, and for each product the stars it gives: ``stars-{public id}``, empty for those of ``stars``."""

    decision_number = text_field(_("decision number"), 80)
    issued_on = day_field(_("issued on"))
    stars = stars_field(range(rules.MIN_STARS, rules.MAX_STARS + 1))
    authority = forms.ChoiceField(
        label=_("level of the authority"),
        required=False,
        choices=[("", _("as usual for the stars (article 4.1)")), *AuthorityLevel.choices],
    )
    issuing_authority = text_field(
        _("issuing authority"), 200, _("Empty: as usual for the stars and the province."), required=False
    )
    valid_from = day_field(_("first day with stars"), _("Empty: the day of issue."), required=False)
    valid_until = day_field(_("last day with stars"), _("Empty: by the regulation, 36 months."), required=False)
    end_reason = text_field(_("why the end differs from the legal one"), 255, required=False)
    legal_basis = text_field(_("legal basis"), 255, required=False)

    def __init__(self, *args: Any, products: Sequence[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.products = products
        self.about = subjects.by_ids([product.pk for product in products])
        for product in products:
            field = forms.TypedChoiceField(
                label=_("stars"),
                coerce=int,
                required=False,
                empty_value=None,
                choices=[
                    ("", _("as above")),
                    *((stars, stars_of(stars)) for stars in range(rules.MIN_STARS, rules.MAX_STARS + 1)),
                ],
            )
            field.widget.attrs["aria-label"] = _now("Stars of %(name)s") % {"name": product}
            self.fields[f"stars-{product.public_id}"] = field

    @property
    def of_products(self) -> list[dict[str, Any]]:
        """Each product with its own field."""
        return [
            {"product": product, "subject": self.about[product.pk], "field": self[f"stars-{product.public_id}"]}
            for product in self.products
        ]

    @property
    def of_decision(self) -> list[Any]:
        return [field for field in self if not field.name.startswith("stars-")]

    def drafts(self) -> list[Certificate] | None:
        """A certificate for each product, not saved; None where a rule refuses it and its field says why."""
        facts = dict(self.cleaned_data)
        own = {product.pk: facts.pop(f"stars-{product.public_id}") for product in self.products}
        usual, authority, name = facts.pop("stars"), facts.pop("authority"), facts.pop("issuing_authority")
        regulation = Regulation.objects.in_force_on(facts["issued_on"]).first()
        drafts = []
        for product in self.products:
            stars = own[product.pk] or usual
            level, written_name = complete(authority, name, stars=stars, subject=self.about[product.pk])
            try:
                if not written_name:
                    raise InvalidFact(_now("Write the name of the authority."), field="", code="required")
                drafts.append(
                    services.draft_certificate(
                        product_id=product.pk,
                        stars=stars,
                        regulation=regulation,
                        authority=level,
                        issuing_authority=written_name,
                        **facts,
                    )
                )
            except DomainError as error:
                for name, message in messages_of(error, self.fields):
                    self.add_error(name or None, f"{product}: {message}")
                return None
        return drafts


def record_decision(
    *,
    drafts: Sequence[Certificate],
    upload: Any,
    mandate: Mandate,
    seen: Mapping[int, int],
    at: datetime,
    by: Any,
) -> list[Certificate]:
    """Record all of the drafts with the signed decision, or nothing. Raises ``DomainError``."""
    product_ids = sorted({draft.product_id for draft in drafts})
    with services.transaction_with_evidence() as keep:
        services.lock_products(product_ids)
        check_power_over(judge(drafts, mandate), mandate)
        kept = keep(product_id=product_ids[0], upload=upload, name=upload.name, at=at, by=by)
        files = services.share_evidence(file=kept, product_ids=product_ids)
        for draft in drafts:
            draft.evidence_file = files[draft.product_id]
        return services.certify_by_decision(drafts=drafts, at=at, by=by, seen=seen)
