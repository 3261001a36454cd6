"""The list of products, and suggestions while somebody types."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request

from catalog.search.codes import CodeKind, find_codes
from catalog.search.listings import search, suggest
from catalog.search.query import MAX_TEXT, ORDERINGS, RELEVANCE, Filters, ListingQuery
from ocop_badges.cursors import BadCursor
from ocop_badges.errors import Fault
from ocop_badges.problems import BadQuery
from ocop_badges.public_api import BAD_QUERY
from ocop_badges.query_params import (
    Choice,
    Code,
    Flag,
    Integer,
    IntegerList,
    Parameter,
    QueryParams,
    Refused,
    Text,
    Values,
    url_with,
)
from ocop_badges.rules import MAX_STARS, MIN_STARS

from .answers import PublicView, Writer, answer, day_of, whole_list
from .schema import ProductListSerializer, SuggestionListSerializer

MAX_PRICE = 10**15  # đồng
MAX_CODES = 50  # of one parameter
CODE_KINDS: tuple[CodeKind, ...] = ("province", "industry", "product_set", "producer")
_ENGINE = OpenApiParameter(
    "X-Search-Engine",
    {"type": "string", "enum": ["elasticsearch", "postgresql", "sqlite"]},
    location=OpenApiParameter.HEADER,
    response=[200],
    description="The engine that answered.",
)


class Codes(Parameter):
    """Codes separated by commas; the value is a tuple in the order given. Which there are is asked of the database."""

    is_list = True

    def parse(self, text: str) -> tuple[str, ...]:
        codes = tuple(dict.fromkeys(text.split(",")))
        if "" in codes:
            raise Refused("There is an empty code.", "unknown-code")
        if len(codes) > MAX_CODES:
            raise Refused(f"There are more than {MAX_CODES} codes.", "too-many")
        return codes

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": {"type": "string"}}


class Only(Flag):
    """A filter that is on or absent: ``false`` would promise the opposite, which nobody asks for."""

    def parse(self, text: str) -> bool:
        if text != "true":
            raise Refused("It can only be true; leave it out for all products.")
        return True

    @property
    def schema(self) -> dict[str, Any]:
        return {"type": "boolean", "enum": [True]}


def _check(values: Mapping[str, Any]) -> Iterable[Fault]:
    low, high = values["price_min"], values["price_max"]
    if low is not None and high is not None and low > high:
        yield Fault("The lowest price is above the highest.", "empty-range", "price_min")
    if values["ordering"] == RELEVANCE and not values["q"]:
        yield Fault("Relevance is an ordering of answers to `q`, which is missing.", "needs-q", "ordering")


class ProductsView(PublicView):
    query = QueryParams(
        Text("q", f"Words to look for, each as a prefix, accents optional; the first {MAX_TEXT} characters count."),
        IntegerList("stars", "Stars shown today; several by comma.", minimum=MIN_STARS, maximum=MAX_STARS),
        Flag("certified", "Whether there are stars today."),
        Codes("industry", "Codes of industries."),
        Codes("product_set", "Codes of product sets."),
        Codes("province", "Codes of provinces."),
        Code("producer", "Slug of a producer."),
        Integer("price_min", "Lowest price in đồng.", minimum=0, maximum=MAX_PRICE),
        Integer("price_max", "Highest price in đồng.", minimum=0, maximum=MAX_PRICE),
        Only("in_stock", "Only what can be sold today."),
        Choice("ordering", "Default: `relevance` with `q`, else `newest`. No price or stars sort last.", ORDERINGS),
        Integer("page_size", "Products a page.", minimum=1, maximum=100, default=24),
        Text("cursor", "Where the page begins: from `next` or `previous`."),
        Only("facets", "Count the products of each value of the filters, each without its own filter."),
        check=_check,
    )

    @extend_schema(
        operation_id="products_list",
        summary="Products for sale or shown, as of today",
        tags=["products"],
        parameters=[*query.openapi, _ENGINE],
        responses={200: ProductListSerializer, **BAD_QUERY},
    )
    def get(self, request: Request) -> HttpResponse:
        values = self._parse(request)
        lang = values["lang"]
        query = ListingQuery(
            text=values["q"] or None,
            filters=_filters(values),
            ordering=values["ordering"],
            cursor=values["cursor"],
            page_size=values["page_size"],
            facets=bool(values["facets"]),
            day=day_of(request),
            lang=lang,
        )
        try:
            hits = search(query)
        except BadCursor as error:
            raise BadQuery([Fault(str(error), "bad-cursor", "cursor")]) from None
        body: dict[str, Any] = {
            "count": hits.total,
            "count_relation": hits.relation,
            "next": url_with(request, cursor=hits.next) if hits.next else None,
            "previous": url_with(request, cursor=hits.previous) if hits.previous else None,
        }
        if hits.facets is not None:
            body["facets"] = {name: [value.as_json() for value in facet] for name, facet in hits.facets.items()}
        body["results"] = Writer(request._request, lang).cards(hits.cards)
        return answer(body, lang=lang, headers={"X-Search-Engine": hits.engine})

    def _parse(self, request: Request) -> Values:
        """The values asked for, codes as ids. Raises ``BadQuery`` with all faults, unknown codes among them."""
        given = request.query_params
        asked = {kind: given[kind].split(",")[:MAX_CODES] for kind in CODE_KINDS if kind in given}
        found = find_codes(asked) if asked else {}
        unknown = [
            Fault(f"“{code[:60]}” is not known here.", "unknown-code", kind)
            for kind, codes in asked.items()
            for code in codes
            if code not in found[kind]
        ]
        try:
            values = self.query.parse(request)
        except BadQuery as refused:
            raise BadQuery([*refused.faults, *unknown]) from None
        if unknown:
            raise BadQuery(unknown)
        return values | {kind: tuple(found[kind][code] for code in codes) for kind, codes in asked.items()}


class SuggestView(PublicView):
    query = QueryParams(Text("q", "What is typed so far."))

    @extend_schema(
        operation_id="products_suggest",
        summary="Up to ten names of products that begin with what is typed so far",
        tags=["products"],
        parameters=[*query.openapi, _ENGINE],
        responses={200: SuggestionListSerializer, **BAD_QUERY},
    )
    def get(self, request: Request) -> HttpResponse:
        values = self.query.parse(request)
        if values["q"] is None:
            raise BadQuery([Fault("This parameter is needed.", "required", "q")])
        suggestions = suggest(values["q"], lang=values["lang"])
        results = [{"text": suggestion.text, "slug": suggestion.slug} for suggestion in suggestions.found]
        return answer(whole_list(results), lang=values["lang"], headers={"X-Search-Engine": suggestions.engine})


def _filters(values: Values) -> Filters:
    producers = values["producer"] or (None,)
    return Filters(
        stars=values["stars"] or (),
        certified=values["certified"],
        province=values["province"] or (),
        industry=values["industry"] or (),
        product_set=values["product_set"] or (),
        producer=producers[0],
        price_min=values["price_min"],
        price_max=values["price_max"],
        in_stock=bool(values["in_stock"]),
    )
