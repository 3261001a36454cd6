from datetime import date
from typing import Any

from django.db import transaction

from catalog.models import Producer, Product, ProductSet, QualityCertificate
from catalog.search.indexing import refresh_listings

from .slugs import free_slug
from .writing import save_checked


@transaction.atomic
def create_product(*, producer: Producer, product_set: ProductSet, name: str, **facts: Any) -> Product:
    """A new product; its province is the producer's and its ``slug`` follows from the name, if not given."""
    facts.setdefault("province", producer.province)
    facts.setdefault("slug", free_slug(model=Product, name=name, producer_slug=producer.slug))
    product = Product()
    save_checked(product, {"producer": producer, "product_set": product_set, "name": name, **facts})
    refresh_listings([product.pk])
    return product


@transaction.atomic
def update_product(*, product: Product, **facts: Any) -> Product:
    """Change what is known of a product, its address aside (``rename_slug``)."""
    save_checked(product, facts, never=["slug"])
    refresh_listings([product.pk])
    return product


def publish_product(*, product: Product) -> Product:
    """Let shoppers see a product, as soon as its producer is published too."""
    return update_product(product=product, is_published=True)


def unpublish_product(*, product: Product) -> Product:
    """Hide a product. Its certificates and its address stay."""
    return update_product(product=product, is_published=False)


@transaction.atomic
def add_quality_certificate(
    *, product: Product, name: str, valid_until: date, number: str = "", valid_from: date | None = None
) -> QualityCertificate:
    """A certificate beside the stars: HACCP, VietGAP, Halal … It is shown up to and on ``valid_until``."""
    certificate = QualityCertificate()
    save_checked(
        certificate,
        {"product": product, "name": name, "number": number, "valid_from": valid_from, "valid_until": valid_until},
    )
    return certificate


def remove_quality_certificate(*, certificate: QualityCertificate) -> None:
    """Take back a certificate that was entered in error; one that ended may stay, it is not shown."""
    certificate.delete()
