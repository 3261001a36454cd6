"""How blocks reach what their page gathered: cards, pictures and the stars of the day.

A block that is rendered without a page, as in the editor's block preview, gathers for itself.
"""

from typing import Any

from django import template
from wagtail.rich_text import RichText

from catalog.media.pictures import Picture
from cms.materials import Materials, ShownCard, Starred, Wanted, gather_for

register = template.Library()


@register.simple_tag(takes_context=True)
def live_html(context: dict[str, Any], value: Any) -> str:
    """Rich text as HTML, its live tokens as stars."""
    source = value.source if isinstance(value, RichText) else str(value or "")
    return _materials(context, Wanted(texts=[source])).html(source)


@register.simple_tag(takes_context=True)
def live_text(context: dict[str, Any], value: Any) -> str:
    """Plain text, escaped, its live tokens as stars."""
    text = str(value or "")
    return _materials(context, Wanted(texts=[text])).text_html(text)


@register.simple_tag(takes_context=True)
def picture_in(context: dict[str, Any], image: Any) -> Picture | None:
    """The picture of an image block's value; None where there is none, or it may not be served today."""
    if image is None:
        return None
    return _materials(context, Wanted(images={image.pk})).picture(image)


@register.simple_tag(takes_context=True)
def cards_in(context: dict[str, Any], products: Any) -> list[ShownCard]:
    """The cards of the products a block names; those that left the shop are left out."""
    ids = [product.pk for product in products if product is not None]
    return _materials(context, Wanted(products=set(ids))).cards_of(ids)


@register.simple_tag(takes_context=True)
def stars_in(context: dict[str, Any], product: Any) -> Starred | None:
    """A product with its stars of the day; None on a day without."""
    if product is None:
        return None
    starred = _materials(context, Wanted(starred={product.pk})).starred.get(product.pk)
    return starred if starred is not None and starred.badge is not None else None


def _materials(context: dict[str, Any], wanted: Wanted) -> Materials:
    gathered: Materials | None = context.get("materials")
    return gathered if gathered is not None else gather_for(context["request"], wanted)
