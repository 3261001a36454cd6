"""What search engines are told: every page worth finding, in both languages, and where not to go.

A sitemap may hold 50,000 addresses (sitemaps.org); ours are cut into files of ``CHUNK`` things, so that each is made
quickly. Nothing here depends on badges.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.sax.saxutils import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalog.models import Producer, Product
from catalog.templatetags.shop import path_in
from cms.models import GiftBundlePage, StoryPage
from ocop_badges.days import ZONE
from ocop_badges.links import base_url

CHUNK = 5_000
KEPT = 60 * 60  # seconds
LANGUAGES = ("vi", "en")


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to find: its path without a language prefix, the languages it is written in, its last change."""

    path: str
    languages: tuple[str, ...] = LANGUAGES
    changed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """``count`` of things, and ``entries`` from the first (counted from 0) up to but not with the last."""

    count: Callable[[], int]
    entries: Callable[[int, int], Iterable[Entry]]


def _products() -> Any:
    return Product.objects.published().order_by("pk").values_list("slug", flat=True)


def _producers() -> Any:
    return Producer.objects.published().order_by("pk").values_list("slug", flat=True)


def _stories() -> Any:
    return StoryPage.objects.live().public().order_by("pk")


def _bundles() -> Any:
    return GiftBundlePage.objects.live().public().order_by("pk")


def _changed_on(page: Any) -> date | None:
    return page.last_published_at.astimezone(ZONE).date() if page.last_published_at else None


FIXED = tuple(Entry(path) for path in ("/", "/products/", "/stories/", "/gifts/"))
SECTIONS = {
    "pages": Section(lambda: len(FIXED), lambda first, last: FIXED[first:last]),
    "products": Section(
        lambda: _products().count(),
        lambda first, last: (Entry(f"/products/{slug}/") for slug in _products()[first:last]),
    ),
    "producers": Section(
        lambda: _producers().count(),
        lambda first, last: (Entry(f"/producers/{slug}/") for slug in _producers()[first:last]),
    ),
    # A story is in one language: its other address only wraps the same text.
    "stories": Section(
        lambda: _stories().count(),
        lambda first, last: (
            Entry(page.shop_path, (page.language,), _changed_on(page)) for page in _stories()[first:last]
        ),
    ),
    "gifts": Section(
        lambda: _bundles().count(),
        lambda first, last: (Entry(page.shop_path, changed_on=_changed_on(page)) for page in _bundles()[first:last]),
    ),
}


@require_safe
@cache_control(public=True, max_age=KEPT)
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """Every sitemap there is."""
    base = base_url(request)
    files = (
        f"<sitemap><loc>{escape(base + reverse('sitemap', args=[name, number]))}</loc></sitemap>"
        for name, section in SECTIONS.items()
        for number in range(1, -(-section.count() // CHUNK) + 1)
    )
    return _xml("sitemapindex", "", files)


@require_safe
@cache_control(public=True, max_age=KEPT)
def sitemap(request: HttpRequest, section: str, number: int) -> HttpResponse:
    """One file: each address with its other languages."""
    if section not in SECTIONS or number < 1:
        raise Http404(section)
    entries = list(SECTIONS[section].entries((number - 1) * CHUNK, number * CHUNK))
    if not entries:
        raise Http404(section)
    base = base_url(request)
    return _xml(
        "urlset", ' xmlns:xhtml="http://www.w3.org/1999/xhtml"', (url for e in entries for url in _urls(e, base))
    )


@require_safe
@cache_control(public=True, max_age=KEPT)
def robots(request: HttpRequest) -> HttpResponse:
    """Crawlers keep out of what only people or programs with a purpose need."""
    lines = [
        "User-agent: *",
        "Disallow: /admin/",
        "Disallow: /django-admin/",
        "Disallow: /api/",
        "Allow: /api/docs/",
        "",
        f"Sitemap: {base_url(request)}{reverse('sitemap-index')}",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


def _urls(entry: Entry, base: str) -> Iterator[str]:
    addresses = {lang: escape(base + path_in(entry.path, lang)) for lang in entry.languages}
    alternates = ""
    if len(addresses) > 1:
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang="{lang}" href="{address}"/>'
            for lang, address in [*addresses.items(), ("x-default", addresses["vi"])]
        )
    changed = f"<lastmod>{entry.changed_on.isoformat()}</lastmod>" if entry.changed_on else ""
    for address in addresses.values():
        yield f"<url><loc>{address}</loc>{changed}{alternates}</url>"


def _xml(root: str, namespaces: str, elements: Iterable[str]) -> HttpResponse:
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"{namespaces}>\n'
        + "\n".join(elements)
        + f"\n</{root}>\n"
    )
    return HttpResponse(body, content_type="application/xml; charset=utf-8")
