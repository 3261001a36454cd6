"""Answers that any site may read: CORS, methods, ETag and how long they may be kept."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from ocop_badges import freshness
from ocop_badges.conditional import is_known
from ocop_badges.errors import DomainError
from ocop_badges.problems import problem_response

METHODS = "GET, HEAD, OPTIONS"
View = Callable[..., HttpResponseBase]


def open_to_all(view: View) -> View:
    """Decorate a view that answers everybody alike: what it raises and other methods become problems."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase
        if request.method == "OPTIONS":
            response = HttpResponse(status=204)
            del response.headers["Content-Type"]
            response.headers["Allow"] = METHODS
            response.headers["Access-Control-Allow-Methods"] = METHODS
            response.headers["Access-Control-Allow-Headers"] = "*"
            response.headers["Access-Control-Max-Age"] = "86400"
        elif request.method not in ("GET", "HEAD"):
            response = problem_response(
                request, status=405, code="method-not-allowed", detail=f"This address takes {METHODS}."
            )
            response.headers["Allow"] = METHODS
        else:
            try:
                response = view(request, *args, **kwargs)
            except DomainError as error:
                response = problem_response(request, status=error.status, code=error.code, detail=error.detail)
        return with_cors(response)

    return answer


def with_cors(response: HttpResponseBase) -> HttpResponseBase:
    """Let scripts of any site read an answer."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = "ETag, Age"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def answer_of(
    request: HttpRequest, *, body: Callable[[], str | bytes], content_type: str, etag: str, scope: freshness.Scope
) -> HttpResponse:
    """The answer, or 304 for a client that has it. ``body`` is made only where it is sent."""
    known = is_known(request, etag=etag)
    response = HttpResponse(b"" if known else body(), status=304 if known else 200, content_type=content_type)
    response.headers["ETag"] = etag
    return freshness.mark(response, scope)
