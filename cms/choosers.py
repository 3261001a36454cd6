"""Choosers of products and packs for Wagtail's admin.

Whoever may use the admin may choose; nobody can create or edit a product from here. The search folds accents, takes
any text and shows each product's maker and the stars of today.
"""

from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.http import Http404
from django.urls import URLPattern
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.choosers import BaseFilterForm
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.chooser import (
    ChooseResultsView,
    ChooseView,
    ChosenMultipleView,
    ChosenView,
)
from wagtail.admin.viewsets.chooser import ChooserViewSet

from catalog.models import Pack, Product
from catalog.search.folding import fold, words
from ocop_badges.badges import Badge, load_badges
from ocop_badges.request_time import time_of

MAX_QUERY_LENGTH = 200
MAX_WORDS = 20


class WordsForm(BaseFilterForm):
    """The search box of a chooser: every word must occur, without its accents, in one of the names."""

    q = forms.CharField(
        label=gettext_lazy("Search term"),
        required=False,
        strip=True,
        widget=forms.TextInput(attrs={"placeholder": gettext_lazy("Name of the product or the producer")}),
    )
    names: tuple[str, ...] = ()

    def filter(self, objects: Any) -> Any:
        objects = super().filter(objects)
        query = self.cleaned_data.get("q") or ""
        if not query:
            return objects
        self.is_searching = True
        self.search_query = query
        asked = words(fold(query[:MAX_QUERY_LENGTH]))[:MAX_WORDS]
        if not asked:
            return objects.none()
        for word in asked:
            objects = objects.filter(self.names_with(word))
        return objects

    def names_with(self, word: str) -> Q:
        found = Q()
        for name in self.names:
            found |= Q(**{f"{name}__contains": word})
        return found


class ProductWordsForm(WordsForm):
    names = ("name_key", "producer__name_key")


class PackWordsForm(WordsForm):
    names = ("product__name_key", "product__producer__name_key")

    def names_with(self, word: str) -> Q:
        return super().names_with(word) | Q(sku__icontains=word)


def show_stars(badge: Badge | None) -> str:
    """The stars of today as an editor reads them in a list."""
    if badge is None:
        return _("no stars today")
    return format_html(
        '<span title="{}">{}</span>',
        _("Until %(day)s") % {"day": badge.valid_until.isoformat()},
        "★" * badge.stars,
    )


class _ShowsToday:
    """Adds maker, stars and whether a shopper sees it to a list of things that each belong to a product."""

    request: Any

    def product_of(self, item: Any) -> Product:
        raise NotImplementedError

    def get_results_page(self, request: Any) -> Any:
        page = super().get_results_page(request)  # type: ignore[misc]
        page.object_list = list(page.object_list)
        self.badges = load_badges([self.product_of(item).pk for item in page.object_list], day=time_of(request).day)
        return page

    @property
    def columns(self) -> list[Column]:
        return [
            *super().columns,  # type: ignore[misc]
            Column("producer", label=_("Producer"), accessor=lambda item: self.product_of(item).producer.name),
            Column(
                "stars",
                label=_("Stars today"),
                accessor=lambda item: show_stars(self.badges.get(self.product_of(item).pk)),
            ),
            Column("shown", label=_("In the shop"), accessor=self.state_of),
        ]

    def state_of(self, item: Any) -> str:
        product = self.product_of(item)
        return _("yes") if product.is_published and product.producer.is_published else _("not published")


class _ShowsProducts(_ShowsToday):
    filter_form_class = ProductWordsForm
    ordering = ("-is_published", "name_key", "pk")
    per_page = 15

    def get_object_list(self) -> QuerySet[Product]:
        return Product.objects.select_related("producer")

    def product_of(self, item: Product) -> Product:
        return item


class _ShowsPacks(_ShowsToday):
    filter_form_class = PackWordsForm
    ordering = ("product__name_key", "position", "pk")
    per_page = 15

    def get_object_list(self) -> QuerySet[Pack]:
        return Pack.objects.select_related("product__producer")

    def product_of(self, item: Pack) -> Product:
        return item.product

    def state_of(self, item: Pack) -> str:
        if item.price is None or not item.is_on_sale:
            return _("not for sale")
        return super().state_of(item)


class ChooseProductView(_ShowsProducts, ChooseView):
    pass


class ChooseProductResultsView(_ShowsProducts, ChooseResultsView):
    pass


class ChoosePackView(_ShowsPacks, ChooseView):
    pass


class ChoosePackResultsView(_ShowsPacks, ChooseResultsView):
    pass


class _TakesNumbers:
    """An id that is no number is an unknown one."""

    def get_object(self, pk: str) -> Any:
        return super().get_object(_number(pk))  # type: ignore[misc]

    def get_objects(self, pks: list[str]) -> Any:
        return super().get_objects([_number(pk) for pk in pks])  # type: ignore[misc]


class ChosenThingView(_TakesNumbers, ChosenView):
    pass


class ChosenThingsView(_TakesNumbers, ChosenMultipleView):
    pass


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise Http404
    return int(text)


class _ChooseOnlyViewSet(ChooserViewSet):
    chosen_view_class = ChosenThingView
    chosen_multiple_view_class = ChosenThingsView

    def get_urlpatterns(self) -> list[URLPattern]:
        return [pattern for pattern in super().get_urlpatterns() if pattern.name != "create"]


class ProductChooserViewSet(_ChooseOnlyViewSet):
    model = "catalog.Product"
    icon = "tag"
    choose_one_text = gettext_lazy("Choose a product")
    choose_another_text = gettext_lazy("Choose another product")
    choose_view_class = ChooseProductView
    choose_results_view_class = ChooseProductResultsView


class PackChooserViewSet(_ChooseOnlyViewSet):
    model = "catalog.Pack"
    icon = "tag"
    choose_one_text = gettext_lazy("Choose a pack")
    choose_another_text = gettext_lazy("Choose another pack")
    choose_view_class = ChoosePackView
    choose_results_view_class = ChoosePackResultsView


products = ProductChooserViewSet("product_chooser", url_prefix="choose-product")
packs = PackChooserViewSet("pack_chooser", url_prefix="choose-pack")

ProductChooserBlock = products.get_block_class(name="ProductChooserBlock", module_path="cms.choosers")
