from collections.abc import Iterable
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from catalog.models import Product
from catalog.models.fields import in_language
from cms.blocks import StoryBody
from cms.materials import Wanted, gather_for
from cms.paging import page_of
from ocop_badges.claims import refuse_claims

from .base import LeavesWithItsTarget, SectionPage, ShopPage

STORIES_A_PAGE = 12


class Language(models.TextChoices):
    VIETNAMESE = "vi", "Tiếng Việt"
    ENGLISH = "en", "English"


class StoryQuerySet(PageQuerySet):
    def newest_first(self) -> "StoryQuerySet":
        return self.order_by(F("first_published_at").desc(nulls_last=True), "-pk")

    def preferring(self, lang: str) -> "StoryQuerySet":
        """Those written in ``lang`` first, each part newest first."""
        foreign = Case(When(language=lang, then=Value(0)), default=Value(1))
        return self.order_by(foreign, F("first_published_at").desc(nulls_last=True), "-pk")


class StoryIndexPage(SectionPage, Page):
    """``/stories/``: every story, newest first."""

    intro = models.TextField(_("introduction"), blank=True, validators=[refuse_claims])
    intro_en = models.TextField(_("introduction in English"), blank=True, validators=[refuse_claims])

    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StoryPage"]
    template = "cms/story_index.html"

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("intro_en")]
    promote_panels = [MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], _("Search engines"))]

    class Meta:
        verbose_name = _("list of stories")

    @property
    def intro_text(self) -> str:
        return in_language(self.intro, self.intro_en)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        stories = StoryPage.objects.child_of(self).live().preferring(get_language() or Language.VIETNAMESE)
        page, shown = page_of(stories, request, STORIES_A_PAGE)
        return {
            **super().get_context(request, *args, **kwargs),
            "page_of_stories": page,
            "stories": shown_stories(shown, request),
        }


class StoryPage(ShopPage, Page):
    """A story in one language, with the products it is about."""

    language = models.CharField(
        _("language"),
        max_length=2,
        choices=Language,
        default=Language.VIETNAMESE,
        help_text=_("The language this story is written in. A translation is a story of its own."),
    )
    summary = models.TextField(
        _("summary"),
        max_length=400,
        validators=[refuse_claims],
        help_text=_("Two sentences for lists and search engines. Never type stars here."),
    )
    cover = models.ForeignKey(
        "catalog.ShopImage",
        verbose_name=_("cover"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown above the story and in lists. A picture with an OCOP mark disappears with the stars."),
    )
    cover_alt = models.CharField(
        _("text alternative of the cover"),
        max_length=255,
        blank=True,
        validators=[refuse_claims],
        help_text=_("What the picture shows, for those who cannot see it. Empty: the picture's own description."),
    )
    body = StreamField(StoryBody(), verbose_name=_("story"), blank=True)

    objects = PageManager.from_queryset(StoryQuerySet)()

    parent_page_types = ["cms.StoryIndexPage"]
    subpage_types: list[str] = []
    template = "cms/story.html"
    page_description = _("A story about products, their place and their people")

    content_panels = [
        *Page.content_panels,
        FieldPanel("language"),
        FieldPanel("summary"),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Cover")),
        FieldPanel("body"),
        InlinePanel(
            "products",
            heading=_("Products of this story"),
            label=_("product"),
            max_num=12,
            help_text=_("On each of these products' pages this story is “the story of the product”."),
        ),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("summary"),
        index.SearchField("body"),
        index.FilterField("language"),
    ]

    class Meta:
        verbose_name = _("story")
        verbose_name_plural = _("stories")
        constraints = [
            models.CheckConstraint(name="story_language_is_known", condition=Q(language__in=Language.values)),
        ]

    @property
    def featured_product_ids(self) -> list[int]:
        """Its products in their order, each once; of a draft too."""
        return list(dict.fromkeys(row.product_id for row in self.products.all() if row.product_id))

    def wanted(self) -> Wanted:
        """Everything this story shows that depends on the day."""
        wanted = Wanted.of_body(self.body)
        wanted.products |= set(self.featured_product_ids)
        wanted.texts.append(self.summary)
        if self.cover_id:
            wanted.images.add(self.cover_id)
        return wanted

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        materials = gather_for(request, self.wanted())
        return {
            **super().get_context(request, *args, **kwargs),
            "materials": materials,
            "cover": materials.cover_of(self),
            "summary": materials.text(self.summary),
            "products": materials.cards_of(self.featured_product_ids),
        }


class StoryProduct(LeavesWithItsTarget, Orderable):
    """A product that a story is about."""

    page = ParentalKey(StoryPage, on_delete=models.CASCADE, related_name="products")
    product = models.ForeignKey(Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="+")

    panels = [FieldPanel("product")]

    class Meta(Orderable.Meta):
        verbose_name = _("product of a story")
        verbose_name_plural = _("products of a story")


def shown_stories(stories: Iterable[StoryPage], request: HttpRequest) -> list[dict[str, Any]]:
    """Stories as lists show them: each with its picture of the day."""
    stories = list(stories)
    wanted = Wanted(
        images={story.cover_id for story in stories if story.cover_id}, texts=[story.summary for story in stories]
    )
    materials = gather_for(request, wanted)
    return [
        {"story": story, "summary": materials.text(story.summary), "picture": materials.cover_of(story)}
        for story in stories
    ]
