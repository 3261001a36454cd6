from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_safe

from catalog.models import FormerProducerSlug, Producer

from .models import StorefrontPage
from .storefronts import storefront_context


@require_safe
def storefront(request: HttpRequest, slug: str) -> HttpResponse:
    """The storefront of a published producer; an old address leads to today's, an unknown one is 404."""
    producer = Producer.objects.published().select_related("province", "commune").filter(slug=slug).first()
    if producer is None:
        former = get_object_or_404(
            FormerProducerSlug.objects.select_related("producer"), slug=slug, producer__is_published=True
        )
        return redirect("storefront", former.producer.slug, permanent=True)
    extra = StorefrontPage.objects.live().filter(producer=producer).first()
    return render(request, "cms/storefront.html", storefront_context(producer, request, extra=extra))
