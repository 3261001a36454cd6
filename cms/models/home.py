from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, PageChooserPanel
from wagtail.models import Orderable, Page

from catalog.models import Industry, Listing, Product
from catalog.models.fields import in_language
from cms.materials import Wanted, gather_for
from ocop_badges.claims import refuse_claims
from ocop_badges.models import BadgePeriod
from ocop_badges.request_time import time_of

from .base import FixedPage, LeavesWithItsTarget
from .gifts import GiftBundlePage, shown_bundles
from .stories import StoryPage, shown_stories

STORIES = 3
BUNDLES = 3
PRODUCTS = 8


class HomePage(FixedPage, Page):
    """``/``: what the operators chose, and where they chose nothing, the newest."""

    hero_title = models.CharField(_("headline"), max_length=160, blank=True, validators=[refuse_claims])
    hero_title_en = models.CharField(_("headline in English"), max_length=160, blank=True, validators=[refuse_claims])
    hero_text = models.TextField(_("text under it"), blank=True, validators=[refuse_claims])
    hero_text_en = models.TextField(_("text under it in English"), blank=True, validators=[refuse_claims])
    hero_image = models.ForeignKey(
        "catalog.ShopImage",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = ["cms.StoryIndexPage", "cms.GiftIndexPage", "cms.StorefrontIndexPage"]
    template = "cms/home.html"

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [
                FieldPanel("hero_title"),
                FieldPanel("hero_title_en"),
                FieldPanel("hero_text"),
                FieldPanel("hero_text_en"),
                FieldPanel("hero_image"),
            ],
            heading=_("Top of the page"),
        ),
        InlinePanel(
            "chosen_stories", heading=_("Stories"), label=_("story"), max_num=6, help_text=_("None: the newest.")
        ),
        InlinePanel(
            "chosen_bundles", heading=_("Gifts"), label=_("gift bundle"), max_num=6, help_text=_("None: the newest.")
        ),
        InlinePanel(
            "chosen_products",
            heading=_("Products"),
            label=_("product"),
            max_num=12,
            help_text=_("None: the newest products that have stars today."),
        ),
    ]
    promote_panels = [MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], _("Search engines"))]

    class Meta:
        verbose_name = _("home page")

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        product_ids = self.product_ids_on(time_of(request).day)
        wanted = Wanted(products=set(product_ids), images={self.hero_image_id} if self.hero_image_id else set())
        materials = gather_for(request, wanted)
        return {
            **super().get_context(request, *args, **kwargs),
            "hero_title": in_language(self.hero_title, self.hero_title_en),
            "hero_text": in_language(self.hero_text, self.hero_text_en),
            "hero_picture": materials.picture(self.hero_image_id),
            "materials": materials,
            "stories": shown_stories(self.stories_in(get_language() or "vi"), request),
            "bundles": shown_bundles(self.bundles(), request),
            "products": materials.cards_of(product_ids),
            "industries": Industry.objects.order_by("position"),
        }

    def stories_in(self, lang: str) -> list[StoryPage]:
        """The chosen stories that are live; without any, the newest, those in ``lang`` first."""
        live = StoryPage.objects.live()
        chosen = _in_order(live, (row.story_id for row in self.chosen_stories.all()))
        return chosen or list(live.preferring(lang)[:STORIES])

    def bundles(self) -> list[GiftBundlePage]:
        """The chosen bundles that are live; without any, the newest."""
        live = GiftBundlePage.objects.live()
        chosen = _in_order(live, (row.bundle_id for row in self.chosen_bundles.all()))
        return chosen or list(live.newest_first()[:BUNDLES])

    def product_ids_on(self, day: date) -> list[int]:
        """The chosen products that are in the shop; without any, the newest with stars on ``day``, then the newest."""
        chosen = [row.product_id for row in self.chosen_products.all() if row.product_id]
        listed = set(Listing.objects.filter(product_id__in=chosen).values_list("pk", flat=True)) if chosen else set()
        if shown := [product_id for product_id in dict.fromkeys(chosen) if product_id in listed]:
            return shown
        newest = Listing.objects.order_by("-listed_at", "-product_id")
        starred = BadgePeriod.objects.covering(day).values("product_id")
        ids = list(newest.filter(product_id__in=starred).values_list("pk", flat=True)[:PRODUCTS])
        if len(ids) < PRODUCTS:
            ids += newest.exclude(product_id__in=ids).values_list("pk", flat=True)[: PRODUCTS - len(ids)]
        return ids


def _in_order(pages: Any, ids: Iterable[int | None]) -> list[Any]:
    wanted = [page_id for page_id in dict.fromkeys(ids) if page_id]
    found = pages.in_bulk(wanted) if wanted else {}
    return [found[page_id] for page_id in wanted if page_id in found]


class HomeStory(LeavesWithItsTarget, Orderable):
    """A story chosen for the home page."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="chosen_stories")
    story = models.ForeignKey(StoryPage, verbose_name=_("story"), on_delete=models.CASCADE, related_name="+")

    panels = [PageChooserPanel("story")]

    class Meta(Orderable.Meta):
        verbose_name = _("story on the home page")
        verbose_name_plural = _("stories on the home page")


class HomeBundle(LeavesWithItsTarget, Orderable):
    """A gift bundle chosen for the home page."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="chosen_bundles")
    bundle = models.ForeignKey(
        GiftBundlePage, verbose_name=_("gift bundle"), on_delete=models.CASCADE, related_name="+"
    )

    panels = [PageChooserPanel("bundle")]

    class Meta(Orderable.Meta):
        verbose_name = _("gift bundle on the home page")
        verbose_name_plural = _("gift bundles on the home page")


class HomeProduct(LeavesWithItsTarget, Orderable):
    """A product chosen for the home page."""

    page = ParentalKey(HomePage, on_delete=models.CASCADE, related_name="chosen_products")
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("product")]

    class Meta(Orderable.Meta):
        verbose_name = _("product on the home page")
        verbose_name_plural = _("products on the home page")
