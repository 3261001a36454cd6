"""The catalogue's pages for shoppers."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, gettext
from django.views.decorators.http import require_safe

from ocop_badges.freshness import depends_on_badges
from ocop_badges.links import base_url
from ocop_badges.request_time import time_of

from . import structured_data
from .list_page import load_list_page
from .models import FormerProductSlug, Product
from .product_page import ProductPage, load_product_page


@require_safe
@depends_on_badges("private")
def product_list(request: HttpRequest) -> HttpResponse:
    """Products to search and filter; works by links and one plain form."""
    page = load_list_page(request.GET, day=time_of(request).day, lang=_lang())
    response = render(
        request,
        "catalog/product_list.html",
        {"page": page, "search_text": page.asked.text, "section": "products"},
    )
    response.headers["X-Search-Engine"] = page.engine
    return response


@require_safe
@depends_on_badges("private")
def product(request: HttpRequest, slug: str) -> HttpResponse:
    """One product. An address it once had leads to its present one for ever."""
    try:
        page = load_product_page(slug, day=time_of(request).day, lang=_lang())
    except Product.DoesNotExist:
        return _redirect_former(slug)
    base = base_url(request)
    url = base + request.path
    return render(
        request,
        "catalog/product.html",
        {
            "page": page,
            "section": "products",
            "embed_code": _embed_code(page, base),
            "structured_data": [
                structured_data.product_data(page, url=url, base=base),
                structured_data.breadcrumbs(
                    [
                        (gettext("Home"), base + ("/en/" if _lang() == "en" else "/")),
                        (gettext("Products"), base + reverse("product-list")),
                        (page.name, url),
                    ]
                ),
            ],
        },
    )


def _redirect_former(slug: str) -> HttpResponse:
    published = Product.objects.published().values("pk")
    former = FormerProductSlug.objects.filter(slug=slug, product__in=published).select_related("product").first()
    if former is None:
        raise Http404(slug)
    return HttpResponsePermanentRedirect(reverse("product", args=[former.product.slug]))


def _embed_code(page: ProductPage, base: str) -> str:
    return f'<script src="{base}/embed/{page.slug}.js" async></script>'


def _lang() -> str:
    return "en" if get_language() == "en" else "vi"
