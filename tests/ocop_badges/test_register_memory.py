"""A download costs the same memory for few certificates and for many."""

import gc
import tracemalloc
from datetime import date

import pytest

from catalog.models import Product
from ocop_badges import register, services
from ocop_badges.models import Certificate, Regulation
from tests.factories import AT, make_producer, make_product

pytestmark = pytest.mark.django_db

KIB = 2**10


def certify_more(count: int) -> None:
    kind, producer = make_product(), make_producer()
    products = Product.objects.bulk_create(
        Product(
            slug=f"tra-{producer.pk}-{number}",
            name=f"Trà {number}",
            producer=producer,
            province=producer.province,
            product_set=kind.product_set,
        )
        for number in range(count)
    )
    issued_on = date(2026, 1, 1)
    regulation = Regulation.objects.in_force_on(issued_on).first()
    Certificate.objects.bulk_create(
        services.draft_certificate(
            product_id=product.pk,
            stars=3,
            decision_number="1/QĐ",
            issued_on=issued_on,
            regulation=regulation,
            recorded_at=AT,
        )
        for product in products
    )


def peak_of_download(client) -> tuple[int, int]:
    """Lines of the whole register as a file, and the most memory it held at once, in bytes.

    What a batch leaves behind in cycles is collected at once: when the collector comes by itself is chance.
    """
    pieces = client.get("/api/v1/certificates/", headers={"Accept": "application/jsonl"}).streaming_content
    lines = next(pieces).count(b"\n")  # with it comes what is loaded once, whatever the length
    gc.collect()
    gc.freeze()
    tracemalloc.start()
    try:
        for piece in pieces:
            lines += piece.count(b"\n")
            gc.collect()
        return lines, tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
        gc.unfreeze()


def test_memory_does_not_grow_with_the_register(client, monkeypatch, record_property):
    monkeypatch.setattr(register, "BATCH", 50)
    certify_more(200)
    few, peak_of_few = peak_of_download(client)
    certify_more(1_800)
    many, peak_of_many = peak_of_download(client)
    record_property(
        "measured",
        f"Register as JSON Lines by fifties, peak: {peak_of_few / KIB:.0f} KiB for {few} certificates, "
        f"{peak_of_many / KIB:.0f} KiB for {many}.",
    )
    assert (few, many) == (200, 2_000)
    assert peak_of_many < peak_of_few * 1.2
