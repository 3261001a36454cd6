"""What the answers about certificates have in common: open to all and cached, or as of another day for officers."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.auth import get_user
from django.db.models import Q
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from ocop_badges.request_time import time_of

from . import freshness, hindsight
from .conditional import answer_unless_known, etag_of
from .errors import DomainError, Fault
from .links import base_url
from .officers import Mandate, mandate_of
from .problems import BadQuery
from .query_params import Day, QueryParams, Values
from .serializers import ProblemSerializer

BAD_QUERY = {(400, "application/problem+json"): ProblemSerializer}
FORBIDDEN = {(403, "application/problem+json"): ProblemSerializer}
NOT_FOUND = {(404, "application/problem+json"): ProblemSerializer}
NOT_ACCEPTABLE = {(406, "application/problem+json"): ProblemSerializer}
MOVED = {308: None}

# What a session's officer may ask besides; see ``AsOf``.
AS_OF = (
    Day("on", "Officers only: how it stood, or will stand, on this day, as it is known now."),
    Day("known_on", "Officers only: by nothing but what had been recorded by the end of this day."),
)

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class AlwaysJson(BaseContentNegotiation):
    """Whatever is accepted, the framework answers JSON: a view with other forms looks at ``Accept`` itself."""

    def select_parser(self, request: Request, parsers: Iterable[BaseParser]) -> BaseParser | None:
        return next(iter(parsers), None)

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, str(renderer.media_type)


class PublicView(APIView):
    """Open to all, the same for all: no session is read, so that any cache may keep the answer."""

    authentication_classes = ()
    permission_classes = ()
    query = QueryParams(*AS_OF)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The day that an answer speaks of, and what it may know.

    Nobody in particular asks about today: ``mandate`` is None and everything recorded is known (``known_at`` None).
    An officer asks how things stood ``on`` another day, with what had been recorded by the end of ``known_on``; what we
    showed on a day is both with that day. Such an answer is about the certificates that the officer keeps, no others.
    """

    day: date
    known_at: datetime | None = None
    mandate: Mandate | None = None

    @property
    def is_public(self) -> bool:
        return self.mandate is None

    def within(self, product: str = "product") -> Q:
        """The condition for what the answer may be about, ``product`` being the lookup that leads to the product."""
        return Q() if self.mandate is None else self.mandate.keeps(product)


def as_of(request: Request, values: Values) -> AsOf:
    """Take ``on`` and ``known_on`` out of the parsed parameters. Only where one is given the session is read.

    Raises ``DomainError`` (403) for who is no officer, ``BadQuery`` where ``known_on`` is yet to come.
    """
    today = time_of(request).day
    on, known_on = values.pop("on"), values.pop("known_on")
    if on is None and known_on is None:
        return AsOf(today)
    mandate = mandate_of(get_user(request._request))  # not the framework's user, who is nobody here
    if not mandate.is_officer:
        raise DomainError(
            "on and known_on are answered to officers of the programme who are signed in.",
            code="officers-only",
            status=403,
        )
    if known_on is not None and known_on > today:
        raise BadQuery([Fault("What will be known on a day to come, nobody knows.", "in-the-future", "known_on")])
    known_at = None if known_on is None else hindsight.end_of(known_on)
    return AsOf(on or today, known_at, mandate)


def answer_json(request: Request, body: Mapping[str, Any], about: AsOf) -> HttpResponseBase:
    """The answer with this body: with validators for everybody, kept by nobody for an officer."""
    content = _encode(body).encode()
    if not about.is_public:
        return keep_private(HttpResponse(content, content_type="application/json"))
    response = answer_unless_known(
        request._request,
        etag=etag_of(about.day, request._request.get_full_path(), content),
        now=time_of(request),
        build=lambda: HttpResponse(content, content_type="application/json"),
    )
    return freshness.mark(response, "public")


def keep_private(response: HttpResponseBase) -> HttpResponseBase:
    """For one reader alone, and for no cache."""
    response.headers["Cache-Control"] = "private, no-store"
    return response


def base_of(request: Request) -> str:
    return base_url(request._request)
