import re
import secrets
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from ocop_badges.problems import problem_response

from .logs import request_id

MAX_REQUEST_LINE = 8000  # bytes of path and query
_SAFE_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
View = Callable[[HttpRequest], HttpResponse]


class RequestIdMiddleware:
    """Gives every request an id (the proxy's, if it is a sane one): in the log, in problems and in the answer."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-Id", "")
        request.request_id = given if _SAFE_REQUEST_ID.fullmatch(given) else secrets.token_hex(8)  # type: ignore[attr-defined]
        token = request_id.set(request.request_id)  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            request_id.reset(token)
        response.headers["X-Request-Id"] = request.request_id  # type: ignore[attr-defined]
        return response


class RequestLineLimitMiddleware:
    """414 for an address longer than any server in front of us would take (RFC 9110, section 15.5.15)."""

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if len(request.path_info) + len(request.META.get("QUERY_STRING", "")) > MAX_REQUEST_LINE:
            return problem_response(
                request, status=414, code="uri-too-long", detail=f"The address is longer than {MAX_REQUEST_LINE} bytes."
            )
        return self.get_response(request)


class LanguageMiddleware:
    """The address decides the language: ``/en/`` is English, all else Vietnamese; Accept-Language is ignored.

    The API takes ``lang=`` instead, and Wagtail's admin the user's own setting.
    """

    def __init__(self, get_response: View) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = "en" if request.path_info == "/en" or request.path_info.startswith("/en/") else "vi"
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", translation.get_language() or language)
        return response
