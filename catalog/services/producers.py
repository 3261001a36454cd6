from typing import Any

from django.db import transaction

from catalog.models import Producer, Product, Province
from catalog.search.indexing import refresh_listings

from .slugs import free_slug
from .writing import save_checked


@transaction.atomic
def create_producer(*, name: str, ocop_type: str, province: Province, **facts: Any) -> Producer:
    """A new producer with an address of its own (``slug``, if not given, follows from the name)."""
    facts.setdefault("slug", free_slug(model=Producer, name=name))
    producer = Producer()
    save_checked(producer, {"name": name, "ocop_type": ocop_type, "province": province, **facts})
    return producer


@transaction.atomic
def update_producer(*, producer: Producer, **facts: Any) -> Producer:
    """Change what is known of a producer, its address aside (``rename_slug``)."""
    save_checked(producer, facts, never=["slug"])
    refresh_products_of(producer)
    return producer


def publish_producer(*, producer: Producer) -> Producer:
    """Let shoppers see a producer, and its published products."""
    return update_producer(producer=producer, is_published=True)


def unpublish_producer(*, producer: Producer) -> Producer:
    """Hide a producer with all its products."""
    return update_producer(producer=producer, is_published=False)


def refresh_products_of(producer: Producer) -> None:
    """Rewrite the listings that show something of this producer. Part of the caller's transaction."""
    refresh_listings(Product.objects.filter(producer=producer).values_list("pk", flat=True))
