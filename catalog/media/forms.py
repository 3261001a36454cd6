from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms import FileField
from django.utils.translation import gettext_lazy as _
from wagtail.images.fields import WagtailImageField
from wagtail.images.forms import BaseImageForm

from catalog.claims import refuse_typed_claims

from .ingest import FORMATS_TEXT, MAX_BYTES, ReencodedFile, reencode
from .services import refresh_listings_with


class IngestedImageField(WagtailImageField):
    """A picture as it will be stored. The content says what it is, not the name: a PNG named ``.jpg`` is welcome."""

    default_validators: list[Any] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.help_text = _("%(formats)s, at most %(limit)s MB. The place and camera stored in a photo are removed.") % {
            "formats": FORMATS_TEXT,
            "limit": MAX_BYTES // 1024**2,
        }

    def to_python(self, data: Any) -> ReencodedFile | None:
        if data is not None and not data.size:
            return reencode(data)  # it words the refusal
        file = FileField.to_python(self, data)
        return None if file is None else reencode(file)


class ShopImageForm(BaseImageForm):
    """The form behind every upload in Wagtail's admin: what is wrong with a file stands beside the file's field."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if replaced := self.fields.get("file"):
            self.fields["file"] = IngestedImageField(
                label=replaced.label, required=replaced.required, widget=replaced.widget
            )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        if {"shows_ocop_mark", "marked_product"} <= set(cleaned):
            if cleaned["shows_ocop_mark"] and cleaned["marked_product"] is None:
                self.add_error(
                    "marked_product",
                    ValidationError(_("Name the product whose mark or stars this picture shows."), code="required"),
                )
            if not cleaned["shows_ocop_mark"] and cleaned["marked_product"] is not None:
                self.add_error(
                    "shows_ocop_mark",
                    ValidationError(_("Tick this, or name no product: they belong together."), code="required"),
                )
        return cleaned

    def save(self, commit: bool = True) -> Any:
        with transaction.atomic():
            image = super().save(commit=commit)
            if commit and {"shows_ocop_mark", "marked_product"} & set(self.changed_data):
                refresh_listings_with(image)
        return image

    def _post_clean(self) -> None:
        super()._post_clean()
        try:
            refuse_typed_claims(self.instance, fields=self.fields)
        except ValidationError as error:
            self._update_errors(error)
        is_new = self.cleaned_data.get("file") not in (None, self.original_file)
        if is_new and self.errors and "file" not in self.errors:
            # A file does not survive a form shown again. Refusing it also keeps Wagtail's uploader of several
            # files, which shows only what is said of the file, from setting the sender's own file aside.
            faults = " ".join(
                f"{self.fields[name].label if name in self.fields else ''}: {' '.join(messages)}"
                for name, messages in self.errors.items()
            )
            self.add_error(
                "file",
                ValidationError(_("Choose the file again. %(faults)s"), code="again", params={"faults": faults}),
            )
