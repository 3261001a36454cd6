"""Which changes the outbox hears of: every one that a document of the search index shows, and no other."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from django.core.files.base import ContentFile
from django.db import transaction

from catalog import services
from catalog.media.services import add_image
from catalog.models import Pack, Product, ProductImage, SearchChange, Stock
from catalog.search.indexing import refresh_listings
from catalog.search.outbox import BATCH, record_changes, record_listed_changes
from ocop_badges import services as badges
from tests.catalog.media.files import picture_bytes
from tests.factories import AT, DAY, certify, list_products, make_pack, make_product, revoke, suspend

pytestmark = pytest.mark.django_db


@pytest.fixture
def product() -> Product:
    """Listed, with a pack at 120,000 đồng and 5 in stock."""
    product = make_product(name="Cà phê Rin")
    make_pack(product, on_hand=5)
    list_products(product)
    return product


def versions() -> dict[int, int]:
    return dict(SearchChange.objects.values_list("product_id", "version"))


def set_price(product: Product, price: int | None) -> None:
    pack = product.packs.get()
    services.set_pack(product=product, sku=pack.sku, name=pack.name, price=price)


CHANGES: dict[str, Callable[[Product], object]] = {
    "name": lambda product: services.update_product(product=product, name="Cà phê Mới"),
    "English name": lambda product: services.update_product(product=product, name_en="Coffee"),
    "former district": lambda product: services.update_product(product=product, former_district="Đức Trọng"),
    "price": lambda product: set_price(product, 90_000),
    "no price": lambda product: set_price(product, None),
    "sold out": lambda product: services.set_stock(pack=product.packs.get(), on_hand=0),
    "producer's name": lambda product: services.update_producer(producer=product.producer, name="Hợp tác xã Mới"),
    "producer withdrawn": lambda product: services.unpublish_producer(producer=product.producer),
    "withdrawn": lambda product: services.unpublish_product(product=product),
    "picture": lambda product: add_image(product=product, file=ContentFile(picture_bytes())),
    "certificate": certify,
    "deleted": lambda product: delete(product),
}
NO_CHANGES: dict[str, Callable[[Product], object]] = {
    "stock 5 → 4": lambda product: services.set_stock(pack=product.packs.get(), on_hand=4),
    "same price": lambda product: set_price(product, 120_000),
    "dearer pack": lambda product: services.set_pack(product=product, sku="BIG", name="Gói 1 kg", price=200_000),
    "description": lambda product: services.update_product(product=product, description="Rang mộc"),
    "producer's phone": lambda product: services.update_producer(producer=product.producer, phone="0900000000"),
    "published again": lambda product: services.publish_product(product=product),
    "nothing": lambda product: refresh_listings([product.pk]),
}


def delete(product: Product) -> None:
    product_id = product.pk
    Stock.objects.all().delete()
    Pack.objects.all().delete()
    product.delete()
    refresh_listings([product_id])


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_of_the_document_is_recorded_once(product: Product, change: str) -> None:
    product_id, other = product.pk, make_product()
    list_products(other)
    before = versions()
    CHANGES[change](product)
    assert versions() == {**before, product_id: before[product_id] + 1}


@pytest.mark.parametrize("change", NO_CHANGES)
def test_what_no_document_shows_is_not_recorded(product: Product, change: str) -> None:
    before = versions()
    NO_CHANGES[change](product)
    assert versions() == before


def test_stock_is_recorded_when_it_crosses_zero(product: Product) -> None:
    pack, before = product.packs.get(), versions()[product.pk]
    seen = []
    for on_hand in (4, 1, 0, 0, 3, 2):
        services.set_stock(pack=pack, on_hand=on_hand)
        seen.append(versions()[product.pk] - before)
    assert seen == [0, 0, 1, 1, 2, 2]


def test_every_fact_of_a_certificate_is_recorded_once(product: Product) -> None:
    before = versions()[product.pk]
    certificate = certify(product)
    facts: list[Callable[[], object]] = [
        lambda: suspend(certificate),
        lambda: badges.lift_suspension(certificate=certificate, lifted_on=DAY, at=AT),
        lambda: badges.extend_certificate(certificate=certificate, days=90, granted_on=DAY, evidence="CV 1", at=AT),
        lambda: revoke(certificate),
    ]
    for number, record in enumerate(facts, start=2):
        record()
        assert versions()[product.pk] - before == number


def test_a_certificate_of_what_is_not_listed_is_not_recorded() -> None:
    certify(make_product())
    assert versions() == {}


def test_a_product_never_listed_has_no_document_to_change() -> None:
    list_products(make_product(is_published=False))
    assert versions() == {}


def test_a_producer_change_is_recorded_for_each_of_its_products(product: Product) -> None:
    sibling = make_product(producer=product.producer)
    list_products(sibling)
    before = versions()
    services.update_producer(producer=product.producer, name="Hợp tác xã Mới")
    assert versions() == {key: version + 1 for key, version in before.items()}


def test_it_goes_with_its_transaction(product: Product) -> None:
    before = versions()
    with suppress(RuntimeError), transaction.atomic():
        services.update_product(product=product, name="Cà phê Mới")
        certify(product)
        assert versions() != before
        raise RuntimeError("the caller fails")
    assert versions() == before


def test_a_refused_change_leaves_no_record(product: Product) -> None:
    before = versions()
    with suppress(Exception):
        services.update_product(product=product, name="Cà phê OCOP 4 sao")
    assert versions() == before


def test_a_picture_removed_is_recorded(product: Product) -> None:
    add_image(product=product, file=ContentFile(picture_bytes()))
    before = versions()[product.pk]
    ProductImage.objects.all().delete()
    list_products(product)
    assert versions()[product.pk] == before + 1


def test_a_deleted_product_keeps_its_row_so_that_the_index_hears_of_it(admin_client, product: Product) -> None:
    SearchChange.objects.update(indexed_version=1)
    Stock.objects.all().delete()
    Pack.objects.all().delete()
    data = {"action": "delete_selected", "_selected_action": [product.pk], "post": "yes"}
    admin_client.post("/django-admin/catalog/product/", data)
    assert not Product.objects.exists()
    assert SearchChange.objects.pending().get().product_id == product.pk


@pytest.mark.parametrize(("count", "statements"), [(0, 0), (1, 1), (BATCH, 1), (BATCH + 1, 2), (2 * BATCH, 2)])
def test_recording_costs_one_statement_for_a_thousand_products(
    django_assert_num_queries: Callable, count: int, statements: int
) -> None:
    with django_assert_num_queries(statements):
        record_changes(range(1, count + 1))
    assert SearchChange.objects.count() == count
    with django_assert_num_queries(statements):
        record_listed_changes(range(1, count + 1))


def test_the_same_product_named_twice_is_one_change() -> None:
    record_changes([7, 7, 3])
    assert versions() == {3: 1, 7: 1}
