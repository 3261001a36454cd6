"""One product with all that is told of it."""

from typing import Any

from django.http import Http404, HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from catalog.goods import GoodsRule
from catalog.models import FormerProductSlug
from catalog.product_facts import Pack, Picture, ProductFacts, load_product
from ocop_badges.public_api import BAD_QUERY, MOVED, NOT_FOUND
from ocop_badges.query_params import QueryParams

from .answers import PublicView, Writer, answer, day_of, money, moved
from .schema import ProductDetailSerializer


class ProductView(PublicView):
    query = QueryParams()

    @extend_schema(
        operation_id="products_retrieve",
        summary="One product, as of today",
        tags=["products"],
        parameters=query.openapi,
        responses={200: ProductDetailSerializer, **BAD_QUERY, **NOT_FOUND, **MOVED},
    )
    def get(self, request: Request, slug: str) -> HttpResponse:
        lang = self.query.parse(request)["lang"]
        product = load_product(slug, day=day_of(request), lang=lang)
        if product is None:
            return _elsewhere(request, slug)
        return answer(_body(product, Writer(request._request, lang)), lang=lang)


def _elsewhere(request: Request, slug: str) -> HttpResponse:
    former = FormerProductSlug.objects.filter(slug=slug, product__listing__isnull=False)
    current = former.values_list("product__slug", flat=True).first()
    if current is None:
        raise Http404
    return moved(request, f"/api/v1/products/{current}/")


def _body(product: ProductFacts, writer: Writer) -> dict[str, Any]:
    card = product.card
    sources = writer.sources({picture.image_id: picture.file for picture in product.pictures})
    images = [_image(picture, sources) for picture in product.pictures if picture.image_id in sources]
    return {
        **writer.card(card, sources),
        "description": product.description,
        "images": images,
        "packs": [_pack(pack) for pack in product.packs],
        "origin": product.origin,
        "ingredients": product.ingredients,
        "storage": product.storage,
        "shelf_life_days": product.shelf_life_days,
        "seller": {
            "legal_name": product.seller_name,
            "address": product.seller_address,
            "phone": product.seller_phone,
            "registration_number": product.seller_registration_number,
        },
        "return_policy": product.return_policy,
        "certificates": [
            {"name": quality.name, "number": quality.number, "valid_until": quality.valid_until.isoformat()}
            for quality in product.quality_certificates
        ],
        "story": writer.pages + product.story_path if product.story_path else None,
        "bundles": [{**bundle, "url": writer.pages + bundle["url"]} for bundle in product.bundles],
        "supply": {
            "season": {"from_month": product.season[0], "to_month": product.season[1]} if product.season else None,
            "capacity": {"value": product.capacity, "unit": product.capacity_unit, "per": "year"}
            if product.capacity is not None
            else None,
        },
        "conditions": _conditions(product.rule),
        "rating": product.rating,
        "inspections": [
            {
                "kind": inspection.kind,
                "carried_out_on": inspection.carried_out_on.isoformat(),
                "conclusion": inspection.conclusion,
                "open_findings": inspection.open_findings,
            }
            for inspection in product.inspections
        ],
    }


def _conditions(rule: GoodsRule | None) -> dict[str, Any] | None:
    if rule is None:
        return None
    return {
        "minimum_age": rule.minimum_age,
        "payment_methods": sorted(rule.methods) if rule.methods is not None else None,
        "missing_documents": [kind.value for kind in rule.missing],
        "legal_basis": rule.legal_basis,
    }


def _image(picture: Picture, sources: dict[int, str]) -> dict[str, str]:
    return {"src": sources[picture.image_id], "alt": picture.alt}


def _pack(pack: Pack) -> dict[str, Any]:
    return {
        "sku": pack.sku,
        "name": pack.name,
        "net_content": {"value": pack.net_value, "unit": pack.net_unit} if pack.net_unit else None,
        "price": money(pack.price),
        "in_stock": pack.in_stock,
        "gtin": pack.gtin,
    }
