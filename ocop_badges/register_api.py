"""The open register through the API: pages of JSON, and all of it as a file."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_vary_headers
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotAcceptable
from rest_framework.request import Request

from ocop_badges.request_time import time_of

from . import downloads, freshness, subjects
from .certificate_lines import Line, certificate_line, owner_of
from .conditional import answer_unless_known, etag_of
from .cursors import BadCursor
from .errors import Fault
from .media_types import preferred_type
from .models import Certificate
from .problems import BadQuery
from .public_api import (
    AS_OF,
    BAD_QUERY,
    FORBIDDEN,
    NOT_ACCEPTABLE,
    AlwaysJson,
    AsOf,
    PublicView,
    answer_json,
    as_of,
    base_of,
    keep_private,
)
from .query_params import Choice, Code, Day, Integer, IntegerList, QueryParams, Text, url_with
from .register import RegisterQuery, batches_of, codes_of, page_of, state_of
from .rules import MAX_STARS, MIN_STARS
from .serializers import STATUSES, RegisterSerializer
from .verification import load_families

JSON = "application/json"
OFFERED = (JSON, downloads.CSV, downloads.JSON_LINES, downloads.NDJSON)
_OF_PAGES = ("cursor", "page_size")


class RegisterView(PublicView):
    content_negotiation_class = AlwaysJson
    query = QueryParams(
        Code("province", "Code of the province.", known=lambda: codes_of(subjects.PROVINCE_CODE)),
        Code("product_set", "Code of the product set.", known=lambda: codes_of(subjects.PRODUCT_SET_CODE)),
        IntegerList("stars", "Stars of the certificate; several by comma.", minimum=MIN_STARS, maximum=MAX_STARS),
        Choice("status", "Status today.", STATUSES),
        Day("ends_before", "The last day with stars, an extension included, is before this day."),
        Day("ends_after", "The last day with stars, an extension included, is after this day."),
        Text("cursor", "Where the page begins: from `next` or `previous`. Not with a download."),
        Integer("page_size", "Certificates a page. Not with a download.", minimum=1, maximum=100, default=24),
        *AS_OF,
    )

    @extend_schema(
        operation_id="certificates_list",
        summary="The open register of certificates, newest first",
        description="Every certificate there is, by its first day; `next` and `previous` stay true while others are "
        "recorded. `Accept: text/csv` or `application/jsonl` answers all that the filters let through as one file, in "
        "the same order: UTF-8 without a byte order mark; in CSV a text that a spreadsheet would take for a formula "
        "begins with an apostrophe. A file whose transfer breaks off is not complete. `ETag` and `Last-Modified` "
        "answer a conditional request with 304 as long as nothing in the answer has changed.\n\n"
        "Officers ask with their session for another day: `on` is the day it is about, as it is known now; `known_on` "
        "leaves out what was recorded after that day. What was shown on a day is `on` and `known_on` with that day. "
        "These answers hold what the officer keeps and are stored by no cache; names and places are today's.",
        tags=["certificates"],
        parameters=query.openapi,
        responses={
            200: RegisterSerializer,
            (200, downloads.CSV): OpenApiTypes.STR,
            (200, downloads.JSON_LINES): OpenApiTypes.STR,
            **BAD_QUERY,
            **FORBIDDEN,
            **NOT_ACCEPTABLE,
        },
    )
    def get(self, request: Request) -> HttpResponseBase:
        media_type = preferred_type(request.headers.get("accept", ""), OFFERED)
        if media_type is None:
            raise NotAcceptable
        values = self.query.parse(request)
        about = as_of(request, values)
        lang, cursor, size = values.pop("lang"), values.pop("cursor"), values.pop("page_size")
        query = RegisterQuery(day=about.day, known_at=about.known_at, within=about.within(), **values)
        if media_type == JSON:
            return _page(request, query, about, lang=lang, cursor=cursor, size=size)
        if faults := [
            Fault("A download has no pages: it holds all there is.", "not-with-download", name)
            for name in _OF_PAGES
            if name in request.query_params
        ]:
            raise BadQuery(faults)
        return _download(request, query, about, lang=lang, media_type=media_type)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        patch_vary_headers(response, ["Accept"])
        return response


def _page(
    request: Request, query: RegisterQuery, about: AsOf, *, lang: str, cursor: str | None, size: int
) -> HttpResponseBase:
    try:
        page = page_of(query, cursor=cursor, size=size)
    except BadCursor as error:
        raise BadQuery([Fault(str(error), "bad-cursor", "cursor")]) from None
    body = {
        "count": page.count,
        "next": url_with(request, cursor=page.next) if page.next else None,
        "previous": url_with(request, cursor=page.previous) if page.previous else None,
        "results": _lines(page.certificates, query, lang, base_of(request)),
    }
    return answer_json(request, body, about)


def _download(request: Request, query: RegisterQuery, about: AsOf, *, lang: str, media_type: str) -> HttpResponseBase:
    base = base_of(request)

    def build() -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "HEAD":
            response = HttpResponse(content_type=downloads.CONTENT_TYPES[media_type])
        else:
            response = StreamingHttpResponse(
                downloads.file_of(media_type, _batches(query, lang, base)),
                content_type=downloads.CONTENT_TYPES[media_type],
            )
        name = f"ocop-certificates-{about.day}.{downloads.SUFFIXES[media_type]}"
        response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
        return response

    if not about.is_public:
        return keep_private(build())
    # Weak: the file is written after its ETag is known, and somebody may act in between.
    etag = etag_of(
        downloads.VERSION, about.day, request._request.get_full_path(), base, media_type, state_of(query), weak=True
    )
    response = answer_unless_known(request._request, etag=etag, now=time_of(request), build=build)
    return freshness.mark(response, "public")


def _batches(query: RegisterQuery, lang: str, base: str) -> Iterator[list[Line]]:
    for certificates in batches_of(query):
        yield _lines(certificates, query, lang, base)


def _lines(found: list[Certificate], query: RegisterQuery, lang: str, base: str) -> list[Line]:
    """The certificates found, as they are to be known. Four queries, six with ``known_at``, however many they are."""
    product_ids = {certificate.product_id for certificate in found}
    families, whose = load_families(product_ids, known_at=query.known_at), subjects.by_ids(product_ids)
    lines = []
    for each in found:
        family = families[each.product_id]
        certificate = next(known for known in family.certificates if known.pk == each.pk)
        lines.append(
            {
                **certificate_line(certificate, family, day=query.day, lang=lang, base=base),
                **owner_of(whose[each.product_id], lang=lang, base=base),
            }
        )
    return lines
