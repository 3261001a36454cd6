"""The real rows by the importer, and what the demo adds to them: texts, packs, stock and sellers' facts."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction

import catalog
from catalog import services
from catalog.importing.importer import import_products
from catalog.models import Pack, Producer, Product
from catalog.places.loading import latest_list, load_own_lists

from .content import MARK, SELLER_STORY, SKU_PREFIX, DemoProduct

FILE = Path(catalog.__file__).parent / "data" / "ocop_products.csv"
LEAST_LIFE_DAYS = 30  # left when sold, of goods that keep for half a year or more


def load_places() -> None:
    """The communes that addresses name, unless a list is on record. Before the products, which name some of them."""
    if latest_list() is None:
        load_own_lists()


def import_real_rows(*, at: datetime, day: date) -> None:
    """Take the project's file of real products, unless the demo has been built on it already.

    Afterwards these rows are the operator's: a product renamed by hand must not be imported a second time.
    """
    if not Pack.objects.filter(sku__startswith=SKU_PREFIX).exists():
        import_products(content=FILE.read_bytes(), at=at, day=day)


def find_products(demo: Iterable[DemoProduct]) -> dict[str, Product]:
    """The stored products by the demo's codes: known by a demo pack, and before it has one, by name and producer.

    One that was deleted, or renamed before it got a pack, is absent.
    """
    by_name: dict[str, list[Product]] = {}
    by_pk: dict[int, Product] = {}
    for product in Product.objects.select_related("producer__province", "producer__commune").order_by("pk"):
        by_name.setdefault(product.name_key, []).append(product)
        by_pk[product.pk] = product
    packs = Pack.objects.filter(sku__startswith=SKU_PREFIX).values_list("sku", "product_id")
    by_sku = {sku: by_pk[product_id] for sku, product_id in packs}
    found: dict[str, Product] = {}
    for wanted in demo:
        known = [by_sku[pack.sku] for pack in wanted.packs if pack.sku in by_sku] or [
            product for product in by_name.get(wanted.key, ()) if wanted.producer_key in ("", product.producer.name_key)
        ]
        if known:
            found[wanted.code] = known[0]
    return found


@transaction.atomic
def fill_seller(producer: Producer, *, number: int) -> None:
    """Give a producer without any seller's facts ones that nobody can take for real."""
    told = (producer.legal_name, producer.address, producer.phone, producer.registration_number, producer.story)
    if not any(told):
        services.update_producer(
            producer=producer,
            legal_name=f"{producer.name} ({MARK})"[:255],
            address=f"Số {number}, đường Minh Hoạ ({MARK})",
            phone=f"0000 000 {number:03} ({MARK})",
            registration_number=f"MH-{number:04} ({MARK})",
            story=SELLER_STORY[0],
            story_en=SELLER_STORY[1],
        )


@transaction.atomic
def fill_product(product: Product, demo: DemoProduct, *, day: date) -> None:
    """Fill what is empty and add the packs that are missing; what somebody has written since stays."""
    missing = {name: value for name, value in demo.facts.items() if not getattr(product, name) and value}
    if missing:
        services.update_product(product=product, **missing)
    stored = set(Pack.objects.filter(product=product).values_list("sku", flat=True))
    for position, wanted in enumerate(demo.packs):
        if wanted.sku not in stored:
            pack = services.set_pack(
                product=product,
                sku=wanted.sku,
                name=wanted.name[0],
                name_en=wanted.name[1],
                net_value=wanted.net_value,
                net_unit=wanted.net_unit,
                price=wanted.price,
                min_remaining_life_days=LEAST_LIFE_DAYS if (demo.shelf_life_days or 0) >= 180 else 1,
                position=position,
            )
            if wanted.price is not None:
                _fill_stock(pack, on_hand=wanted.on_hand, shelf_life_days=demo.shelf_life_days, day=day)


def _fill_stock(pack: Pack, *, on_hand: int, shelf_life_days: int | None, day: date) -> None:
    """Two lots, the older one smaller; of goods that soon spoil, one."""
    lots: list[tuple[str, int, float]] = [("MH-02", on_hand, 1)]
    if on_hand > 5 and (shelf_life_days or 0) > 30:
        lots = [("MH-01", on_hand // 3, 0.45), ("MH-02", on_hand - on_hand // 3, 0.8)]
    for lot, count, part in lots:
        best_before = day + timedelta(days=round(shelf_life_days * part)) if shelf_life_days else None
        services.set_stock(pack=pack, lot=lot, best_before=best_before, on_hand=count)


def packs_by_sku() -> dict[str, Any]:
    """The demo's packs by SKU, without its prefix."""
    packs = Pack.objects.filter(sku__startswith=SKU_PREFIX)
    return {pack.sku.removeprefix(SKU_PREFIX): pack for pack in packs}
