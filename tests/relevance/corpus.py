"""The shop in which the search is judged: the real products of the catalogue and 2,000 generated ones.

The generated ones are frozen in ``tests/data/generated_products.csv``: ``generate_catalog --products 2000 --seed 4
--on 2026-11-22``, of each product the columns that a search reads, in the order of creation. So what was judged stays
what is searched, whatever becomes of the generator.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from catalog.importing.importer import import_products
from catalog.models import Commune, FormerProvince, Producer, Product, ProductSet, Province
from catalog.search.indexing import refresh_listings
from tests.factories import AT, DAY

DATA = Path(__file__).parents[1] / "data"
GENERATED = DATA / "generated_products.csv"
REAL = Path(settings.BASE_DIR) / "catalog" / "data" / "ocop_products.csv"


@dataclass(frozen=True, slots=True)
class Described:
    """A product as judgements speak of it: what is stored, accents and all."""

    pk: int
    name: str
    name_en: str
    producer: str
    product_set: str
    industry: str
    province: str
    former_province: str
    district: str
    commune: str


def load_corpus() -> None:
    """Store every product, all of them published and listed. The real ones come first."""
    import_products(content=REAL.read_bytes(), at=AT, day=DAY)
    with GENERATED.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    provinces = {province.name: province for province in Province.objects.all()}
    former = {former.name: former for former in FormerProvince.objects.all()}
    product_sets = {product_set.code: product_set for product_set in ProductSet.objects.all()}
    communes: dict[tuple[str, str], Commune] = {}
    producers: dict[tuple[str, str], Producer] = {}
    products: list[Product] = []
    for number, row in enumerate(rows):
        province = provinces[row["province"]]
        commune = communes.setdefault((province.code, row["commune"]), Commune(province=province, name=row["commune"]))
        producer = producers.setdefault(
            (province.code, row["producer"]),
            Producer(
                name=row["producer"], slug=f"generated-{number}", ocop_type=row["producer_type"], province=province
            ),
        )
        products.append(
            Product(
                name=row["name"],
                name_en=row["name_en"],
                slug=f"generated-{number}",
                producer=producer,
                product_set=product_sets[row["product_set"]],
                province=province,
                former_province=former[row["former_province"]] if row["former_province"] else None,
                former_district=row["former_district"],
                commune=commune,
            )
        )
    Commune.objects.bulk_create(communes.values())
    Producer.objects.bulk_create(producers.values())
    Product.objects.bulk_create(products)
    refresh_listings(product.pk for product in products)


def described_products() -> list[Described]:
    """Every product of the corpus, the oldest first."""
    columns = (
        "pk", "name", "name_en", "producer__name", "product_set__code", "product_set__industry__code",
        "province__name", "former_province__name", "former_district", "commune__name",
    )  # fmt: skip
    rows = Product.objects.order_by("pk").values_list(*columns)
    return [Described(pk, *(text or "" for text in texts)) for pk, *texts in rows]
