"""Documents that sellers show: what needs one is for sale while it is valid."""

from datetime import date

from django.db import transaction

from catalog.models import DocumentKind, Producer, Product, SellerDocument
from catalog.search.indexing import refresh_listings

from .writing import save_checked


@transaction.atomic
def record_document(
    *,
    producer: Producer,
    kind: DocumentKind,
    number: str,
    valid_from: date,
    valid_until: date | None = None,
    issued_by: str = "",
    product: Product | None = None,
) -> SellerDocument:
    """Put a document on record, for all of a producer's goods or for one product. Days are inclusive.

    Raises ``ValidationError``.
    """
    document = SellerDocument()
    values = {
        "producer": producer,
        "product": product,
        "kind": kind,
        "number": number,
        "issued_by": issued_by,
        "valid_from": valid_from,
        "valid_until": valid_until,
    }
    save_checked(document, values)
    refresh_listings(Product.objects.filter(producer=producer).values_list("pk", flat=True))
    return document
