"""The calendar of a producer or a province, for the phone or computer of one person."""

import hashlib
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from marketplace.accounts.models import Membership
from ocop_badges import freshness
from ocop_badges.links import base_url
from ocop_badges.reminders.calendars import draw_calendar, of_producer, of_province
from ocop_badges.reminders.finding import window_days
from ocop_badges.reminders.models import CalendarAddress
from ocop_badges.reminders.services import keeps_province
from ocop_badges.request_time import time_of


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponseBase:
    """``/calendar/{token}.ics``: 404 for a token that nobody has, or whose person may not read it any more."""
    address = CalendarAddress.objects.with_token(token).select_related("producer", "province").first()
    if address is None or not _may_read(address):
        raise Http404
    day, base = time_of(request).day, base_url(request)
    place = address.producer or address.province
    body = draw_calendar(
        of_producer(address.producer_id) if address.producer_id else of_province(address.province_id or 0),
        name=f"OCOP – {place.name if place else ''}",
        day=day,
        days=window_days(day),
        base=base,
        host=urlsplit(base).hostname or "localhost",
        lang=address.user.language,
    )
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response.headers["Content-Disposition"] = 'inline; filename="ocop.ics"'
    response.headers["Content-Language"] = address.user.language
    response.headers["Content-Length"] = str(len(body))
    response.headers["X-Robots-Tag"] = "noindex"
    response.headers["ETag"] = etag = f'"{hashlib.blake2b(body, digest_size=12).hexdigest()}"'
    answer = get_conditional_response(request, etag=etag, response=response) or response
    if request.method == "HEAD":
        answer.content = b""  # not every server in front drops it
    return freshness.mark(answer, "private")


def _may_read(address: CalendarAddress) -> bool:
    """Asked at every reading: a person who left a producer or a post has nothing to read there. One query."""
    if address.province_id is not None:
        return keeps_province(address.user, address.province_id)
    return Membership.objects.active().of_user(address.user).filter(producer=address.producer_id).exists()
