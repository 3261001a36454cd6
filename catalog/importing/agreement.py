"""Whether the rows of one file agree with one another on products and producers. No database here."""

from collections.abc import Iterable, Iterator

from catalog.models.fields import name_key

from .faults import Fault
from .rows import Row

_FACTS_OF_A_PRODUCT = ("product_set", "commune", "former_district", "former_province")


def disagreements(rows: Iterable[Row]) -> Iterator[Fault]:
    """What later rows say against earlier ones, told at the later row."""
    products: dict[tuple[str, str, str], list[Row]] = {}
    producers: dict[tuple[str, str], Row] = {}
    for row in rows:
        name, producer, province = row.key
        first = producers.setdefault((producer, province), row)
        yield from _other_producer(row, first)
        before = products.setdefault((name, producer, province), [])
        if before:
            yield from _other_product(row, before)
        before.append(row)


def _other_producer(row: Row, first: Row) -> Iterator[Fault]:
    if row.producer != first.producer:
        yield row.fault("producer", f"another spelling of “{first.producer}” in line {first.line}")
    if row.producer_type != first.producer_type:
        yield row.fault("producer_type", f"this producer is of the type {first.producer_type} in line {first.line}")


def _other_product(row: Row, before: list[Row]) -> Iterator[Fault]:
    if row.name != before[0].name:
        yield row.fault("name", f"another spelling of “{before[0].name}” in line {before[0].line}")
    for column in _FACTS_OF_A_PRODUCT:
        said = next((other for other in before if getattr(other, column)), None)
        value = getattr(row, column)
        if said and value and name_key(value) != name_key(getattr(said, column)):
            yield row.fault(column, f"this product has “{getattr(said, column)}” here in line {said.line}")
