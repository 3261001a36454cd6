"""The catalogue for operators. Whatever is saved or deleted here, no listing stays stale."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from . import forms
from .models import (
    Commune,
    FormerProducerSlug,
    FormerProductSlug,
    FormerProvince,
    GoodsPolicy,
    Industry,
    Pack,
    Producer,
    Product,
    ProductImage,
    ProductSet,
    Province,
    QualityCertificate,
    SearchChange,
    SellerDocument,
    ShopImage,
    Stock,
)
from .models.fields import name_key
from .search.indexing import refresh_listings
from .search.outbox import revive_dead
from .services.slugs import rename_slug


class ReadOnly:
    """Seen, never written here. Before the class of the admin in the order of bases."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class FoldedSearch:
    """Finds without accents: what was typed is folded, as the keys searched are."""

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        found: tuple[Any, bool] = super().get_search_results(request, queryset, name_key(search_term))  # type: ignore[misc]
        return found


class ListedAdmin(admin.ModelAdmin[Any]):
    """Rewrites the listings of the products that something saved or deleted here belongs to."""

    def products_with(self, things: QuerySet[Any]) -> Iterable[int]:
        """The ids of the products whose listings show something of these."""
        raise NotImplementedError

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        refresh_listings(self.products_with(self.model._default_manager.filter(pk=form.instance.pk)))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        with transaction.atomic():
            product_ids = list(self.products_with(queryset))
            super().delete_queryset(request, queryset)
            refresh_listings(product_ids)


class AddressedAdmin(FoldedSearch, ListedAdmin):
    """Of something with an address: a changed one leaves the old one behind, which redirects."""

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        slug = obj.slug
        if change and "slug" in form.changed_data:
            obj.slug = form.initial["slug"]
        super().save_model(request, obj, form, change)
        rename_slug(thing=obj, slug=slug)


class FormerSlugInline(ReadOnly, admin.TabularInline[Any, Any]):
    fields = ["slug"]
    extra = 0
    verbose_name_plural = _("former addresses, which redirect")


class FormerProductSlugInline(FormerSlugInline):
    model = FormerProductSlug


class FormerProducerSlugInline(FormerSlugInline):
    model = FormerProducerSlug


class PackInline(admin.TabularInline[Pack, Product]):
    model = Pack
    form = forms.PackForm
    fields = ["sku", "name", "name_en", "net_value", "net_unit", "price", "is_on_sale", "gtin", "position"]
    ordering = ["position", "id"]
    extra = 0
    show_change_link = True


class ProductImageInline(admin.TabularInline[ProductImage, Product]):
    model = ProductImage
    form = forms.ProductImageForm
    fields = ["image", "upload", "shows_mark", "alt", "alt_en", "position"]
    raw_id_fields = ["image"]
    ordering = ["position", "id"]
    extra = 0

    def get_queryset(self, request: HttpRequest) -> QuerySet[ProductImage]:
        return super().get_queryset(request).select_related("image", "product")


class QualityCertificateInline(admin.TabularInline[QualityCertificate, Product]):
    model = QualityCertificate
    form = forms.CheckedForm
    fields = ["name", "number", "valid_from", "valid_until"]
    ordering = ["-valid_until", "id"]
    extra = 0


@admin.register(Product)
class ProductAdmin(AddressedAdmin):
    form = forms.AddressedForm
    list_display = ["name", "producer", "product_set", "province", "is_published", "created_at"]
    list_filter = ["is_published", "product_set__industry", "province", "product_set"]
    list_select_related = ["producer", "product_set", "province"]
    search_fields = ["name_key", "name_en", "slug", "public_id", "producer__name_key"]
    search_help_text = _("Product, producer, address or id; accents are not needed")
    date_hierarchy = "created_at"
    ordering = ["-created_at", "-id"]
    list_per_page = 50
    autocomplete_fields = ["producer", "commune", "former_province"]
    inlines = [PackInline, ProductImageInline, QualityCertificateInline, FormerProductSlugInline]
    readonly_fields = ["public_id", "source_note", "on_the_site"]
    fieldsets = [
        (None, {"fields": ["name", "name_en", "slug", "producer", "product_set", "is_published", "on_the_site"]}),
        (_("Description"), {"fields": ["description", "description_en", "ingredients", "ingredients_en"]}),
        (_("Place"), {"fields": ["province", "commune", "former_province", "former_district", "origin", "origin_en"]}),
        (
            _("Keeping and returning"),
            {"fields": ["storage", "storage_en", "shelf_life_days", "return_policy", "return_policy_en"]},
        ),
        (
            _("Season and capacity"),
            {"fields": [("season_from_month", "season_to_month"), ("capacity_per_year", "capacity_unit")]},
        ),
        (_("Record"), {"fields": ["public_id", "source_note"]}),
    ]

    def products_with(self, things: QuerySet[Any]) -> Iterable[int]:
        return things.values_list("pk", flat=True)

    @admin.display(description=_("on the site"))
    def on_the_site(self, product: Product) -> str | SafeString:
        return _link(reverse("product", args=[product.slug])) if product.pk else "–"


@admin.register(Producer)
class ProducerAdmin(AddressedAdmin):
    form = forms.AddressedForm
    list_display = ["name", "ocop_type", "province", "number_of_products", "is_published"]
    list_filter = ["is_published", "ocop_type", "province"]
    list_select_related = ["province"]
    search_fields = ["name_key", "legal_name", "slug", "public_id", "registration_number", "tax_number"]
    search_help_text = _("Name, address, id, registration or tax number; accents are not needed")
    ordering = ["name_key", "id"]
    list_per_page = 50
    autocomplete_fields = ["commune"]
    inlines = [FormerProducerSlugInline]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    readonly_fields = ["public_id", "on_the_site"]
    fieldsets = [
        (None, {"fields": ["name", "slug", "ocop_type", "is_published", "on_the_site"]}),
        (_("Seller facts"), {"fields": ["legal_form", "legal_name", "registration_number", "tax_number"]}),
        (_("Place and contact"), {"fields": ["province", "commune", "address", "phone", "email", "website"]}),
        (_("Story"), {"fields": ["story", "story_en"]}),
        (_("Record"), {"fields": ["public_id"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Producer]:
        counted: QuerySet[Producer] = super().get_queryset(request).annotate(number_of_products=Count("products"))
        return counted

    def products_with(self, things: QuerySet[Any]) -> Iterable[int]:
        return Product.objects.filter(producer__in=things).values_list("pk", flat=True)

    @admin.display(description=_("products"), ordering="number_of_products")
    def number_of_products(self, producer: Producer) -> int:
        return producer.number_of_products  # type: ignore[attr-defined, no-any-return]

    @admin.display(description=_("on the site"))
    def on_the_site(self, producer: Producer) -> str | SafeString:
        return _link(reverse("storefront", args=[producer.slug])) if producer.pk else "–"


class StockInline(admin.TabularInline[Stock, Pack]):
    model = Stock
    form = forms.StockForm
    fields = ["lot", "best_before", "on_hand", "reserved"]
    readonly_fields = ["reserved"]
    ordering = ["best_before", "id"]
    extra = 0


@admin.register(Pack)
class PackAdmin(FoldedSearch, ListedAdmin):
    form = forms.PackForm
    list_display = ["sku", "name", "product", "price", "is_on_sale"]
    list_filter = ["is_on_sale", "net_unit", "product__product_set__industry"]
    list_select_related = ["product"]
    search_fields = ["sku", "gtin", "product__name_key", "product__slug"]
    search_help_text = _("SKU, GTIN or product; accents are not needed")
    ordering = ["product__name_key", "position", "id"]
    list_per_page = 50
    autocomplete_fields = ["product"]
    inlines = [StockInline]

    def get_readonly_fields(self, request: HttpRequest, obj: Pack | None = None) -> list[str]:
        """A pack stays with its product: orders and bundles name it."""
        return ["product"] if obj else []

    def products_with(self, things: QuerySet[Any]) -> Iterable[int]:
        return things.order_by().values_list("product_id", flat=True)


@admin.register(ShopImage)
class ShopImageAdmin(ReadOnly, admin.ModelAdmin[ShopImage]):
    """Pictures are uploaded and edited in Wagtail's admin; here they are looked up for a product."""

    list_display = ["title", "shows_ocop_mark", "marked_product", "width", "height", "created_at", "in_wagtail"]
    list_filter = ["shows_ocop_mark"]
    list_select_related = ["marked_product"]
    search_fields = ["title", "description", "marked_product__name"]
    ordering = ["-created_at", "-id"]
    list_per_page = 50
    fields = ("title", "description", "file", "shows_ocop_mark", "marked_product", "in_wagtail")
    readonly_fields = fields

    @admin.display(description=_("edit"))
    def in_wagtail(self, image: ShopImage) -> SafeString:
        return _link(reverse("wagtailimages:edit", args=[image.pk]))


@admin.register(GoodsPolicy)
class GoodsPolicyAdmin(ListedAdmin):
    """Dated law: a rule that changes is a new row from its first day on, the old one gets its last day."""

    form = forms.GoodsPolicyForm
    list_display = ["product_set", "minimum_age", "methods", "documents", "valid_from", "valid_until"]
    list_filter = ["product_set"]
    list_select_related = ["product_set"]
    ordering = ["product_set__position", "-valid_from", "-id"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "product_set" in form.changed_data:  # the set it was of is freed
            refresh_listings(_in_sets([form.initial["product_set"]]))

    def products_with(self, things: QuerySet[Any]) -> Iterable[int]:
        return _in_sets(things.values("product_set"))


def _in_sets(sets: Any) -> Iterable[int]:
    return Product.objects.filter(product_set__in=sets).values_list("pk", flat=True)


@admin.register(SellerDocument)
class SellerDocumentAdmin(ListedAdmin):
    """What sellers have shown us; goods that need a document are for sale on the days it is valid."""

    list_display = ["producer", "kind", "number", "product", "valid_from", "valid_until"]
    list_filter = ["kind"]
    list_select_related = ["producer", "product"]
    search_fields = ["producer__name_key", "number"]
    search_help_text = _("Producer or number; accents are not needed")
    date_hierarchy = "valid_until"
    ordering = ["valid_until", "id"]
    list_per_page = 50
    autocomplete_fields = ["producer", "product"]

    def get_readonly_fields(self, request: HttpRequest, obj: SellerDocument | None = None) -> list[str]:
        """A document stays with its producer: another's is another document."""
        return ["producer"] if obj else []

    def products_with(self, things: QuerySet[Any]) -> Iterable[int]:
        return Product.objects.filter(producer__in=things.values("producer")).values_list("pk", flat=True)


@admin.register(Commune)
class CommuneAdmin(FoldedSearch, ListedAdmin):
    form = forms.CheckedForm
    list_display = ["name", "province", "code", "valid_from", "valid_until"]
    list_filter = ["kind", "province"]
    list_select_related = ["province"]
    search_fields = ["name_key", "code"]
    search_help_text = _("Name without its kind, or code; accents are not needed")
    ordering = ["name_key", "id"]
    list_per_page = 100

    def products_with(self, things: QuerySet[Any]) -> Iterable[int]:
        return Product.objects.filter(commune__in=things).values_list("pk", flat=True)


@admin.register(Province)
class ProvinceAdmin(ReadOnly, FoldedSearch, admin.ModelAdmin[Province]):
    """Law, kept by migrations."""

    list_display = ["code", "name"]
    search_fields = ["name_key", "code"]
    ordering = ["code"]


@admin.register(FormerProvince)
class FormerProvinceAdmin(ReadOnly, FoldedSearch, admin.ModelAdmin[FormerProvince]):
    """Law, kept by migrations."""

    list_display = ["name", "province", "in_use_until"]
    list_select_related = ["province"]
    search_fields = ["name_key", "province__name_key"]
    ordering = ["name_key", "id"]


@admin.register(Industry)
class IndustryAdmin(ReadOnly, admin.ModelAdmin[Industry]):
    """Law, kept by migrations."""

    list_display = ["name", "name_en", "code"]
    ordering = ["position"]


@admin.register(ProductSet)
class ProductSetAdmin(ReadOnly, admin.ModelAdmin[ProductSet]):
    """Law, kept by migrations."""

    list_display = ["name", "name_en", "industry", "code"]
    list_filter = ["industry"]
    list_select_related = ["industry"]
    ordering = ["position"]


class SearchChangeState(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("pending", _("pending")), ("dead", _("given up"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        changes = SearchChange.objects
        chosen = {"pending": changes.pending().filter(is_dead=False), "dead": changes.dead()}.get(self.value() or "")
        return queryset if chosen is None else queryset & chosen


@admin.register(SearchChange)
class SearchChangeAdmin(ReadOnly, admin.ModelAdmin[SearchChange]):
    """What the search index was told; a change that it refused can be tried again."""

    list_display = ["product_id", "version", "indexed_version", "changed_at", "attempts", "is_dead", "last_error"]
    list_filter = [SearchChangeState]
    search_fields = ["product_id__exact"]
    ordering = ["-changed_at", "product_id"]
    list_per_page = 50
    show_full_result_count = False
    actions = ["try_again"]

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_searchchange")

    @admin.action(description=_("Try again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[SearchChange]) -> None:
        count = revive_dead(queryset.values_list("pk", flat=True))
        self.message_user(request, _("%(count)d changes are tried again.") % {"count": count})


def _link(path: str) -> SafeString:
    return format_html('<a href="{0}">{0}</a>', path)
