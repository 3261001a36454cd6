"""The page that lists products: what its address asks for, and what there is to choose from.

An address typed, shared or mangled by hand still shows products: what cannot be understood is left out. (The API
refuses it instead.)
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from django.http import QueryDict
from django.utils.http import urlencode
from django.utils.translation import gettext, gettext_lazy

from ocop_badges.cursors import BadCursor
from ocop_badges.rules import MAX_STARS, MIN_STARS

from .media.pictures import load_pictures
from .models import Industry, Producer, ProductSet, Province
from .product_page import PageCard
from .search.listings import search
from .search.query import (
    MAX_TEXT,
    ORDERINGS,
    RELEVANCE,
    FacetValue,
    Filters,
    Hits,
    ListingQuery,
    OrderingName,
)
from .wording import money

STARS = tuple(range(MAX_STARS, MIN_STARS - 1, -1))
ORDERING_LABELS = {
    RELEVANCE: gettext_lazy("Best match"),
    "newest": gettext_lazy("Newest"),
    "price": gettext_lazy("Price, low to high"),
    "-price": gettext_lazy("Price, high to low"),
    "-stars": gettext_lazy("Most stars"),
    "name": gettext_lazy("Name, A to Z"),
}
_AMOUNT = re.compile(r"[0-9]{1,12}")
_THOUSANDS = str.maketrans("", "", "., ₫\u00a0")
_SLUG = re.compile(r"[-a-zA-Z0-9_]{1,200}")


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter. ``count`` is how many products there would be with it, ``group`` what it belongs to."""

    code: str
    name: str
    group: str = ""
    count: int = 0
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Chosen(Choice):
    """The value of a filter that is in force; ``pk`` is its primary key."""

    pk: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for, as far as it can be understood."""

    text: str = ""
    stars: tuple[int, ...] = ()
    certified: bool = False
    industry: Chosen | None = None
    product_set: Chosen | None = None
    province: Chosen | None = None
    producer: Chosen | None = None
    price_min: int | None = None
    price_max: int | None = None
    in_stock: bool = False
    ordering: OrderingName | None = None

    @property
    def is_filtered(self) -> bool:
        return replace(self, text="", ordering=None) != Asked()

    @property
    def filters(self) -> Filters:
        return Filters(
            stars=self.stars,
            certified=True if self.certified else None,
            industry=_ids(self.industry),
            product_set=_ids(self.product_set),
            province=_ids(self.province),
            producer=self.producer.pk if self.producer else None,
            price_min=self.price_min,
            price_max=self.price_max,
            in_stock=self.in_stock,
        )

    def query(self, **extra: str) -> str:
        """This as the query of an address, in one fixed order; with ``?`` unless it is empty."""
        pairs = {
            "q": self.text,
            "stars": ",".join(map(str, self.stars)),
            "certified": "true" if self.certified else "",
            "industry": self.industry.code if self.industry else "",
            "product_set": self.product_set.code if self.product_set else "",
            "province": self.province.code if self.province else "",
            "producer": self.producer.code if self.producer else "",
            "price_min": "" if self.price_min is None else str(self.price_min),
            "price_max": "" if self.price_max is None else str(self.price_max),
            "in_stock": "true" if self.in_stock else "",
            "ordering": self.ordering or "",
            **extra,
        }
        query = urlencode({name: text for name, text in pairs.items() if text})
        return f"?{query}" if query else "?"


@dataclass(frozen=True, slots=True)
class Link:
    """A way to the same list otherwise filtered or ordered; ``query`` follows the page's path."""

    label: str
    query: str
    is_current: bool = False


@dataclass(frozen=True, slots=True)
class StarsChoice:
    stars: int
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class ListPage:
    """``has_more`` than ``total`` products match; ``engine`` found them."""

    asked: Asked
    total: int
    has_more: bool
    engine: str
    cards: list[PageCard]
    chips: list[Link]
    orderings: list[Link]
    stars: list[StarsChoice]
    industries: list[Choice]
    product_sets: list[Choice]
    provinces: list[Choice]
    without_filters: str
    next: str | None = None
    previous: str | None = None
    all_industries: list[Choice] = field(default_factory=list)  # where nothing is found


def load_list_page(params: QueryDict, *, day: date, lang: str) -> ListPage:
    """The list as of ``day``, texts in ``lang``. Nothing in ``params`` is refused."""
    asked = _read(params, lang)
    query = ListingQuery(
        day=day,
        text=asked.text or None,
        filters=asked.filters,
        ordering=asked.ordering,
        cursor=params.get("cursor") or None,
        facets=True,
        lang=lang,
    )
    hits = _search(query)
    facets = hits.facets or {}
    of_stars = {value.value: value.count for value in facets.get("stars", [])}
    pictures = load_pictures([card.image_id for card in hits.cards])
    return ListPage(
        asked=asked,
        total=hits.total,
        has_more=hits.relation == "gte",
        engine=hits.engine,
        cards=[PageCard(card, pictures.get(card.image_id) if card.image_id else None) for card in hits.cards],
        chips=_chips(asked),
        orderings=[
            Link(str(ORDERING_LABELS[name]), replace(asked, ordering=name).query(), name == query.order)
            for name in ORDERINGS
            if name != RELEVANCE or asked.text
        ],
        stars=[StarsChoice(n, of_stars.get(n, 0), n in asked.stars) for n in STARS],
        industries=_choices(facets.get("industry", []), asked.industry),
        product_sets=_choices(facets.get("product_set", []), asked.product_set),
        provinces=_choices(facets.get("province", []), asked.province),
        without_filters=Asked(text=asked.text).query(),
        next=asked.query(cursor=hits.next) if hits.next else None,
        previous=asked.query(cursor=hits.previous) if hits.previous else None,
        all_industries=[] if hits.cards else _all_industries(lang),
    )


def _search(query: ListingQuery) -> Hits:
    try:
        return search(query)
    except BadCursor:
        return search(replace(query, cursor=None))


def _all_industries(lang: str) -> list[Choice]:
    return [Choice(industry.code, industry.name_in(lang)) for industry in Industry.objects.order_by("position")]


def _read(params: QueryDict, lang: str) -> Asked:
    text = " ".join(params.get("q", "").replace("\0", "").split())[:MAX_TEXT]
    ordering = params.get("ordering", "")
    amounts = [_amount(params.get("price_min", "")), _amount(params.get("price_max", ""))]
    if None not in amounts:
        amounts.sort(key=lambda amount: amount or 0)
    return Asked(
        text=text,
        stars=tuple(sorted({int(n) for n in ",".join(params.getlist("stars")).split(",") if n in map(str, STARS)})),
        certified=params.get("certified") == "true",
        industry=_industry(params.get("industry", ""), lang),
        product_set=_product_set(params.get("product_set", ""), lang),
        province=_province(params.get("province", ""), lang),
        producer=_producer(params.get("producer", "")),
        price_min=amounts[0],
        price_max=amounts[1],
        in_stock=params.get("in_stock") == "true",
        ordering=(ordering if ordering in ORDERINGS and (text or ordering != RELEVANCE) else None),
    )


def _amount(text: str) -> int | None:
    digits = text.translate(_THOUSANDS)
    return int(digits) if _AMOUNT.fullmatch(digits) else None


def _industry(code: str, lang: str) -> Chosen | None:
    found = Industry.objects.filter(code=code).first() if _SLUG.fullmatch(code) else None
    return Chosen(found.code, found.name_in(lang), pk=found.pk) if found else None


def _product_set(code: str, lang: str) -> Chosen | None:
    sets = ProductSet.objects.select_related("industry")
    found = sets.filter(code=code).first() if _SLUG.fullmatch(code) else None
    return Chosen(found.code, found.name_in(lang), found.industry.name_in(lang), pk=found.pk) if found else None


def _province(code: str, lang: str) -> Chosen | None:
    found = Province.objects.filter(code=code).first() if _SLUG.fullmatch(code) else None
    return Chosen(found.code, found.name, pk=found.pk) if found else None


def _producer(slug: str) -> Chosen | None:
    if not _SLUG.fullmatch(slug):
        return None
    found = Producer.objects.published().filter(slug=slug).first()
    return Chosen(found.slug, found.name, pk=found.pk) if found else None


def _ids(choice: Chosen | None) -> tuple[int, ...]:
    return (choice.pk,) if choice else ()


def _choices(values: Iterable[FacetValue], chosen: Chosen | None) -> list[Choice]:
    """Those that would find something, and the chosen one."""
    choices = [
        Choice(
            str(value.value),
            value.label or "",
            value.group,
            value.count,
            chosen is not None and value.value == chosen.code,
        )
        for value in values
    ]
    if chosen and not any(choice.is_chosen for choice in choices):
        of_its_group = [at for at, choice in enumerate(choices, 1) if choice.group == chosen.group]
        place = max(of_its_group, default=len(choices))  # a group is shown in one piece
        choices.insert(place, Choice(chosen.code, chosen.name, chosen.group, is_chosen=True))
    return choices


def _chips(asked: Asked) -> list[Link]:
    """One for each filter in force; following it takes that filter away."""
    chips = [
        Link(gettext("%(stars)s stars") % {"stars": n}, replace(asked, stars=_without(asked.stars, n)).query())
        for n in asked.stars
    ]
    if asked.certified:
        chips.append(Link(gettext("With stars today"), replace(asked, certified=False).query()))
    for choice, rest in (
        (asked.industry, replace(asked, industry=None)),
        (asked.product_set, replace(asked, product_set=None)),
        (asked.province, replace(asked, province=None)),
        (asked.producer, replace(asked, producer=None)),
    ):
        if choice:
            chips.append(Link(choice.name, rest.query()))
    if asked.price_min is not None:
        label = gettext("from %(price)s") % {"price": money(asked.price_min)}
        chips.append(Link(label, replace(asked, price_min=None).query()))
    if asked.price_max is not None:
        label = gettext("up to %(price)s") % {"price": money(asked.price_max)}
        chips.append(Link(label, replace(asked, price_max=None).query()))
    if asked.in_stock:
        chips.append(Link(gettext("In stock"), replace(asked, in_stock=False).query()))
    return chips


def _without(values: Iterable[int], one: int) -> tuple[int, ...]:
    return tuple(value for value in values if value != one)
