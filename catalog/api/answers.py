"""How this app answers programs: open to all, JSON from values, every address absolute."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.core.files.storage import FileSystemStorage, default_storage
from django.http import HttpRequest, HttpResponse
from django.utils.encoding import filepath_to_uri
from rest_framework.request import Request
from rest_framework.views import APIView

from catalog.cards import Card
from catalog.media.pictures import load_sources
from ocop_badges.badges import Badge
from ocop_badges.freshness import mark
from ocop_badges.links import base_url, language_prefix, verify_address
from ocop_badges.moving import moved_to
from ocop_badges.public_api import AlwaysJson
from ocop_badges.request_time import time_of

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class PublicView(APIView):
    """The same for everybody: no session is read, so that any cache may keep the answer for its minute."""

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    content_negotiation_class = AlwaysJson


def day_of(request: Request) -> date:
    """The shop's day, read once for this request."""
    return time_of(request).day


def answer(body: Mapping[str, Any], *, lang: str, headers: Mapping[str, str] | None = None) -> HttpResponse:
    """A JSON answer that depends on the badges of the day."""
    response = HttpResponse(_encode(body).encode(), content_type="application/json", headers=headers)
    response.headers["Content-Language"] = lang
    return mark(response, "public")


def moved(request: Request, path: str) -> HttpResponse:
    """The answer at a former address: 308, the query kept."""
    return mark(moved_to(request._request, path), "public")


def whole_list(results: list[dict[str, Any]]) -> dict[str, Any]:
    """A list that fits on one page."""
    return {"count": len(results), "next": None, "previous": None, "results": results}


def money(amount: int | None) -> dict[str, Any] | None:
    return None if amount is None else {"amount": amount, "currency": "VND"}


def coded(code: str, name: str) -> dict[str, str]:
    return {"code": code, "name": name}


def _media_url(name: str) -> str:
    """``default_storage.url(name)``; a file system's needs no joining of addresses, which for a list adds up."""
    if isinstance(default_storage, FileSystemStorage):
        return default_storage.base_url + filepath_to_uri(name)
    return default_storage.url(name)


class Writer:
    """Writes cards and what is in them for one request."""

    def __init__(self, request: HttpRequest, lang: str) -> None:
        self.lang = lang
        self.base = base_url(request)
        self.pages = self.base + language_prefix(lang)

    def file_url(self, url: str) -> str:
        """A storage may answer a site-relative address or a whole one."""
        return url if "://" in url else self.base + url

    def sources(self, files: Mapping[int, str | None]) -> dict[int, str]:
        """Absolute addresses of images, by id. ``files`` are the renditions known; those that lack one get it made."""
        sources = {image_id: _media_url(file) for image_id, file in files.items() if file}
        if len(sources) < len(files):
            sources |= load_sources([image_id for image_id, file in files.items() if not file])
        return {image_id: self.file_url(url) for image_id, url in sources.items()}

    def badge(self, badge: Badge | None, slug: str) -> dict[str, Any] | None:
        if badge is None:
            return None
        return {
            "stars": badge.stars,
            "valid_until": badge.valid_until.isoformat(),
            "certificate": badge.certificate,
            "image": f"{self.base}/badges/{slug}.svg",
            "verify": verify_address(badge.certificate, base=self.pages),
        }

    def card(self, card: Card, sources: Mapping[int, str]) -> dict[str, Any]:
        source = sources.get(card.image_id) if card.image_id else None
        return {
            "id": card.public_id,
            "slug": card.slug,
            "name": card.name,
            "url": self.base + card.path,
            "producer": {"slug": card.producer_slug, "name": card.producer_name},
            "province": {"code": card.province_code, "name": card.province_name},
            "industry": {"code": card.industry_code, "name": card.industry_name},
            "product_set": {"code": card.product_set_code, "name": card.product_set_name},
            "price": money(card.price),
            "in_stock": card.in_stock,
            "image": {"src": source, "alt": card.image_alt} if source else None,
            "badge": self.badge(card.badge, card.slug),
        }

    def cards(self, cards: Sequence[Card]) -> list[dict[str, Any]]:
        sources = self.sources({card.image_id: card.image_file for card in cards if card.image_id})
        return [self.card(card, sources) for card in cards]
