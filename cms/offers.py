"""What a gift bundle offers on a day: its price, whether it can be delivered, whether all of it has stars."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import F

from catalog.goods import rules_of
from catalog.models import Pack, Stock
from ocop_badges.badges import Badge, load_badges
from ocop_badges.days import start_of

from . import rules


@dataclass(frozen=True)
class OfferedItem:
    """One line of a bundle."""

    pack: Pack
    quantity: int
    badge: Badge | None

    @property
    def is_shown(self) -> bool:
        """Whether a shopper may see the product by itself."""
        return bool(self.pack.product.is_published and self.pack.product.producer.is_published)

    @property
    def component(self) -> rules.Component:
        return rules.Component(
            pack_id=self.pack.pk,
            quantity=self.quantity,
            price=self.pack.price if self.pack.is_on_sale and self.is_shown else None,
        )


@dataclass(frozen=True)
class Offer:
    """A bundle on a day. ``price`` and ``full_price`` (the components one by one) in đồng, None: not for sale.

    It is not in stock either while the seller of something in it lacks a document that the law asks for.
    """

    items: list[OfferedItem]
    price: int | None
    full_price: int | None
    in_stock: bool
    all_certified: bool

    @property
    def stars_end(self) -> datetime | None:
        """The instant at which not everything in it has stars any more; None where it is so already."""
        if not self.all_certified:
            return None
        return start_of(min(item.badge.ends_on for item in self.items if item.badge))


def load_offers(bundles: Iterable[Any], rows: Mapping[Any, Sequence[Any]], *, day: date) -> dict[Any, Offer]:
    """The offers of bundles on a day by their primary key; at most six queries however many bundles and items.

    ``rows`` are the items (pack and quantity, in order) by the same key: stored ones or those of a draft.
    """
    pack_ids = {row.pack_id for of_one in rows.values() for row in of_one if row.pack_id}
    packs = Pack.objects.select_related("product__producer__province").in_bulk(pack_ids)
    badges = load_badges({pack.product_id for pack in packs.values()}, day=day)
    available = load_available(packs, day=day)
    sold = {pack.product_id: pack.product for pack in packs.values()}
    goods_rules = rules_of(((pk, each.producer_id, each.product_set_id) for pk, each in sold.items()), on=day)
    unlawful = {product_id for product_id, rule in goods_rules.items() if not rule.may_be_sold}
    offers: dict[Any, Offer] = {}
    for bundle in bundles:
        items = [
            OfferedItem(packs[row.pack_id], row.quantity, badges.get(packs[row.pack_id].product_id))
            for row in rows.get(bundle.pk, ())
            if row.pack_id in packs and row.quantity
        ]
        components = [item.component for item in items]
        price = rules.bundle_price(
            components, fixed_price=bundle.fixed_price, discount_percent=bundle.discount_percent or 0
        )
        offers[bundle.pk] = Offer(
            items=items,
            price=price,
            full_price=rules.sum_of(components),
            in_stock=price is not None
            and not any(item.pack.product_id in unlawful for item in items)
            and all(available.get(pack_id, 0) >= wanted for pack_id, wanted in rules.quantities(components).items()),
            all_certified=bool(items) and all(item.badge is not None for item in items),
        )
    return offers


def load_available(packs: Mapping[int, Pack], *, day: date) -> dict[int, int]:
    """How many of each pack may be sold on a day: on hand, not reserved, with the pack's least life left. One query."""
    available: dict[int, int] = {}
    for stock in Stock.objects.filter(pack_id__in=packs, on_hand__gt=F("reserved")).order_by("pk"):
        if stock.best_before is not None:
            life_left = (stock.best_before - day).days
            if life_left < packs[stock.pack_id].min_remaining_life_days:
                continue
        available[stock.pack_id] = available.get(stock.pack_id, 0) + stock.available
    return available
