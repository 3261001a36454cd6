"""Forms of the operators' admin. What a service would refuse is refused here beside the field it is about."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.media.forms import IngestedImageField
from catalog.media.services import store_image

from . import rules
from .claims import refuse_typed_claims
from .models import DocumentKind, GoodsPolicy, PaymentCode, ProductImage, Stock
from .services.slugs import free_slug, slug_is_free
from .services.stock import Seen, check_count
from .services.writing import refuse_misplaced, set_keys


class CheckedForm(forms.ModelForm[Any]):
    """Refuses typed claims of stars in every text, and what the constraints over folded names refuse."""

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]
        set_keys(self.instance)
        for check in (self._refuse_claims, self._refuse_misplaced, self._refuse_doubles):
            try:
                check()
            except ValidationError as error:
                self._update_errors(error)  # type: ignore[attr-defined]

    def _refuse_claims(self) -> None:
        refuse_typed_claims(self.instance, fields=self.fields)

    def _refuse_misplaced(self) -> None:
        if not {"province", "commune", "former_province"} & set(self.errors):
            refuse_misplaced(self.instance)

    def _refuse_doubles(self) -> None:
        """Constraints that hold a key which is no field of the form: Django passes over them."""
        for constraint in self.instance._meta.constraints:
            if isinstance(constraint, models.UniqueConstraint) and "name_key" in constraint.fields and not self.errors:
                try:
                    constraint.validate(type(self.instance), self.instance)
                except ValidationError as error:
                    raise ValidationError({"name": error.messages}) from None


class GoodsPolicyForm(forms.ModelForm[GoodsPolicy]):
    """Codes are chosen, not typed. No payment method chosen: all are lawful."""

    methods = forms.MultipleChoiceField(
        label=_("lawful payment methods"),
        choices=PaymentCode,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("None chosen: all."),
    )
    documents = forms.MultipleChoiceField(
        label=_("documents needed"), choices=DocumentKind, required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = GoodsPolicy
        fields = ("product_set", "minimum_age", "methods", "documents", "legal_basis", "valid_from", "valid_until")

    def clean_methods(self) -> list[str] | None:
        return self.cleaned_data["methods"] or None


class AddressedForm(CheckedForm):
    """Something with an address of its own: left empty it follows from the name, changed the old one redirects."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text = _(
                "The end of its web address. Empty: from the name. When it changes, the old address redirects."
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "slug" not in self.fields or "slug" in self.errors:
            return cleaned
        model = type(self.instance)
        if not cleaned.get("slug"):
            cleaned["slug"] = self.instance.slug or self._slug_from_name(cleaned)
        elif not slug_is_free(model=model, slug=cleaned["slug"], but_of=self.instance.pk):
            self.add_error("slug", ValidationError(_("This address is taken, or once was."), code="taken"))
        return cleaned

    def _slug_from_name(self, cleaned: dict[str, Any]) -> str:
        producer = cleaned.get("producer")
        return free_slug(
            model=type(self.instance), name=cleaned.get("name") or "", producer_slug=producer.slug if producer else ""
        )


class PackForm(CheckedForm):
    def clean_gtin(self) -> str | None:
        text = self.cleaned_data["gtin"]
        if not text:
            return None
        try:
            return rules.normalised_gtin(text)
        except ValueError:
            raise ValidationError(
                _("This is no GTIN: 8, 12, 13 or 14 digits, the last a check digit."), code="gtin"
            ) from None


class StockForm(forms.ModelForm[Stock]):
    """Orders reserve and take goods meanwhile: what is saved is judged by the lots as they stand under lock."""

    class Meta:
        model = Stock
        fields = ["pack", "lot", "best_before", "on_hand"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["on_hand"].show_hidden_initial = True

    def clean_on_hand(self) -> int:
        on_hand: int = self.cleaned_data["on_hand"]
        if self.instance.pk is None:
            return on_hand
        lots = {
            lot.pk: lot for lot in Stock.objects.filter(pack=self.instance.pack_id).order_by("pk").select_for_update()
        }
        now = lots[self.instance.pk]
        seen = self["on_hand"].initial
        is_counted = "on_hand" in self.changed_data
        if not is_counted:
            on_hand = now.on_hand
        self.instance.reserved = now.reserved
        check_count(now, on_hand, seen=Seen(int(seen)) if is_counted and seen is not None else None)
        return on_hand


class ProductImageForm(CheckedForm):
    """A picture of the shop chosen, or a new one uploaded."""

    upload = IngestedImageField(label=_("or a new file"), required=False)
    shows_mark = forms.BooleanField(
        label=_("it shows an OCOP mark or stars"),
        required=False,
        help_text=_("While the product has no stars, such a picture is not served anywhere."),
    )

    class Meta:
        model = ProductImage
        fields = ["image", "alt", "alt_en", "position"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["image"].required = False

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if "upload" not in self.errors and bool(cleaned.get("image")) == bool(cleaned.get("upload")):
            self.add_error("upload", ValidationError(_("Choose a picture or a new file, one of both."), code="one"))
        return cleaned

    def save(self, commit: bool = True) -> Any:
        if file := self.cleaned_data.get("upload"):
            self.instance.image = store_image(
                file=file,
                title=self.cleaned_data["alt"] or self.instance.product.name,
                description=self.cleaned_data["alt"],
                marked_product=self.instance.product if self.cleaned_data["shows_mark"] else None,
            )
        return super().save(commit)
