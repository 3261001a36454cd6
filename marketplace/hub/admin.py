"""Operators open hubs, say what they ask and with what they pack, and who packs there."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from marketplace.hub.models import HubPost, HubTariffRow, PackingHub, PartLoss, Supply


class TariffInline(admin.TabularInline[HubTariffRow, PackingHub]):
    model = HubTariffRow
    ordering = ["-valid_from", "-id"]
    extra = 0


class PostInline(admin.TabularInline[HubPost, PackingHub]):
    model = HubPost
    autocomplete_fields = ["user"]
    extra = 0


class SupplyInline(admin.TabularInline[Supply, PackingHub]):
    """What is on hand is counted on the hub's own pages, under lock."""

    model = Supply
    fields = ["kind", "name", "per_box", "low_at", "on_hand"]
    readonly_fields = ["on_hand"]
    ordering = ["kind", "name", "id"]
    extra = 0


@admin.register(PackingHub)
class PackingHubAdmin(admin.ModelAdmin[PackingHub]):
    list_display = ["name", "province", "address", "phone", "is_open"]
    list_filter = ["is_open"]
    list_select_related = ["province"]
    search_fields = ["name"]
    ordering = ["name", "id"]
    inlines = [TariffInline, PostInline, SupplyInline]


@admin.register(PartLoss)
class PartLossAdmin(admin.ModelAdmin[PartLoss]):
    """What was lost, for whoever settles with producers and carriers."""

    list_display = ["reported_at", "item", "producer", "quantity", "reason", "remedy", "done_at", "note"]
    list_filter = ["reason", "remedy", ("done_at", admin.EmptyFieldListFilter)]
    list_select_related = ["part__item__producer"]
    date_hierarchy = "reported_at"
    ordering = ["-reported_at", "-id"]
    list_per_page = 50

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    @admin.display(description=_("goods"))
    def item(self, loss: PartLoss) -> str:
        return f"{loss.part.item.product_name} – {loss.part.item.pack_name}"

    @admin.display(description=_("producer"))
    def producer(self, loss: PartLoss) -> str:
        return str(loss.part.item.producer)
