"""What these endpoints have in common: for one reader alone, in the language asked, refusals with their numbers."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.utils import translation
from rest_framework.authentication import SessionAuthentication
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.api.answers import money
from marketplace.orders.services import NotToBeHad, TotalChanged
from marketplace.shop.answers import encode
from ocop_badges.problems import exception_handler
from ocop_badges.query_params import QueryParams
from ocop_badges.request_time import time_of

from .bodies import JsonBody, JsonOnly


class TradeView(APIView):
    """Open to guests; whoever is signed in by a session is known, and then a change needs the CSRF token."""

    authentication_classes = (SessionAuthentication,)
    permission_classes = (AllowAny,)  # said, so that the schema says that no session is needed
    parser_classes = (JsonBody,)
    content_negotiation_class = JsonOnly
    query = QueryParams()
    values: dict[str, Any]

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        self.values = self.query.parse(request)
        translation.activate(self.values["lang"])  # the middleware puts the former one back
        super().initial(request, *args, **kwargs)  # what it refuses is told in that language

    def get_exception_handler(self) -> Callable[..., Response | None]:
        return with_members

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    def answer(self, body: Mapping[str, Any] | bytes, *, status: int = 200) -> HttpResponse:
        content = body if isinstance(body, bytes) else encode(body)
        response = HttpResponse(content, status=status, content_type="application/json")
        response.headers["Content-Language"] = self.values["lang"]
        return response

    def done(self) -> HttpResponse:
        """There is nothing to say: 204, and no type of what is not there."""
        response = HttpResponse(status=204)
        del response.headers["Content-Type"]
        return response


def with_members(exc: Exception, context: dict[str, Any]) -> Response | None:
    """A problem; of a drifted total also the new one, of a line that is short also how many are left."""
    response = exception_handler(exc, context, language=translation.get_language() or "vi")
    if response is None:
        return None
    match exc:
        case TotalChanged():
            response.data["total"] = money(exc.total)
        case NotToBeHad(notices=[first, *_]):
            response.data["line"], response.data["left"] = first.line_id, first.left
    return response


def moment(request: Request) -> tuple[datetime, date]:
    """The instant and the shop's day of this request."""
    now = time_of(request)
    return now.at, now.day
