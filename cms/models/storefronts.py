from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page, PagePermissionTester

from catalog.models import Producer
from cms.blocks import StoryBody
from cms.storefronts import storefront_context

from .base import FixedPage, ShopPage, ShopPagePermissionTester


class StorefrontIndexPage(FixedPage, Page):
    """Holds the extra pages of storefronts. It has no page of its own: ``/producers/`` leads to the products."""

    max_count = 1
    parent_page_types = ["cms.HomePage"]
    subpage_types = ["cms.StorefrontPage"]
    preview_modes: list[Any] = []
    promote_panels: list[Any] = []

    class Meta:
        verbose_name = _("storefronts' extra pages")

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("product-list")

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[Any]:
        return []


class StorefrontPagePermissionTester(ShopPagePermissionTester):
    """A copy would be a second extra page of the same producer."""

    def can_copy(self) -> bool:
        return False


class StorefrontPage(ShopPage, Page):
    """What curators add to one producer's storefront; it is read there, under the producer's own address."""

    producer = models.OneToOneField(
        Producer, verbose_name=_("producer"), null=True, on_delete=models.SET_NULL, related_name="+"
    )
    body = StreamField(StoryBody(), verbose_name=_("extra page"), blank=True)

    parent_page_types = ["cms.StorefrontIndexPage"]
    subpage_types: list[str] = []
    page_description = _("A text shown inside the storefront of one producer")

    content_panels = [
        FieldPanel(
            "producer", help_text=_("Each producer has at most one such page. Title and address follow from it.")
        ),
        FieldPanel("body"),
    ]
    promote_panels: list[Any] = []

    class Meta:
        verbose_name = _("storefront's extra page")
        verbose_name_plural = _("storefronts' extra pages")

    def permissions_for_user(self, user: Any) -> PagePermissionTester:
        return StorefrontPagePermissionTester(user, self)

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        """Title and slug are the producer's, so that this page's place in the tree is the storefront's address."""
        if self.producer is not None:
            self.title = self.draft_title = self.producer.name
            self.slug = self.producer.slug
        super().full_clean(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if self.producer is None:
            raise ValidationError({"producer": _("Choose the producer.")}, code="required")

    def get_url_parts(self, request: HttpRequest | None = None) -> tuple[int, str, str] | None:
        parts = super().get_url_parts(request)
        if parts is None or self.producer is None:
            return parts
        return parts[0], parts[1], reverse("storefront", args=[self.producer.slug])

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The storefront's view answers first at this address; whatever reaches the page itself is led there."""
        return redirect("storefront", self.producer.slug) if self.producer else redirect("product-list")

    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The storefront as it would be with this draft."""
        if self.producer is None:
            raise Http404
        return TemplateResponse(request, "cms/storefront.html", storefront_context(self.producer, request, extra=self))

    def get_sitemap_urls(self, request: HttpRequest | None = None) -> list[Any]:
        """The storefront itself is in the sitemap already."""
        return []
