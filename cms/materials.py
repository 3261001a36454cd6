"""What a page needs of the day: product cards, pictures and stars, gathered in one go however many blocks ask.

First everything wanted is collected (``Wanted``), then loaded with a bounded number of queries (``gather``); templates
and the API only look things up.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language
from wagtail.rich_text import expand_db_html

from catalog.cards import Card, load_cards
from catalog.media.pictures import Picture, load_pictures, load_sources
from catalog.models import Product, ShopImage
from ocop_badges import tokens
from ocop_badges.badges import Badge, load_badges
from ocop_badges.request_time import time_of


@dataclass
class Wanted:
    """Ids of products to show as cards, of products to show the stars of, of images; and texts that may hold tokens."""

    products: set[int] = field(default_factory=set)
    starred: set[int] = field(default_factory=set)
    images: set[int] = field(default_factory=set)
    texts: list[str] = field(default_factory=list)

    @classmethod
    def of_body(cls, body: Any) -> "Wanted":
        """Everything that the blocks of a ``StoryBody`` show, from stored ids: no query, and nothing is loaded."""
        wanted = cls()
        for block in body.get_prep_value() if body else ():
            wanted.add_block(block["type"], block["value"])
        return wanted

    def add_block(self, name: str, value: Any) -> None:
        match name, value:
            case ("paragraph", str()):
                self.texts.append(value)
            case ("quote", dict()):
                self.texts.append(value.get("text") or "")
            case ("image", dict()):
                self._add_image(value.get("image"))
            case ("gallery", dict()):
                for item in items_of(value.get("pictures")):
                    self._add_image(item.get("image"))
            case ("place_and_people", dict()):
                self.texts.append(value.get("text") or "")
                self._add_image(value.get("image"))
            case ("products", dict()):
                self.products |= {product_id for product_id in items_of(value.get("products")) if product_id}
            case ("stars", dict()):
                if value.get("product"):
                    self.starred.add(value["product"])

    def _add_image(self, value: Any) -> None:
        if image_id := image_id_of(value):
            self.images.add(image_id)


def items_of(stored: Any) -> list[Any]:
    """The values of a list block as stored."""
    return [item["value"] if isinstance(item, dict) and "type" in item else item for item in stored or ()]


def image_id_of(stored: Any) -> int | None:
    """The image of an image block as stored."""
    return stored.get("image") if isinstance(stored, dict) else stored


@dataclass(frozen=True)
class Starred:
    """A product and its stars of the day, if any: what a star block shows."""

    slug: str
    name: str
    path: str | None
    badge: Badge | None


@dataclass(frozen=True)
class ShownCard:
    """A product card with its picture, as the card template takes them."""

    card: Card
    picture: Picture | None


@dataclass(frozen=True)
class Materials:
    """Everything gathered for one page on one day in one language."""

    day: date
    lang: str
    cards: dict[int, Card] = field(default_factory=dict)
    pictures: dict[int, Picture] = field(default_factory=dict)
    sources: dict[int, str] = field(default_factory=dict)
    starred: dict[int, Starred] = field(default_factory=dict)
    token_badges: dict[str, Badge] = field(default_factory=dict)

    def cards_of(self, product_ids: Iterable[int]) -> list[ShownCard]:
        """The cards of those products that are in the shop, in the order asked."""
        return [
            ShownCard(card, self.pictures.get(card.image_id) if card.image_id else None)
            for product_id in product_ids
            if (card := self.cards.get(product_id)) is not None
        ]

    def picture(self, image: Any, *, alt: str | None = None) -> Picture | None:
        """The picture of an image with the text given for it here; None where it may not be served today."""
        picture = self.pictures.get(image.pk if isinstance(image, ShopImage) else image)
        if picture is None:
            return None
        if alt is None:
            alt = getattr(image, "contextual_alt_text", None)
        return picture if alt is None else replace(picture, alt=alt)

    def html(self, source: str) -> str:
        """Stored rich text as HTML, its live tokens as the stars of the day."""
        return tokens.expand_html(expand_db_html(source), self.token_badges, self.lang)

    def text_html(self, text: str) -> str:
        """Plain text as HTML, its live tokens as the stars of the day."""
        return tokens.expand(text, self.token_badges, self.lang)

    def text(self, text: str) -> str:
        """Plain text with its live tokens as words."""
        return tokens.expand_text(text, self.token_badges, self.lang)

    def cover_of(self, page: Any) -> Picture | None:
        return self.picture(page.cover_id, alt=page.cover_alt or None)


def gather(wanted: Wanted, *, day: date, lang: str, for_api: bool = False) -> Materials:
    """Load what is wanted, as of ``day``, with names in ``lang``; for the API one address an image, else pictures."""
    cards = load_cards(wanted.products, day=day, lang=lang) if wanted.products else {}
    image_ids = servable_images(wanted.images, day=day)
    image_ids |= {card.image_id for card in cards.values() if card.image_id}
    return Materials(
        day=day,
        lang=lang,
        cards=cards,
        pictures=load_pictures(image_ids) if image_ids and not for_api else {},
        sources=load_sources(image_ids) if image_ids and for_api else {},
        starred=_load_starred(wanted.starred, day=day, lang=lang) if wanted.starred else {},
        token_badges=tokens.load_token_badges(wanted.texts, day=day),
    )


def gather_for(request: HttpRequest, wanted: Wanted) -> Materials:
    """``gather`` on the day and in the language of a request."""
    return gather(wanted, day=time_of(request).day, lang=get_language() or "vi")


def servable_images(image_ids: Iterable[int], *, day: date) -> set[int]:
    """Of these images, those that may be served on ``day``: one with an OCOP mark only while its product has stars."""
    ids = [image_id for image_id in image_ids if image_id]
    return set(ShopImage.objects.servable_on(day).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _load_starred(ids: set[int], *, day: date, lang: str) -> dict[int, Starred]:
    badges = load_badges(ids, day=day)
    return {
        product.pk: Starred(
            slug=product.slug,
            name=product.name_in(lang),
            path=f"/products/{product.slug}/" if product.is_published and product.producer.is_published else None,
            badge=badges.get(product.pk),
        )
        for product in Product.objects.filter(pk__in=ids).select_related("producer").order_by("pk")
    }
