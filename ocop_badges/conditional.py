"""Answers a client may have already (RFC 9110, section 13): their ETag, since when they stand, and 304.

An ETag here covers all of an answer's content and the shop's day, so that equal ETags mean equal answers. When an
answer became what it is cannot be read from the facts alone, as products and producers may be renamed at any time:
``Last-Modified`` is the moment at which this server first gave the answer out. It is kept in the cache; where it was
lost, a client gets the answer once more. It has whole seconds only, so that two answers of one second share it: without
an ETag it is believed no longer than any cache may keep an answer.
"""

import hashlib
from collections.abc import Callable

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.http import http_date, parse_etags, parse_http_date_safe

from .days import ShopTime
from .freshness import MAX_AGE, Scope, mark

_KEPT = 24 * 60 * 60  # seconds: a day's answers end with it


def etag_of(*parts: object, weak: bool = False) -> str:
    """An ETag from what an answer depends on, the day among it, never the instant."""
    tag = f'"{hashlib.blake2b(repr(parts).encode(), digest_size=12).hexdigest()}"'
    return f"W/{tag}" if weak else tag


def answer_unless_known(
    request: HttpRequest, *, etag: str, now: ShopTime, build: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """304 for a client that has the answer with this ``etag``, else what ``build`` makes; with both validators."""
    moment = int(now.at.timestamp())
    since = int(cache.get_or_set(f"answer-since:{etag}", moment, _KEPT) or moment)
    believed = since if moment - since <= MAX_AGE else None
    response = HttpResponse(status=304) if is_known(request, etag=etag, since=believed) else build()
    if response.status_code == 304:
        del response.headers["Content-Type"]
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(since)
    return response


def answer_of(
    request: HttpRequest, *, body: Callable[[], str | bytes], content_type: str, etag: str, scope: Scope
) -> HttpResponse:
    """The answer with its ``etag``, or 304 for a client that has it. ``body`` is made only where it is sent."""
    known = is_known(request, etag=etag)
    # A 304 with its type too: a cache takes its headers for what it keeps.
    response = HttpResponse(b"" if known else body(), status=304 if known else 200, content_type=content_type)
    response.headers["ETag"] = etag
    return mark(response, scope)


def is_known(request: HttpRequest, *, etag: str, since: int | None = None) -> bool:
    """Whether the client has it already. ``since`` (Unix seconds) counts only where no ETag is asked about.

    ETags are compared weakly, as section 13.1.2 has it. A day is compared for being the same one: an answer that was
    changed and changed back is not taken for one the client has.
    """
    given = request.headers.get("If-None-Match")
    if given is not None:
        known = parse_etags(given)
        return "*" in known or etag.removeprefix("W/") in (tag.removeprefix("W/") for tag in known)
    asked = request.headers.get("If-Modified-Since")
    return asked is not None and since is not None and parse_http_date_safe(asked) == since
