"""Writes the products and producers of a file, in batches, and remembers what became of each row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import models

from catalog.models import Commune, Producer, Product
from catalog.services.slugs import free_slugs
from ocop_badges.claims import find_claims

from .places import Vocabulary
from .report import Outcome
from .rows import ProductKey, Row
from .stored import commune_key, find_communes

NOTE_LENGTH = 500

ProducerKey = tuple[str, str]  # folded name, folded province


@dataclass(frozen=True, slots=True)
class Group:
    """The rows of one product, in their order; they agree with one another."""

    key: ProductKey
    rows: list[Row]

    def first(self, column: str) -> Row:
        """The first row that says something in a column, else the first."""
        return next((row for row in self.rows if getattr(row, column)), self.rows[0])

    @property
    def source_note(self) -> str:
        note = " | ".join(dict.fromkeys(source_note(row) for row in self.rows))
        return note if len(note) <= NOTE_LENGTH else note[: NOTE_LENGTH - 1] + "…"


def group_rows(rows: Iterable[Row]) -> list[Group]:
    """One group for each product, in the order of the file."""
    groups: dict[ProductKey, Group] = {}
    for row in rows:
        groups.setdefault(row.key, Group(row.key, [])).rows.append(row)
    return list(groups.values())


def source_note(row: Row) -> str:
    """Where a row comes from and, where it made no certificate, what it claims. Kept, never shown to shoppers."""
    claims = [
        f"{row.stars} stars" if row.stars else "",
        f"decision {row.decision_number}" if row.decision_number else "",
        f"issued {row.issued_on}" if row.issued_on else "",
        f"until {row.valid_until}" if row.valid_until else "",
        f"by {row.issuing_authority}" if row.issuing_authority else "",
    ]
    if row.no_certificate_because() is None or not any(claims):
        return row.source
    return f"{row.source or row.evidence}: claims {', '.join(filter(None, claims))}"


class Writer:
    """Holds what is stored of a file's products and producers, and adds to it."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        products: dict[ProductKey, Product],
        producers: dict[ProducerKey, Producer],
        rows: Sequence[Row],
    ) -> None:
        self._vocabulary = vocabulary
        self._producers = {key[1:]: product.producer for key, product in products.items()} | producers
        self._communes = find_communes(vocabulary.province(row).pk for row in rows)
        self.products = products
        self.changed: list[int] = []  # ids of the products whose listing is to be written anew
        self.outcomes: dict[int, Outcome] = {}  # by line

    def write(self, groups: Sequence[Group]) -> None:
        """Store a batch of groups."""
        for group in groups:
            for row in group.rows:
                self.outcomes[row.line] = Outcome(row, "unchanged", warnings=_claims(row))
        self._write_communes(groups)
        self._write_producers(groups)
        self._write_products(groups)

    def _write_communes(self, groups: Iterable[Group]) -> None:
        new: dict[tuple[int, str], Commune] = {}
        for group in groups:
            row = group.first("commune")
            key = commune_key(self._communes, self._vocabulary.province(row).pk, row.commune)
            if row.commune and key not in self._communes:
                new.setdefault(key, Commune(province=self._vocabulary.province(row), name=row.commune))
        Commune.objects.bulk_create(new.values())
        self._communes |= new

    def _write_producers(self, groups: Iterable[Group]) -> None:
        new: dict[ProducerKey, Producer] = {}
        retyped: dict[int, Producer] = {}
        for group in groups:
            row = group.rows[0]
            stored = self._producers.get(group.key[1:])
            if stored is None:
                new.setdefault(
                    group.key[1:],
                    Producer(name=row.producer, ocop_type=row.producer_type, province=self._vocabulary.province(row)),
                )
                continue
            self._note_spelling(row, "producer", stored.name)
            if stored.pk is not None and stored.ocop_type != row.producer_type:
                stored.ocop_type = row.producer_type
                retyped[stored.pk] = stored
                self._say_changed(row, "producer_type")
        slugs = free_slugs(model=Producer, wanted=[(producer.name, "") for producer in new.values()])
        for producer, slug in zip(new.values(), slugs, strict=True):
            producer.slug = slug
        Producer.objects.bulk_create(new.values())
        Producer.objects.bulk_update(retyped.values(), ["ocop_type"])
        self._producers |= new

    def _write_products(self, groups: Iterable[Group]) -> None:
        new: dict[ProductKey, Product] = {}
        updated: list[Product] = []
        written: set[str] = set()
        for group in groups:
            row = group.rows[0]
            facts = self._facts(group)
            stored = self.products.get(group.key)
            if stored is None:
                new[group.key] = Product(
                    name=row.name,
                    producer=self._producers[group.key[1:]],
                    province=self._vocabulary.province(row),
                    **facts,
                )
                self.outcomes[row.line].product = "created"
                continue
            self._note_spelling(row, "name", stored.name)
            if changed := _set_changed(stored, facts):
                updated.append(stored)
                written |= set(changed)
                for name in changed:
                    self._say_changed(row, name)
        wanted = [(product.name, product.producer.slug) for product in new.values()]
        for product, slug in zip(new.values(), free_slugs(model=Product, wanted=wanted), strict=True):
            product.slug = slug
        Product.objects.bulk_create(new.values())
        if updated:
            Product.objects.bulk_update(updated, sorted(written), batch_size=500)
        self.products |= new
        self.changed += [product.pk for product in (*new.values(), *updated)]

    def _facts(self, group: Group) -> dict[str, Any]:
        """What a file says of a product; what it leaves empty stays as it is stored."""
        commune_row = group.first("commune")
        key = commune_key(self._communes, self._vocabulary.province(commune_row).pk, commune_row.commune)
        facts = {
            "product_set": self._vocabulary.product_set(group.rows[0]),
            "commune": self._communes[key] if commune_row.commune else None,
            "former_district": group.first("former_district").former_district,
            "former_province": self._vocabulary.former_province(group.first("former_province")),
            "source_note": group.source_note,
        }
        return {name: value for name, value in facts.items() if value}

    def _note_spelling(self, row: Row, column: str, stored: str) -> None:
        if getattr(row, column) != stored:
            self.outcomes[row.line].notes.append(f"the stored spelling of the {column} stays: “{stored}”")

    def _say_changed(self, row: Row, name: str) -> None:
        outcome = self.outcomes[row.line]
        outcome.product = "updated"
        outcome.changed.append(name)


def _set_changed(product: Product, facts: Mapping[str, Any]) -> list[str]:
    """Set what differs, relations compared by id so that none is fetched; answers the names of those changed."""
    changed = []
    for name, value in facts.items():
        is_same = (
            getattr(product, f"{name}_id") == value.pk
            if isinstance(value, models.Model)
            else getattr(product, name) == value
        )
        if not is_same:
            setattr(product, name, value)
            changed.append(name)
    return changed


def _claims(row: Row) -> list[str]:
    return [
        f"{column}: “{claim}” is a typed claim of stars and stays when they end; write the name without it"
        for column in ("name", "producer")
        for claim in _claims_in(getattr(row, column))
    ]


@lru_cache(maxsize=4096)
def _claims_in(name: str) -> tuple[str, ...]:
    return tuple(claim.text for claim in find_claims(name))
