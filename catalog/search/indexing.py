"""The one place that computes listings: what a shopper can find, and by which words.

Call ``refresh_listings`` in the transaction that changes a product, its producer, packs, prices, stock or pictures.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Min

from catalog.goods import last_lawful_days
from catalog.models import FormerProvince, Listing, Pack, Product, ProductImage, Stock

from .engines import database_engine
from .folding import accented_words, sort_key
from .lines import folded_line, joined_line, kind_line, seller_line
from .outbox import record_changes
from .vocabulary import learn_words, words_of

NEVER_SPOILS = date(9999, 12, 31)  # ``sellable_until`` of goods without a best-before day
BATCH = 1_000  # products computed at once

_UPDATED = [field.name for field in Listing._meta.concrete_fields if not field.primary_key]
# What tells one state of a listing from another; ``words`` only repeats the other texts.
_COMPARED = [field.attname for field in Listing._meta.concrete_fields if field.name != "words"]
_PRODUCT_FIELDS = (
    "pk",
    "producer_id",
    "province_id",
    "product_set_id",
    "product_set__industry_id",
    "name",
    "name_en",
    "created_at",
    "former_district",
    "former_province_id",
    "former_province__name",
    "province__name",
    "commune__name",
    "producer__name",
    "product_set__name",
    "product_set__name_en",
    "product_set__industry__name",
    "product_set__industry__name_en",
)


@dataclass(slots=True)
class _Offer:
    """What is for sale of one product."""

    price: int | None = None
    sellable_until: date | None = None


@dataclass(slots=True)
class _Pictures:
    """The first picture of a product on days with stars, and on days without."""

    image: int | None = None
    unmarked: int | None = None


def refresh_listings(product_ids: Iterable[int] | None = None) -> None:
    """Rewrite the listings of these products, all if None, and remove those no shopper may see any more.

    Part of the caller's transaction. Products are locked in id order first, so that of two changes made at once the
    later one sees what the earlier one wrote.
    """
    with transaction.atomic():
        if product_ids is None:
            product_ids = Product.objects.values_list("pk", flat=True)
        ids = sorted(set(product_ids))
        former_names = _former_names()
        words: set[str] = set()
        for start in range(0, len(ids), BATCH):
            words |= words_of(_refresh(ids[start : start + BATCH], former_names))
        learn_words(words)


def _refresh(ids: Sequence[int], former_names: Mapping[int, Mapping[int, str]]) -> Sequence[Listing]:
    """Those that were written."""
    if connection.features.has_select_for_update:
        list(Product.objects.filter(pk__in=ids).select_for_update().order_by("pk").values_list("pk"))
    offers = _offers(ids)
    pictures = _pictures(ids)
    listings = [
        _listing(values, offers[values["pk"]], pictures[values["pk"]], former_names)
        for values in Product.objects.published().filter(pk__in=ids).order_by("pk").values(*_PRODUCT_FIELDS)
    ]
    before = {row[0]: row for row in Listing.objects.filter(pk__in=ids).values_list(*_COMPARED)}
    listed = {listing.pk for listing in listings}
    gone = (set(before) - listed) | _deleted(set(ids) - listed - set(before))
    changed = [listing for listing in listings if not _is_as_before(listing, before.get(listing.pk))]
    if gone:
        Listing.objects.filter(pk__in=gone).delete()
    for listing in changed:
        listing.words = database_engine().column_of_words(listing)
    if changed:
        Listing.objects.bulk_create(changed, update_conflicts=True, unique_fields=["product"], update_fields=_UPDATED)
    written = gone | {listing.pk for listing in changed}
    if written:
        database_engine().write_words(sorted(written), changed)
        record_changes(written)
    return changed


def _deleted(ids: Collection[int]) -> set[int]:
    """Those that are no product any more. It took its listing along, but neither its words nor its document."""
    if not ids:
        return set()
    return set(ids) - set(Product.objects.filter(pk__in=ids).values_list("pk", flat=True))


def _is_as_before(listing: Listing, row: Sequence[Any] | None) -> bool:
    if row is None:
        return False
    return all(
        getattr(listing, name) == (bytes(value) if isinstance(value, memoryview) else value)
        for name, value in zip(_COMPARED, row, strict=True)
    )


def _listing(
    product: Mapping[str, Any], offer: _Offer, pictures: _Pictures, former_names: Mapping[int, Mapping[int, str]]
) -> Listing:
    names = [product["name"], product["name_en"]]
    other_former = [
        name
        for former_id, name in former_names[product["province_id"]].items()
        if former_id != product["former_province_id"] and name != product["province__name"]
    ]
    return Listing(
        product_id=product["pk"],
        producer_id=product["producer_id"],
        province_id=product["province_id"],
        product_set_id=product["product_set_id"],
        industry_id=product["product_set__industry_id"],
        name_sort=sort_key(product["name"]),
        listed_at=product["created_at"],
        price=offer.price,
        sellable_until=offer.sellable_until,
        image_id=pictures.image,
        unmarked_image_id=pictures.unmarked,
        name_exact=" ".join(word for name in names for word in accented_words(name)),
        name_folded=folded_line(*names),
        name_joined=joined_line(*names),
        producer_folded=seller_line(product["producer__name"]),
        place_folded=folded_line(product["province__name"], product["commune__name"], product["former_district"]),
        own_former_place_folded=folded_line(product["former_province__name"]),
        other_former_place_folded=folded_line(*other_former),
        kind_folded=kind_line(
            (product["product_set__name"], product["product_set__industry__name"]),
            (product["product_set__name_en"], product["product_set__industry__name_en"]),
        ),
    )


def _former_names() -> Mapping[int, Mapping[int, str]]:
    """Province id → former province id → name."""
    names: defaultdict[int, dict[int, str]] = defaultdict(dict)
    for former_id, province_id, name in FormerProvince.objects.order_by("pk").values_list("pk", "province_id", "name"):
        names[province_id][former_id] = name
    return names


def _offers(ids: Sequence[int]) -> Mapping[int, _Offer]:
    """Lowest price of the packs on sale, and the last day on which one of them can, and may, be sold."""
    offers: defaultdict[int, _Offer] = defaultdict(_Offer)
    on_sale = Pack.objects.on_sale().filter(product_id__in=ids)
    for product_id, lowest in (
        on_sale.values("product_id").annotate(lowest=Min("price")).values_list("product_id", "lowest")
    ):
        offers[product_id].price = lowest
    stock = Stock.objects.filter(pack__in=on_sale, on_hand__gt=F("reserved"))
    for product_id, best_before, life in stock.values_list(
        "pack__product_id", "best_before", "pack__min_remaining_life_days"
    ):
        last_day = _last_day_of_sale(best_before, life)
        offer = offers[product_id]
        if last_day and (offer.sellable_until is None or last_day > offer.sellable_until):
            offer.sellable_until = last_day
    for product_id, last_day in last_lawful_days(ids).items():
        offer = offers[product_id]
        if offer.sellable_until is not None:
            offer.sellable_until = last_day and min(offer.sellable_until, last_day)
    return offers


def _last_day_of_sale(best_before: date | None, min_remaining_life_days: int) -> date | None:
    if best_before is None:
        return NEVER_SPOILS
    try:
        return best_before - timedelta(days=min_remaining_life_days)
    except OverflowError:  # a life longer than the calendar: never sold
        return None


def _pictures(ids: Sequence[int]) -> Mapping[int, _Pictures]:
    """A picture with the mark of another product follows that one's stars, so it never stands for this product."""
    pictures: defaultdict[int, _Pictures] = defaultdict(_Pictures)
    rows = ProductImage.objects.filter(product_id__in=ids).order_by("product_id", "position", "pk")
    for product_id, image_id, is_marked, marked_product_id in rows.values_list(
        "product_id", "image_id", "image__shows_ocop_mark", "image__marked_product_id"
    ):
        chosen = pictures[product_id]
        if chosen.image is None and marked_product_id in (None, product_id):
            chosen.image = image_id
        if chosen.unmarked is None and not is_marked:
            chosen.unmarked = image_id
    return pictures
