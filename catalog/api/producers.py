"""Who makes and sells."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from catalog.models import FormerProducerSlug, Listing, Producer, Province
from catalog.search.query import SearchText
from ocop_badges.cursors import BadCursor, Cursor, decode, encode
from ocop_badges.errors import Fault
from ocop_badges.problems import BadQuery
from ocop_badges.public_api import BAD_QUERY, MOVED, NOT_FOUND
from ocop_badges.query_params import Code, Integer, QueryParams, Text, url_with

from .answers import PublicView, Writer, answer, coded, moved
from .schema import ProducerDetailSerializer, ProducerListSerializer

_ORDERING = "producers"
_LINE = ("pk", "slug", "name", "name_key", "ocop_type", "province__code", "province__name")


def _province_codes() -> set[str]:
    return set(Province.objects.values_list("code", flat=True))


class ProducersView(PublicView):
    query = QueryParams(
        Text("q", "Words of the name, each as a prefix, accents optional."),
        Code("province", "Code of the province.", known=_province_codes),
        Integer("page_size", "Producers a page.", minimum=1, maximum=100, default=24),
        Text("cursor", "Where the page begins: from `next` or `previous`."),
    )

    @extend_schema(
        operation_id="producers_list",
        summary="Producers by name",
        tags=["producers"],
        parameters=query.openapi,
        responses={200: ProducerListSerializer, **BAD_QUERY},
    )
    def get(self, request: Request) -> HttpResponse:
        values = self.query.parse(request)
        size = values["page_size"]
        producers = _asked_for(values["q"], values["province"])
        cursor = _cursor(values["cursor"]) if values["cursor"] is not None else None
        backwards = cursor is not None and cursor.backwards
        found = list(_from(producers, cursor).values(*_LINE)[: size + 1])
        more = len(found) > size
        page = found[:size][:: -1 if backwards else 1]
        has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
        counts = _product_counts(producer["pk"] for producer in page)
        writer = Writer(request._request, values["lang"])
        body = {
            "count": producers.count(),
            "next": _link(request, page[-1], backwards=False) if page and has_next else None,
            "previous": _link(request, page[0], backwards=True) if page and has_previous else None,
            "results": [_line(producer, counts, writer) for producer in page],
        }
        return answer(body, lang=values["lang"])


class ProducerView(PublicView):
    query = QueryParams()

    @extend_schema(
        operation_id="producers_retrieve",
        summary="One producer",
        tags=["producers"],
        parameters=query.openapi,
        responses={200: ProducerDetailSerializer, **BAD_QUERY, **NOT_FOUND, **MOVED},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        lang = self.query.parse(request)["lang"]
        producer = Producer.objects.published().select_related("province", "commune").filter(slug=slug).first()
        if producer is None:
            former = FormerProducerSlug.objects.filter(slug=slug, producer__is_published=True)
            current = former.values_list("producer__slug", flat=True).first()
            if current is None:
                raise Http404
            return moved(request, f"/api/v1/producers/{current}/")
        line = {
            "pk": producer.pk,
            "slug": producer.slug,
            "name": producer.name,
            "ocop_type": producer.ocop_type,
            "province__code": producer.province.code,
            "province__name": producer.province.name,
        }
        body = {
            "id": producer.public_id,
            **_line(line, _product_counts([producer.pk]), Writer(request._request, lang)),
            "commune": producer.commune.name if producer.commune else "",
            "seller": {
                "legal_name": producer.legal_name or producer.name,
                "address": producer.address,
                "phone": producer.phone,
                "registration_number": producer.registration_number,
            },
            "website": producer.website,
            "story": producer.story_in(lang),
        }
        return answer(body, lang=lang)


def _asked_for(text: str | None, province: str | None) -> QuerySet[Producer]:
    producers = Producer.objects.published()
    if province:
        producers = producers.filter(province__code=province)
    if text:
        words = SearchText.of(text).folded
        if not words:
            return producers.none()
        for word in dict.fromkeys(words):
            producers = producers.filter(Q(name_key__startswith=word) | Q(name_key__contains=f" {word}"))
    return producers


def _cursor(token: str) -> Cursor:
    try:
        return decode(token, ordering=_ORDERING, kinds=(str, int))
    except BadCursor as error:
        raise BadQuery([Fault(str(error), "bad-cursor", "cursor")]) from None


def _from(producers: QuerySet[Producer], cursor: Cursor | None) -> QuerySet[Producer]:
    """In the order of names, from the cursor on."""
    if cursor is None:
        return producers.order_by("name_key", "pk")
    name_key, pk = cursor.key
    if cursor.backwards:
        before = Q(name_key__lt=name_key) | Q(name_key=name_key, pk__lt=pk)
        return producers.filter(before, name_key__lte=name_key).order_by("-name_key", "-pk")
    after = Q(name_key__gt=name_key) | Q(name_key=name_key, pk__gt=pk)
    return producers.filter(after, name_key__gte=name_key).order_by("name_key", "pk")


def _link(request: Request, producer: dict[str, Any], *, backwards: bool) -> str:
    cursor = Cursor((producer["name_key"], producer["pk"]), backwards)
    return url_with(request, cursor=encode(cursor, ordering=_ORDERING))


def _product_counts(producer_ids: Iterable[int]) -> dict[int, int]:
    listed = Listing.objects.filter(producer_id__in=list(producer_ids)).values("producer_id")
    return dict(listed.annotate(products=Count("pk")).values_list("producer_id", "products"))


def _line(producer: dict[str, Any], counts: dict[int, int], writer: Writer) -> dict[str, Any]:
    return {
        "slug": producer["slug"],
        "name": producer["name"],
        "url": f"{writer.pages}/producers/{producer['slug']}/",
        "type": producer["ocop_type"],
        "province": coded(producer["province__code"], producer["province__name"]),
        "product_count": counts.get(producer["pk"], 0),
    }
