"""What the catalogue knows already of the things a file names. Few queries, whatever the number of rows."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from catalog.models import Commune, Producer, Product
from catalog.models.fields import name_key
from catalog.services.slugs import batched
from ocop_badges.models import Certificate

from .rows import ProductKey, Row

BATCH = 1_000


def find_products(rows: Iterable[Row]) -> dict[ProductKey, Product]:
    """Stored products by the key of the rows that name them, whatever their spelling; each with its producer."""
    keys = {row.key for row in rows}
    found: dict[ProductKey, Product] = {}
    for names in batched(sorted({name for name, _producer, _province in keys}), BATCH):
        named = Product.objects.filter(name_key__in=names).select_related("producer", "province", "commune")
        for product in named.order_by("-pk"):  # of two, in producers of one name, the older stays
            key = (product.name_key, product.producer.name_key, product.province.name_key)
            if key in keys:
                found[key] = product
    return found


def find_producers(rows: Iterable[Row]) -> dict[tuple[str, str], Producer]:
    """Stored producers by folded name and folded province."""
    keys = {row.key[1:] for row in rows}
    found: dict[tuple[str, str], Producer] = {}
    for names in batched(sorted({producer for producer, _province in keys}), BATCH):
        for producer in Producer.objects.filter(name_key__in=names).select_related("province"):
            key = (producer.name_key, producer.province.name_key)
            if key in keys:
                found[key] = producer
    return found


def find_certificates(products: Iterable[Product]) -> dict[int, list[Certificate]]:
    """Every certificate of the products, by product id."""
    found: defaultdict[int, list[Certificate]] = defaultdict(list)
    ids = sorted(product.pk for product in products)
    for start in range(0, len(ids), BATCH):
        for certificate in Certificate.objects.of_products(ids[start : start + BATCH]):
            found[certificate.product_id].append(certificate)
    return found


def find_communes(province_ids: Iterable[int]) -> dict[tuple[int, str], Commune]:
    """The communes of the provinces by province and name, as ``commune_key`` looks for them."""
    found: dict[tuple[int, str], Commune] = {}
    for commune in Commune.objects.filter(province_id__in=set(province_ids)).order_by("-pk"):
        for name in (commune.name.casefold(), name_key(commune.name)):
            found[commune.province_id, name] = commune
    return found


def commune_key(known: Mapping[tuple[int, str], Commune], province_id: int, name: str) -> tuple[int, str]:
    """The key of a name: as it is written, where it is known so, for two may differ in accents alone; else folded."""
    exact = (province_id, name.casefold())
    return exact if exact in known else (province_id, name_key(name))
