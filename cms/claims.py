"""Typed claims of stars ("OCOP 4 sao") are refused in everything an editor writes, and found where they are stored.

Fields and blocks of ours carry ``ocop_badges.claims.refuse_claims`` as a validator; this module covers the rest.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.models import Page

from ocop_badges.claims import refuse_claims, register_source

TEXTS_OF_EVERY_PAGE = ("title", "seo_title", "search_description")


def claim_errors(page: models.Model, *, fields: Iterable[str]) -> dict[str, ValidationError]:
    """The refusals of fields that are not ours to give a validator, such as a page's title."""
    errors: dict[str, ValidationError] = {}
    for name in fields:
        try:
            refuse_claims(getattr(page, name) or "")
        except ValidationError as error:
            errors[name] = error
    return errors


def register_sources() -> None:
    """Let ``lint_claims`` look through every page: what is live and what waits in the newest draft."""
    register_source("pages", lambda: _stored_texts(Page.objects.order_by("path").specific().iterator(100)))
    register_source(
        "drafts",
        lambda: _stored_texts(
            page.get_latest_revision_as_object()
            for page in Page.objects.filter(has_unpublished_changes=True).order_by("path").specific().iterator(100)
        ),
    )


def texts_of(page: Any) -> Iterator[tuple[str, str]]:
    """Every text of a page that a reader may see, with the name of its field; from stored values only."""
    own = {field.name for field in page._meta.local_fields}
    for field in page._meta.concrete_fields:
        value = getattr(page, field.attname)
        if hasattr(value, "raw_data"):
            yield from ((field.name, text) for text in _strings(block["value"] for block in value.raw_data if block))
        elif isinstance(value, str) and not field.choices and (field.name in own | set(TEXTS_OF_EVERY_PAGE)):
            yield field.name, value


def _stored_texts(pages: Iterable[Any]) -> Iterator[tuple[str, str]]:
    for page in pages:
        for field, text in texts_of(page):
            yield f"{page.url_path} (page {page.pk}), {field}", text


def _strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _strings(value.values())
    elif isinstance(value, Iterable):
        for item in value:
            yield from _strings(item)
