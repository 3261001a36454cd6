"""Values as the API writes them: money, pictures, badges, product cards; every address absolute."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from catalog.cards import Card
from ocop_badges.badges import Badge
from ocop_badges.links import base_url

from .materials import Materials


def money(amount: int | None) -> dict[str, Any] | None:
    """Integer đồng, None where it is not for sale."""
    return None if amount is None else {"amount": amount, "currency": "VND"}


@dataclass(frozen=True)
class Values:
    """Writes values for one request: ``base`` is scheme and host, ``prefix`` the language's (``/en`` or nothing)."""

    base: str
    prefix: str
    materials: Materials

    @classmethod
    def for_request(cls, request: HttpRequest, materials: Materials) -> "Values":
        return cls(base=base_url(request), prefix="/en" if materials.lang == "en" else "", materials=materials)

    def page_url(self, path: str) -> str:
        """The absolute address of a page given its path without a language prefix."""
        return f"{self.base}{self.prefix}{path}"

    def file_url(self, url: str) -> str:
        """The absolute address of a file: storage may answer one already."""
        return url if "://" in url else f"{self.base}{url}"

    def image(self, image_id: int | None, *, alt: str) -> dict[str, str] | None:
        """A picture, None where there is none or it may not be served on the day."""
        source = self.materials.sources.get(image_id) if image_id else None
        return {"src": self.file_url(source), "alt": alt} if source else None

    def badge(self, badge: Badge | None, *, slug: str) -> dict[str, Any] | None:
        if badge is None:
            return None
        return {
            "stars": badge.stars,
            "valid_until": badge.valid_until.isoformat(),
            "certificate": badge.certificate,
            "image": f"{self.base}{reverse('badge', kwargs={'slug': slug, 'ext': 'svg'})}",
            "verify": self.page_url(f"/verify/{badge.certificate}/"),
        }

    def product(self, card: Card) -> dict[str, Any]:
        """A product as a list of products tells it."""
        return {
            "id": card.public_id,
            "slug": card.slug,
            "name": card.name,
            "url": f"{self.base}{card.path}",
            "producer": {"slug": card.producer_slug, "name": card.producer_name},
            "price": money(card.price),
            "in_stock": card.in_stock,
            "image": self.image(card.image_id, alt=card.image_alt),
            "badge": self.badge(card.badge, slug=card.slug),
        }
