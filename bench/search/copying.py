"""One copy of the base, row by row of every table that a listing is made of."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from django.core.management.color import no_style
from django.db import connection, models, transaction
from django.db.models import Max

from catalog.generation.addresses import public_id
from catalog.models import Pack, Producer, Product, ProductImage, Stock
from ocop_badges.models import BadgePeriod, Certificate, Extension, Revocation, Suspension

from .naming import Named, Namer

DEARER = (0.75, 1.25)  # what a copy costs beside its original
_MODELS: tuple[type[models.Model], ...] = (
    Producer, Product, Pack, Stock, ProductImage, Certificate, Extension, Suspension, Revocation, BadgePeriod,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Producer:
    id: int
    ocop_type: str
    commune: str
    province: int


@dataclass(frozen=True, slots=True)
class _Product:
    id: int
    producer: int
    kind: str
    in_english: bool
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Base:
    """What is copied. ``strides`` are what ids of a table move on by with each copy."""

    producers: dict[int, _Producer]
    products: list[_Product]
    certificates: dict[int, list[int]]  # by product
    strides: dict[type[models.Model], int]

    @classmethod
    def read(cls) -> "Base":
        producers = Producer.objects.values_list("pk", "ocop_type", "commune__name", "province_id")
        products = Product.objects.order_by("pk").values_list(
            "pk", "producer_id", "product_set__code", "name_en", "created_at"
        )
        certificates: defaultdict[int, list[int]] = defaultdict(list)
        for pk, product in Certificate.objects.order_by("pk").values_list("pk", "product_id"):
            certificates[product].append(pk)
        return cls(
            producers={
                pk: _Producer(pk, ocop_type, commune.split(" ", 1)[1], province)
                for pk, ocop_type, commune, province in producers
            },
            products=[
                _Product(pk, producer, kind, bool(english), at) for pk, producer, kind, english, at in products
            ],
            certificates=certificates,
            strides={
                model: model._default_manager.aggregate(last=Max("pk"))["last"] or 0 for model in _MODELS
            },
        )  # fmt: skip

    @property
    def last_product(self) -> int:
        return self.strides[Product]

    def namer(self, rng: Random) -> Namer:
        """Names for copies, none of them in the base."""
        return Namer(
            rng,
            product_slugs=Product.objects.values_list("slug", flat=True),
            producer_slugs=Producer.objects.values_list("slug", flat=True),
            producer_keys=Producer.objects.values_list("name_key", "province_id"),
        )


@transaction.atomic
def copy_of(base: Base, *, number: int, size: int, namer: Namer) -> int:
    """Store copy ``number`` (from 1) of the first ``size`` products; the id of the last of them."""
    rng = Random(f"copy {number}")  # not the sequence that the base was generated from
    named: dict[int, Named] = {}
    taken: dict[int, set[str]] = {}
    rows = []
    for product in base.products[:size]:
        producer = base.producers[product.producer]
        if producer.id not in named:
            named[producer.id] = namer.producer(
                producer.ocop_type, commune=producer.commune, province=producer.province
            )
        own = namer.product(
            product.kind,
            producer=named[producer.id],
            taken=taken.setdefault(producer.id, set()),
            in_english=product.in_english,
        )
        listed_at = product.created_at - timedelta(seconds=rng.randrange(86_400), microseconds=rng.randrange(10**6))
        rows.append((product.id, own.public_id, own.slug, own.name, own.key, own.english,
                     connection.ops.adapt_datetimefield_value(listed_at), rng.uniform(*DEARER)))  # fmt: skip
    producers = [(base_id, own.public_id, own.slug, own.name, own.key) for base_id, own in named.items()]
    certificates = [
        (certificate, public_id(rng))
        for product in base.products[:size]
        for certificate in base.certificates[product.id]
    ]
    _keep_own(producers, rows, certificates)
    _copy_rows(base.strides, number)
    _go_on_counting()
    return base.products[size - 1].id + number * base.strides[Product]


def _keep_own(*rows: list[tuple[Any, ...]]) -> None:
    """Keep what is each copy's own of producers, products and certificates where SQL finds it."""
    instant = {"sqlite": "TEXT", "postgresql": "TIMESTAMPTZ"}[connection.vendor]
    tables = {
        "own_producer": "public_id TEXT, slug TEXT, name TEXT, name_key TEXT",
        "own_product": "public_id TEXT, slug TEXT, name TEXT, name_key TEXT, name_en TEXT,"
        f" created_at {instant}, dearer DOUBLE PRECISION",
        "own_certificate": "public_id TEXT",
    }
    with connection.cursor() as cursor:
        for (table, columns), own in zip(tables.items(), rows, strict=True):
            cursor.execute(f"DROP TABLE IF EXISTS {table}")
            cursor.execute(f"CREATE TEMPORARY TABLE {table} (base BIGINT PRIMARY KEY, {columns})")
            places = ", ".join(["%s"] * (columns.count(",") + 2))
            cursor.executemany(f"INSERT INTO {table} VALUES ({places})", own)
            if connection.vendor == "postgresql":
                cursor.execute(f"ANALYZE {table}")


def _copy_rows(strides: dict[type[models.Model], int], number: int) -> None:
    def moved(column: str, model: type[models.Model]) -> str:
        return f"t.{column} + {number * strides[model]}"

    def copy(model: type[models.Model], joins: str, **own: str) -> None:
        columns = [field.column for field in model._meta.local_concrete_fields]
        own = {"id": moved("id", model), **own}
        table = model._meta.db_table
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(columns)})"
                f" SELECT {', '.join(own.get(column, f't.{column}') for column in columns)} FROM {table} t {joins}"
            )

    by_product = "JOIN own_product o ON o.base = t.product_id"
    by_certificate = "JOIN own_certificate o ON o.base = t.certificate_id"
    product, certificate = moved("product_id", Product), moved("certificate_id", Certificate)
    names = {name: f"o.{name}" for name in ("public_id", "slug", "name", "name_key")}
    copy(Producer, "JOIN own_producer o ON o.base = t.id", **names)
    copy(
        Product, "JOIN own_product o ON o.base = t.id",
        **names, name_en="o.name_en", created_at="o.created_at", producer_id=moved("producer_id", Producer),
    )  # fmt: skip
    price = "CAST(ROUND(t.price * o.dearer / 1000) AS BIGINT) * 1000"
    copy(Pack, by_product, product_id=product, sku=f"t.sku || '-{number}'", gtin="NULL", price=price)
    copy(
        Stock, "JOIN catalog_pack k ON k.id = t.pack_id JOIN own_product o ON o.base = k.product_id",
        pack_id=moved("pack_id", Pack),
    )  # fmt: skip
    copy(ProductImage, by_product, product_id=product, alt="o.name", alt_en="o.name_en")
    copy(Certificate, "JOIN own_certificate o ON o.base = t.id", product_id=product, public_id="o.public_id")
    for fact in (Extension, Suspension, Revocation):
        copy(fact, by_certificate, certificate_id=certificate)
    copy(BadgePeriod, by_product, product_id=product, certificate_id=certificate)


def _go_on_counting() -> None:
    """Let the database hand out ids after the copies: it did not choose theirs."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), _MODELS):
            cursor.execute(statement)
