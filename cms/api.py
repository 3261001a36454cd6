"""Stories and gift bundles for programs: what is live, with the badges of today."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.utils import translation
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from catalog.api.answers import PublicView, answer, day_of, money, moved
from ocop_badges.days import ZONE
from ocop_badges.public_api import BAD_QUERY, MOVED, NOT_FOUND
from ocop_badges.query_params import Choice, Integer, QueryParams, Text, url_with

from .bodies import describe_body
from .keyset import KeysetPage, newest_page
from .materials import Materials, Wanted, gather
from .models import GiftBundlePage, StoryPage
from .models.base import page_once_at
from .models.gifts import offers_of
from .offers import Offer
from .serializers import GiftBundleListSerializer, GiftBundleSerializer, StoryDetailSerializer, StoryListSerializer
from .values import StoryWriter

PAGING = (
    Integer("page_size", "Results a page.", minimum=1, maximum=100, default=24),
    Text("cursor", "Where the page begins, as `next` and `previous` name it."),
)
STORIES = QueryParams(Choice("language", "Only stories written in this language.", ("vi", "en")), *PAGING)
BUNDLES = QueryParams(*PAGING)
ONE = QueryParams()


class StoryList(PublicView):
    @extend_schema(
        operation_id="stories_list",
        summary="Stories, newest first",
        tags=["stories and gifts"],
        parameters=STORIES.openapi,
        responses={200: StoryListSerializer, **BAD_QUERY},
    )
    def get(self, request: Request) -> HttpResponse:
        query = STORIES.parse(request)
        stories = StoryPage.objects.live()
        if query["language"]:
            stories = stories.filter(language=query["language"])
        page = newest_page(stories.select_related("cover"), cursor=query["cursor"], size=query["page_size"])
        wanted = Wanted(
            images={story.cover_id for story in page.rows if story.cover_id},
            texts=[story.summary for story in page.rows],
        )
        materials = _gather(request, wanted, query["lang"])
        writer = StoryWriter(request._request, materials)
        return _list(
            request, query, page, count=stories.count(), describe=lambda story: _story(story, materials, writer)
        )


class StoryDetail(PublicView):
    @extend_schema(
        operation_id="stories_retrieve",
        summary="One story with its body and products",
        tags=["stories and gifts"],
        parameters=ONE.openapi,
        responses={200: StoryDetailSerializer, **BAD_QUERY, **NOT_FOUND, **MOVED},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        query = ONE.parse(request)
        story = _live(StoryPage, slug)
        if story is None:
            return _elsewhere(request, "stories", "stories", slug)
        materials = _gather(request, story.wanted(), query["lang"])
        writer = StoryWriter(request._request, materials)
        with translation.override(query["lang"]):  # links inside a text lead to pages in this language
            body = describe_body(story.body, materials=materials, writer=writer)
        products = [writer.product(shown.card) for shown in materials.cards_of(story.featured_product_ids)]
        return answer({**_story(story, materials, writer), "body": body, "products": products}, lang=query["lang"])


class GiftBundleList(PublicView):
    @extend_schema(
        operation_id="gift_bundles_list",
        summary="Gift bundles, newest first",
        tags=["stories and gifts"],
        parameters=BUNDLES.openapi,
        responses={200: GiftBundleListSerializer, **BAD_QUERY},
    )
    def get(self, request: Request) -> HttpResponse:
        query = BUNDLES.parse(request)
        bundles = GiftBundlePage.objects.live()
        page = newest_page(bundles.select_related("cover"), cursor=query["cursor"], size=query["page_size"])
        return _list(request, query, page, count=bundles.count(), describe=_describe_bundles(request, page.rows, query))


class GiftBundleDetail(PublicView):
    @extend_schema(
        operation_id="gift_bundles_retrieve",
        summary="One gift bundle",
        tags=["stories and gifts"],
        parameters=ONE.openapi,
        responses={200: GiftBundleSerializer, **BAD_QUERY, **NOT_FOUND, **MOVED},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        query = ONE.parse(request)
        bundle = _live(GiftBundlePage, slug)
        if bundle is None:
            return _elsewhere(request, "gifts", "gift-bundles", slug)
        return answer(_describe_bundles(request, [bundle], query)(bundle), lang=query["lang"])


def _live(model: Any, slug: str) -> Any:
    return model.objects.live().filter(slug=slug).select_related("cover").first()


def _elsewhere(request: Request, section: str, endpoint: str, slug: str) -> HttpResponse:
    """308 to where a page that once had this slug is now."""
    page = page_once_at(section, slug)
    if page is None:
        raise Http404
    return moved(request, f"/api/v1/{endpoint}/{page.slug}/")


def _gather(request: Request, wanted: Wanted, lang: str) -> Materials:
    return gather(wanted, day=day_of(request), lang=lang, for_api=True)


def _list(
    request: Request,
    query: dict[str, Any],
    page: KeysetPage,
    *,
    count: int,
    describe: Callable[[Any], dict[str, Any]],
) -> HttpResponse:
    content = {
        "count": count,
        "next": url_with(request, cursor=page.next) if page.next else None,
        "previous": url_with(request, cursor=page.previous) if page.previous else None,
        "results": [describe(row) for row in page.rows],
    }
    return answer(content, lang=query["lang"])


def _story(story: StoryPage, materials: Materials, writer: StoryWriter) -> dict[str, Any]:
    return {
        "slug": story.slug,
        "title": story.title,
        "summary": materials.text(story.summary),
        "language": story.language,
        "url": writer.page_url(story.shop_path),
        "cover": _cover(story, writer),
        "published_at": _instant(story.first_published_at),
    }


def _describe_bundles(
    request: Request, bundles: list[GiftBundlePage], query: dict[str, Any]
) -> Callable[[GiftBundlePage], dict[str, Any]]:
    """Load for all bundles at once what describing one of them takes."""
    lang = query["lang"]
    wanted = Wanted(images={bundle.cover_id for bundle in bundles if bundle.cover_id})
    for bundle in bundles:
        wanted.texts += [bundle.summary_in(lang), bundle.heritage_in(lang)]
    materials = _gather(request, wanted, lang)
    writer = StoryWriter(request._request, materials)
    offers = offers_of(bundles, day=materials.day)

    def describe(bundle: GiftBundlePage) -> dict[str, Any]:
        offer = offers[bundle.pk]
        with translation.override(lang):  # links inside a text lead to pages in this language
            heritage = materials.html(bundle.heritage_in(lang))
        return {
            "slug": bundle.slug,
            "title": bundle.title_in(lang),
            "summary": materials.text(bundle.summary_in(lang)),
            "url": writer.page_url(bundle.shop_path),
            "cover": _cover(bundle, writer),
            "price": money(offer.price),
            "in_stock": offer.in_stock,
            "story": heritage,
            "items": _items(offer, writer, lang),
            "all_certified": offer.all_certified,
            "published_at": _instant(bundle.first_published_at),
        }

    return describe


def _items(offer: Offer, writer: StoryWriter, lang: str) -> list[dict[str, Any]]:
    return [
        {
            "product": {
                "slug": item.pack.product.slug,
                "name": item.pack.product.name_in(lang),
                "url": writer.page_url(f"/products/{item.pack.product.slug}/") if item.is_shown else None,
                "badge": writer.badge(item.badge, item.pack.product.slug),
            },
            "pack": {"sku": item.pack.sku, "name": item.pack.name_in(lang)},
            "quantity": item.quantity,
        }
        for item in offer.items
    ]


def _cover(page: Any, writer: StoryWriter) -> dict[str, str] | None:
    if page.cover is None:
        return None
    return writer.image(page.cover_id, alt=page.cover_alt or page.cover.default_alt_text)


def _instant(at: datetime | None) -> str | None:
    return at.astimezone(ZONE).isoformat() if at else None
