"""What the badges may know of a product: answers the port ``ocop_badges.subjects``."""

from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from ocop_badges.subjects import Subject, Subjects

from .models import FormerProductSlug, Product

_FIELDS = {
    "product_id": "pk",
    "public_id": "public_id",
    "slug": "slug",
    "name": "name",
    "name_en": "name_en",
    "producer_name": "producer__name",
    "producer_slug": "producer__slug",
    "province_code": "province__code",
    "province_name": "province__name",
    "product_set_code": "product_set__code",
    "is_published": "is_published",
    "producer_is_published": "producer__is_published",
}


def by_slug(slug: str) -> Subject | None:
    """The product that has this slug now, else the one that once had it; published or not."""
    found = next(_subjects(Product.objects.filter(slug=slug)), None)
    if found is None:
        former = FormerProductSlug.objects.filter(slug=slug).values("product_id")
        found = next(_subjects(Product.objects.filter(pk__in=former)), None)
    return found


def by_ids(product_ids: Iterable[int]) -> dict[int, Subject]:
    """Products by id, published or not. One query."""
    return {subject.product_id: subject for subject in _subjects(Product.objects.filter(pk__in=list(product_ids)))}


def _subjects(products: "QuerySet[Product]") -> Iterator[Subject]:
    for values in products.values_list(*_FIELDS.values()):
        facts = dict(zip(_FIELDS, values, strict=True))
        facts["is_published"] = facts.pop("producer_is_published") and facts["is_published"]
        yield Subject(**facts, path=f"/products/{facts['slug']}/")


SUBJECTS = Subjects(by_slug=by_slug, by_ids=by_ids)
