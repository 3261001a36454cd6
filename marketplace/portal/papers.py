"""A producer's documents for selling, as of a day, and the products that lack one."""

from dataclasses import dataclass
from datetime import date

from catalog.goods import GoodsRule, load_goods_rules
from catalog.models import Producer, Product, SellerDocument


@dataclass(frozen=True, slots=True)
class Paper:
    """``days_left`` None: without an end; below zero: it has ended."""

    document: SellerDocument
    days_left: int | None
    is_upcoming: bool


@dataclass(frozen=True, slots=True)
class Lacking:
    """A product that cannot be sold today."""

    name: str
    rule: GoodsRule


def load_papers(producer: Producer, *, day: date) -> list[Paper]:
    """What ends first stands first."""
    documents = SellerDocument.objects.filter(producer=producer).select_related("product").order_by("pk")
    papers = [Paper(each, each.days_left(day), each.valid_from > day) for each in documents]
    return sorted(papers, key=lambda paper: (paper.days_left is None, paper.days_left or 0))


def load_lacking(producer: Producer, *, day: date) -> list[Lacking]:
    products = Product.objects.filter(producer=producer).order_by("name_key", "pk")
    names = {product.pk: product.name_in() for product in products}
    found = load_goods_rules(names, on=day)
    return [Lacking(name, found[pk]) for pk, name in names.items() if pk in found and found[pk].missing]
