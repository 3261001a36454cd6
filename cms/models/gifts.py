from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail.models import Orderable, Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from catalog.models import Pack
from catalog.models.fields import in_language
from cms.blocks import FEATURES, TOKEN_HELP
from cms.materials import Wanted, gather_for
from cms.offers import Offer, load_offers
from cms.paging import page_of
from cms.rules import MAX_DISCOUNT_PERCENT
from ocop_badges.claims import refuse_claims
from ocop_badges.request_time import time_of

from .base import LeavesWithItsTarget, SectionPage, ShopPage

BUNDLES_A_PAGE = 12
MAX_QUANTITY = 99


class BundleQuerySet(PageQuerySet):
    def newest_first(self) -> "BundleQuerySet":
        return self.order_by(F("first_published_at").desc(nulls_last=True), "-pk")


class GiftIndexPage(SectionPage, Page):
    """``/gifts/``: every gift bundle, newest first."""

    intro = models.TextField(_("introduction"), blank=True, validators=[refuse_claims])
    intro_en = models.TextField(_("introduction in English"), blank=True, validators=[refuse_claims])

    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.GiftBundlePage"]
    template = "cms/gift_index.html"

    content_panels = [*Page.content_panels, FieldPanel("intro"), FieldPanel("intro_en")]
    promote_panels = [MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], _("Search engines"))]

    class Meta:
        verbose_name = _("list of gift bundles")

    @property
    def intro_text(self) -> str:
        return in_language(self.intro, self.intro_en)

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        bundles = GiftBundlePage.objects.child_of(self).live().newest_first()
        page, shown = page_of(bundles, request, BUNDLES_A_PAGE)
        return {
            **super().get_context(request, *args, **kwargs),
            "page_of_bundles": page,
            "bundles": shown_bundles(shown, request),
        }


class GiftBundlePage(ShopPage, Page):
    """Packs that belong together, sold as one, with the heritage they come from."""

    title_en = models.CharField(_("title in English"), max_length=255, blank=True, validators=[refuse_claims])
    summary = models.TextField(
        _("summary"),
        max_length=400,
        validators=[refuse_claims],
        help_text=_("Two sentences for lists and search engines. Never type stars here."),
    )
    summary_en = models.TextField(_("summary in English"), max_length=400, blank=True, validators=[refuse_claims])
    cover = models.ForeignKey(
        "catalog.ShopImage",
        verbose_name=_("cover"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A picture with an OCOP mark disappears with the stars."),
    )
    cover_alt = models.CharField(
        _("text alternative of the cover"),
        max_length=255,
        blank=True,
        validators=[refuse_claims],
        help_text=_("What the picture shows, for those who cannot see it. Empty: the picture's own description."),
    )
    heritage = RichTextField(
        _("heritage"),
        blank=True,
        features=FEATURES,
        validators=[refuse_claims],
        help_text=_("The legend, the craft, the place this gift comes from."),
    )
    heritage_en = RichTextField(
        _("heritage in English"), blank=True, features=FEATURES, validators=[refuse_claims], help_text=TOKEN_HELP
    )
    fixed_price = models.PositiveBigIntegerField(
        _("fixed price in đồng"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Empty: the sum of the components less the discount."),
    )
    discount_percent = models.PositiveSmallIntegerField(
        _("discount in percent"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(MAX_DISCOUNT_PERCENT)],
        help_text=_("Off the sum of the components, rounded down to a whole đồng. Only without a fixed price."),
    )

    goes_as_box = models.BooleanField(
        _("goes as one gift box"),
        default=False,
        help_text=_("Packed at the packing hub, for a fee. Otherwise each producer sends its own parcel."),
    )

    objects = PageManager.from_queryset(BundleQuerySet)()

    parent_page_types = ["cms.GiftIndexPage"]
    subpage_types: list[str] = []
    template = "cms/gift_bundle.html"
    page_description = _("Several packs sold as one gift")

    content_panels = [
        *Page.content_panels,
        FieldPanel("title_en"),
        MultiFieldPanel([FieldPanel("summary"), FieldPanel("summary_en")], heading=_("Summary")),
        MultiFieldPanel([FieldPanel("cover"), FieldPanel("cover_alt")], heading=_("Cover")),
        InlinePanel(
            "items",
            heading=_("What is in it"),
            label=_("pack"),
            max_num=20,
            help_text=_("A bundle is for sale only while every one of its packs is."),
        ),
        MultiFieldPanel([FieldPanel("fixed_price"), FieldPanel("discount_percent")], heading=_("Price")),
        FieldPanel("goes_as_box"),
        FieldPanel("heritage"),
        FieldPanel("heritage_en"),
    ]
    search_fields = [
        *Page.search_fields,
        index.SearchField("title_en"),
        index.AutocompleteField("title_en"),
        index.SearchField("summary"),
        index.SearchField("heritage"),
    ]

    class Meta:
        verbose_name = _("gift bundle")
        verbose_name_plural = _("gift bundles")
        constraints = [
            models.CheckConstraint(
                name="bundle_has_a_fixed_price_or_a_discount",
                condition=Q(fixed_price__isnull=True) | Q(discount_percent__isnull=True),
            ),
            models.CheckConstraint(
                name="bundle_fixed_price_is_positive", condition=Q(fixed_price__isnull=True) | Q(fixed_price__gt=0)
            ),
            models.CheckConstraint(
                name="bundle_discount_is_0_to_90_percent",
                condition=Q(discount_percent__isnull=True) | Q(discount_percent__range=(0, MAX_DISCOUNT_PERCENT)),
            ),
        ]

    def clean(self) -> None:
        super().clean()
        if self.fixed_price is not None and self.discount_percent is not None:
            raise ValidationError(
                {"discount_percent": _("A bundle has a fixed price or a discount, not both.")}, code="two-prices"
            )

    def title_in(self, lang: str | None = None) -> str:
        return in_language(self.title, self.title_en, lang)

    def summary_in(self, lang: str | None = None) -> str:
        return in_language(self.summary, self.summary_en, lang)

    def heritage_in(self, lang: str | None = None) -> str:
        """The heritage text in ``lang``, stored rich text; without an English one, the Vietnamese."""
        return in_language(self.heritage, self.heritage_en, lang)

    def heritage_language(self, lang: str | None = None) -> str:
        """The language the heritage text is really in."""
        return "en" if (lang or get_language()) == "en" and self.heritage_en else "vi"

    def offer_on(self, day: date) -> Offer:
        """What this bundle offers on a day; of a draft, what the draft would."""
        return load_offers([self], {self.pk: list(self.items.all())}, day=day)[self.pk]

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        offer = self.offer_on(time_of(request).day)
        wanted = Wanted(
            products={item.pack.product_id for item in offer.items if item.is_shown},
            images={self.cover_id} if self.cover_id else set(),
            texts=[self.heritage_in(), self.summary_in()],
        )
        materials = gather_for(request, wanted)
        return {
            **super().get_context(request, *args, **kwargs),
            "materials": materials,
            "offer": offer,
            "cover": materials.cover_of(self),
            "title": self.title_in(),
            "summary": materials.text(self.summary_in()),
            "heritage": self.heritage_in(),
            "heritage_language": self.heritage_language(),
            "items": [
                {
                    "pack": item.pack,
                    "name": item.pack.product.name_in(),
                    "pack_name": item.pack.name_in(),
                    "quantity": item.quantity,
                    "badge": item.badge,
                    "card": next(iter(materials.cards_of([item.pack.product_id])), None),
                }
                for item in offer.items
            ],
        }


class GiftItem(LeavesWithItsTarget, Orderable):
    """So many of one pack in a bundle."""

    page = ParentalKey(GiftBundlePage, on_delete=models.CASCADE, related_name="items")
    pack = models.ForeignKey(Pack, verbose_name=_("pack"), on_delete=models.PROTECT, related_name="+")
    quantity = models.PositiveSmallIntegerField(
        _("quantity"), default=1, validators=[MinValueValidator(1), MaxValueValidator(MAX_QUANTITY)]
    )

    panels = [FieldPanel("pack"), FieldPanel("quantity")]

    class Meta(Orderable.Meta):
        verbose_name = _("pack of a bundle")
        verbose_name_plural = _("packs of a bundle")
        constraints = [
            models.CheckConstraint(
                name="bundle_item_quantity_is_1_to_99", condition=Q(quantity__range=(1, MAX_QUANTITY))
            )
        ]


def offers_of(bundles: Iterable[GiftBundlePage], *, day: date) -> dict[int, Offer]:
    """The offers of stored bundles on a day, by page id; four queries however many there are."""
    bundles = list(bundles)
    rows: dict[int, list[GiftItem]] = {}
    for row in GiftItem.objects.filter(page__in=bundles).order_by("page_id", "sort_order", "pk"):
        rows.setdefault(row.page_id, []).append(row)
    return load_offers(bundles, rows, day=day)


def shown_bundles(bundles: Iterable[GiftBundlePage], request: HttpRequest) -> list[dict[str, Any]]:
    """Bundles as lists show them: each with its offer of the day, its picture and its texts in the page's language."""
    bundles = list(bundles)
    offers = offers_of(bundles, day=time_of(request).day)
    wanted = Wanted(
        images={bundle.cover_id for bundle in bundles if bundle.cover_id},
        texts=[bundle.summary_in() for bundle in bundles],
    )
    materials = gather_for(request, wanted)
    return [
        {
            "bundle": bundle,
            "title": bundle.title_in(),
            "summary": materials.text(bundle.summary_in()),
            "offer": offers[bundle.pk],
            "picture": materials.cover_of(bundle),
        }
        for bundle in bundles
    ]
