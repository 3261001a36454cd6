"""A producer's storefront: one page for every published producer, with what a curator added to some."""

from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.utils.text import Truncator
from django.utils.translation import get_language

from catalog.models import Listing, Producer, QualityCertificate
from ocop_badges.badges import Badge
from ocop_badges.links import verify_address
from ocop_badges.models import BadgePeriod
from ocop_badges.request_time import time_of

from .materials import Wanted, gather_for

PRODUCTS_A_PAGE = 24
DESCRIPTION_LENGTH = 160  # characters, for search engines


def storefront_context(producer: Producer, request: HttpRequest, *, extra: Any = None) -> dict[str, Any]:
    """Everything the storefront shows of a producer on the day of the request; ``extra`` is its ``StorefrontPage``."""
    day = time_of(request).day
    lang = get_language() or "vi"
    listed = (
        Listing.objects.filter(producer=producer).order_by("-listed_at", "-product_id").values_list("pk", flat=True)
    )
    page = Paginator(listed, PRODUCTS_A_PAGE).get_page(request.GET.get("page"))
    product_ids = list(page.object_list)
    wanted = Wanted.of_body(extra.body if extra else None)
    wanted.products |= set(product_ids)
    wanted.texts.append(producer.story_in(lang))
    materials = gather_for(request, wanted)
    return {
        "producer": producer,
        "page": extra,
        "materials": materials,
        "story": producer.story_in(lang),
        "description": Truncator(materials.text(producer.story_in(lang))).chars(DESCRIPTION_LENGTH),
        "page_of_products": page,
        "products": materials.cards_of(product_ids),
        "certificates": certificates_of(producer, day=day, lang=lang),
        "quality_certificates": quality_certificates_of(producer, day=day, lang=lang),
        "extra": extra,
    }


def certificates_of(producer: Producer, *, day: date, lang: str) -> list[dict[str, Any]]:
    """The stars its products have on a day, each with the certificate behind them, most stars first. One query."""
    periods = (
        BadgePeriod.objects.covering(day)
        .filter(product__producer=producer, product__is_published=True)
        .select_related("product", "certificate")
        .order_by("-stars", "product__name", "product_id")
    )
    return [
        {
            "product": period.product.name_in(lang),
            "path": f"/products/{period.product.slug}/",
            "badge": Badge(stars=period.stars, valid_until=period.last_day, certificate=period.certificate.public_id),
            "certificate": period.certificate,
            "verify_path": verify_address(period.certificate.public_id),
        }
        for period in periods
    ]


def quality_certificates_of(producer: Producer, *, day: date, lang: str) -> list[dict[str, Any]]:
    """Its products' other certificates that are valid on a day. One query."""
    certificates = (
        QualityCertificate.objects.valid_on(day)
        .filter(product__producer=producer, product__is_published=True)
        .select_related("product")
        .order_by("name", "product__name", "pk")
    )
    return [{"certificate": certificate, "product": certificate.product.name_in(lang)} for certificate in certificates]
