"""The demo's stories, gifts and home page, as Wagtail pages with one published revision each."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from wagtail.models import Page

from catalog.models import Pack, Product
from cms.blocks import StoryBody
from cms.models import (
    GiftBundlePage,
    GiftIndexPage,
    GiftItem,
    HomePage,
    HomeProduct,
    StoryIndexPage,
    StoryPage,
    StoryProduct,
)
from ocop_badges.tokens import token_for

_TOKEN = re.compile(r"\[\[demo:([A-Z0-9-]+)\]\]")


@dataclass(frozen=True)
class Shelf:
    """What pages are made of: products by code, packs by SKU (without its prefix), image ids by drawing."""

    products: Mapping[str, Product]
    packs: Mapping[str, Pack]
    images: Mapping[str, int]

    def text(self, text: str) -> str:
        """The text with the live tokens of the products it names by code; of one that is gone, none."""
        return _TOKEN.sub(lambda match: self._token(match[1]), text)

    def ids(self, codes: list[str]) -> list[int]:
        return [self.products[code].pk for code in codes if code in self.products]

    def _token(self, code: str) -> str:
        return token_for(self.products[code].public_id) if code in self.products else ""


def missing_stories(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The stories whose address is free."""
    taken = set(StoryIndexPage.objects.get().get_children().values_list("slug", flat=True))
    return [story for story in told if story["slug"] not in taken]


def missing_gifts(told: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The gifts whose address is free."""
    taken = set(GiftIndexPage.objects.get().get_children().values_list("slug", flat=True))
    return [gift for gift in told if gift["slug"] not in taken]


def home_is_untouched() -> bool:
    """Whether nobody, this command included, has saved the home page since it was made."""
    return bool(HomePage.objects.get().latest_revision_id is None)


@transaction.atomic
def publish_story(told: dict[str, Any], *, cover_id: int, shelf: Shelf) -> None:
    block = StoryBody()
    body = block.to_python([stored for part in told["body"] if (stored := _block(part, shelf))])
    page = StoryPage(
        title=told["title"],
        slug=told["slug"],
        language=told["language"],
        summary=told["summary"],
        cover_id=cover_id,
        cover_alt=told["cover_alt"],
        body=block.clean(body),
    )
    page.products = [
        StoryProduct(product_id=product_id, sort_order=order)
        for order, product_id in enumerate(shelf.ids(told["products"]))
    ]
    _publish_below(StoryIndexPage.objects.get(), page)


@transaction.atomic
def publish_gift(told: dict[str, Any], *, cover_id: int, shelf: Shelf) -> None:
    page = GiftBundlePage(
        **{name: told[name] for name in ("title", "title_en", "slug", "summary", "summary_en", "cover_alt")},
        heritage=shelf.text(told["heritage"]),
        heritage_en=shelf.text(told["heritage_en"]),
        fixed_price=told.get("fixed_price"),
        discount_percent=told.get("discount_percent"),
        goes_as_box=told.get("goes_as_box", False),
        cover_id=cover_id,
    )
    page.items = [
        GiftItem(pack=shelf.packs[sku], quantity=quantity, sort_order=order)
        for order, (sku, quantity) in enumerate(told["items"])
        if sku in shelf.packs
    ]
    _publish_below(GiftIndexPage.objects.get(), page)


@transaction.atomic
def publish_home(told: dict[str, Any], *, picture_id: int, shelf: Shelf) -> None:
    """Dress the home page and the introductions of both lists, where nobody has written any."""
    home = HomePage.objects.get()
    home.hero_text, home.hero_text_en, home.hero_image_id = told["hero_text"], told["hero_text_en"], picture_id
    home.chosen_products = [
        HomeProduct(product_id=product_id, sort_order=order)
        for order, product_id in enumerate(shelf.ids(told["products"]))
    ]
    home.save_revision().publish()
    for index, name in ((StoryIndexPage.objects.get(), "stories_intro"), (GiftIndexPage.objects.get(), "gifts_intro")):
        if not index.intro and not index.intro_en:
            index.intro, index.intro_en = told[name], told[f"{name}_en"]
            index.save_revision().publish()


def _publish_below(parent: Page, page: Page) -> None:
    page.live = False
    parent.add_child(instance=page)
    page.save_revision().publish()


def _block(part: dict[str, Any], shelf: Shelf) -> dict[str, Any] | None:
    """A part of a story as a StreamField stores it; None where what it shows is gone."""
    match part:
        case {"heading": text}:
            return {"type": "heading", "value": text}
        case {"place": place, "people": people, "text": text, "picture": name, "alt": alt}:
            value = {"place": place, "people": people, "text": shelf.text(text), "image": _image(name, alt, shelf)}
            return {"type": "place_and_people", "value": value}
        case {"text": text}:
            return {"type": "paragraph", "value": shelf.text(text)}
        case {"quote": text, "who": who}:
            return {"type": "quote", "value": {"text": text, "who": who}}
        case {"gallery": told}:
            pictures = [picture for one in told if (picture := _picture(one, shelf))]
            return {"type": "gallery", "value": {"pictures": pictures}} if len(pictures) > 1 else None
        case {"picture": _}:
            shown = _picture(part, shelf)
            return shown and {"type": "image", "value": shown}
        case {"cards": codes, "title": title}:
            ids = shelf.ids(codes)
            return {"type": "products", "value": {"title": title, "products": ids}} if ids else None
        case {"stars": code}:
            starred = shelf.ids([code])
            return {"type": "stars", "value": {"product": starred[0]}} if starred else None
    raise ValueError(f"no kind of block: {part}")


def _picture(told: dict[str, Any], shelf: Shelf) -> dict[str, Any] | None:
    image = _image(told["picture"], told["alt"], shelf)
    return image and {"image": image, "caption": told["caption"]}


def _image(name: str, alt: str, shelf: Shelf) -> dict[str, Any] | None:
    image_id = shelf.images.get(name)
    return {"image": image_id, "alt_text": alt, "decorative": False} if image_id else None
