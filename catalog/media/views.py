"""Serves pictures, so that one which shows a mark goes when the stars go, wherever its address was kept."""

from datetime import date

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from catalog.models import ShopImage, ShopRendition
from catalog.models.images import servable_q
from ocop_badges import freshness
from ocop_badges.request_time import time_of

KEPT = 24 * 60 * 60  # seconds; a picture's name changes with its content
TYPES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "webp": "image/webp", "avif": "image/avif"}


@require_safe
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """One file of an image or of its renditions. Only names the database knows are opened, so no path leads elsewhere.

    One query. A picture of a mark is answered only on days its product has stars, and kept no longer than a badge.
    """
    content_type = TYPES.get(path.rpartition(".")[2].lower())
    shows_mark = _shows_mark(path, time_of(request).day) if content_type and "\x00" not in path else None
    if shows_mark is None:
        return _not_found()
    try:
        changed_at = int(default_storage.get_modified_time(path).timestamp())
        size = default_storage.size(path)
        etag = quote_etag(f"{path.rpartition('/')[2]}-{changed_at:x}-{size:x}")
        response: HttpResponseBase | None = get_conditional_response(request, etag, changed_at)
        if response is None:
            response = FileResponse(default_storage.open(path), content_type=content_type)
    except FileNotFoundError:
        return _not_found()
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(changed_at)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    if shows_mark:
        return freshness.mark(response, "public")
    patch_cache_control(response, public=True, max_age=KEPT)
    return response


def _shows_mark(path: str, day: date) -> bool | None:
    """Whether the picture behind a file name shows a mark; None where nothing may be served under it on that day."""
    images = ShopImage.objects.filter(servable_q(day), file=path).values_list("shows_ocop_mark")
    renditions = ShopRendition.objects.filter(servable_q(day, image="image__"), file=path).values_list(
        "image__shows_ocop_mark"
    )
    marks = [mark for (mark,) in images.union(renditions)]
    return any(marks) if marks else None


def _not_found() -> HttpResponse:
    return freshness.mark(
        HttpResponse("Not found.\n", status=404, content_type="text/plain; charset=utf-8"), "no-store"
    )
