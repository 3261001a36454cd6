"""What stories and bundles write into an answer beside products: pictures and pages of their own."""

from typing import Any

from django.http import HttpRequest

from catalog.api.answers import Writer
from catalog.cards import Card

from .materials import Materials


class StoryWriter(Writer):
    """Writes what was gathered for one request; every address absolute."""

    def __init__(self, request: HttpRequest, materials: Materials) -> None:
        super().__init__(request, materials.lang)
        self.materials = materials
        self.image_urls = {image_id: self.file_url(url) for image_id, url in materials.sources.items()}

    def page_url(self, path: str) -> str:
        """The address of a page given its path without a language prefix."""
        return f"{self.pages}{path}"

    def image(self, image_id: int | None, *, alt: str) -> dict[str, str] | None:
        """A picture, None where there is none or it may not be served on the day."""
        source = self.image_urls.get(image_id) if image_id else None
        return {"src": source, "alt": alt} if source else None

    def product(self, card: Card) -> dict[str, Any]:
        """A product as a list of products tells it."""
        return self.card(card, self.image_urls)
