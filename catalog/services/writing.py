"""What the services share: set values, check the whole, save."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.claims import refuse_typed_claims
from catalog.models import Producer, Product
from catalog.models.fields import FoldedField


def save_checked(thing: models.Model, values: dict[str, Any], *, never: Iterable[str] = ()) -> None:
    """Set the values and save, after every check the model knows; typed claims are looked for in what is new.

    Raises ``TypeError`` for a name that is no field, or is one of ``never``, as a wrong keyword would.
    """
    allowed = {field.name for field in thing._meta.concrete_fields if field.editable} - set(never)
    if unknown := sorted(set(values) - allowed):
        raise TypeError(f"{type(thing).__name__} cannot be given {', '.join(unknown)} here")
    is_new = thing.pk is None
    for name, value in values.items():
        setattr(thing, name, value.strip() if isinstance(value, str) else value)
    set_keys(thing)
    thing.full_clean()
    refuse_misplaced(thing)
    refuse_typed_claims(thing, fields=None if is_new else values)
    thing.save()


def set_keys(thing: models.Model) -> None:
    """Bring the folded keys up to date before saving does, so that the constraints over them can be checked."""
    for field in thing._meta.concrete_fields:
        if isinstance(field, FoldedField):
            field.pre_save(thing, add=False)


def refuse_misplaced(thing: models.Model) -> None:
    """Raise ``ValidationError``, by field, where a commune or former province does not lie in the province named."""
    if not isinstance(thing, (Product, Producer)):
        return
    errors: dict[str, ValidationError] = {}
    for name in ("commune", "former_province"):
        place = getattr(thing, name, None)
        if place is not None and place.province_id != thing.province_id:
            errors[name] = ValidationError(
                _("%(place)s does not belong to %(province)s."),
                code="misplaced",
                params={"place": place.name, "province": thing.province.name},
            )
    if errors:
        raise ValidationError(errors)
