"""The small lists that filters are made of."""

from django.db.models import Count
from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from catalog.models import Commune, Listing, ProductSet, Province
from ocop_badges.public_api import BAD_QUERY, NOT_FOUND
from ocop_badges.query_params import QueryParams

from .answers import PublicView, answer, coded, day_of, whole_list
from .schema import CommuneListSerializer, ProductSetListSerializer, ProvinceListSerializer


class ProvincesView(PublicView):
    query = QueryParams()

    @extend_schema(
        operation_id="provinces_list",
        summary="The provinces of today with the names they had",
        tags=["reference"],
        parameters=query.openapi,
        responses={200: ProvinceListSerializer, **BAD_QUERY},
    )
    def get(self, request: Request) -> HttpResponse:
        lang = self.query.parse(request)["lang"]
        counts = _counts("province_id")
        results = [
            {
                **coded(province.code, province.name),
                "former_names": sorted(former.name for former in province.former_provinces.all()),
                "product_count": counts.get(province.pk, 0),
            }
            for province in Province.objects.prefetch_related("former_provinces").order_by("code")
        ]
        return answer(whole_list(results), lang=lang)


class CommunesView(PublicView):
    query = QueryParams()

    @extend_schema(
        operation_id="communes_list",
        summary="The communes, wards and special zones of a province today, by name",
        tags=["reference"],
        parameters=query.openapi,
        responses={200: CommuneListSerializer, **BAD_QUERY, **NOT_FOUND},
    )
    def get(self, request: Request, code: str) -> HttpResponse:
        lang = self.query.parse(request)["lang"]
        province = Province.objects.filter(code=code).first()
        if province is None:
            raise Http404
        communes = Commune.objects.current_in(province, on=day_of(request))
        results = [
            {"code": code, "name": name, "kind": kind}
            for code, name, kind in communes.values_list("code", "name", "kind")
        ]
        return answer(whole_list(results), lang=lang)


class ProductSetsView(PublicView):
    query = QueryParams()

    @extend_schema(
        operation_id="product_sets_list",
        summary="The product sets of the programme (Decision 26/2026/QĐ-TTg, annex I)",
        tags=["reference"],
        parameters=query.openapi,
        responses={200: ProductSetListSerializer, **BAD_QUERY},
    )
    def get(self, request: Request) -> HttpResponse:
        lang = self.query.parse(request)["lang"]
        counts = _counts("product_set_id")
        results = [
            {
                **coded(product_set.code, product_set.name_in(lang)),
                "industry": coded(product_set.industry.code, product_set.industry.name_in(lang)),
                "product_count": counts.get(product_set.pk, 0),
            }
            for product_set in ProductSet.objects.select_related("industry").order_by("position")
        ]
        return answer(whole_list(results), lang=lang)


def _counts(column: str) -> dict[int, int]:
    return dict(Listing.objects.values(column).annotate(products=Count("pk")).values_list(column, "products"))
