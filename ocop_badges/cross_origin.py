"""Answers that pages of any site may load: their methods and the headers that open them (Fetch Standard, CORS)."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from .problems import problem_response

METHODS = "GET, HEAD, OPTIONS"


def answer_to_method(request: HttpRequest) -> HttpResponse | None:
    """What is answered to a method other than GET and HEAD; None for these two, which the view answers."""
    if request.method in ("GET", "HEAD"):
        return None
    if request.method == "OPTIONS":
        response = HttpResponse(status=204)
        del response.headers["Content-Type"]
        response.headers["Access-Control-Allow-Methods"] = METHODS
        response.headers["Access-Control-Allow-Headers"] = "*"
        response.headers["Access-Control-Max-Age"] = "86400"
    else:
        response = problem_response(
            request, status=405, code="method-not-allowed", detail=f"This address takes {METHODS}."
        )
    response.headers["Allow"] = METHODS
    return response


def open_to_any_site(response: HttpResponseBase, *, exposed: str = "ETag, Age") -> HttpResponseBase:
    """Let scripts of any site read an answer, and of its headers those ``exposed``."""
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Access-Control-Expose-Headers"] = exposed
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
