"""Where the catalogue's texts are, for the search for typed claims of stars ("OCOP 4 sao")."""

from collections.abc import Iterable, Iterator
from functools import partial

from django.core.exceptions import ValidationError
from django.db import models

from ocop_badges.claims import StoredText, refuse_claims, register_source

from .models import Pack, Producer, Product, ProductImage, QualityCertificate, ShopImage

_FIELDS: dict[type[models.Model], tuple[str, ...]] = {
    Product: (
        "name",
        "name_en",
        "description",
        "description_en",
        "origin",
        "origin_en",
        "ingredients",
        "ingredients_en",
        "storage",
        "storage_en",
        "return_policy",
        "return_policy_en",
    ),
    Producer: ("name", "legal_name", "address", "story", "story_en"),
    Pack: ("name", "name_en"),
    QualityCertificate: ("name", "number"),
    ProductImage: ("alt", "alt_en"),
    ShopImage: ("title", "description"),
}


def shown_texts(model: type[models.Model]) -> tuple[str, ...]:
    """The fields of a model that shoppers read as they were typed."""
    return _FIELDS.get(model, ())


def refuse_typed_claims(thing: models.Model, *, fields: Iterable[str] | None = None) -> None:
    """Raise ``ValidationError``, by field, where a text that shoppers read claims stars. ``fields``: only these."""
    errors: dict[str, ValidationError] = {}
    for name in shown_texts(type(thing)):
        if fields is not None and name not in fields:
            continue
        try:
            refuse_claims(getattr(thing, name))
        except ValidationError as error:
            errors[name] = error
    if errors:
        raise ValidationError(errors)


def register_sources() -> None:
    """Let ``lint_claims`` search every text of the catalogue."""
    for model in _FIELDS:
        register_source(f"catalog.{model.__name__}", partial(_stored_texts, model))


def _stored_texts(model: type[models.Model]) -> Iterator[StoredText]:
    names = shown_texts(model)
    for pk, *texts in model._default_manager.order_by("pk").values_list("pk", *names).iterator():
        for name, text in zip(names, texts, strict=True):
            if text:
                yield f"{model._meta.model_name} {pk}, {name}", text
