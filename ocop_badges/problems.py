"""Errors as RFC 9457 problems: one shape for every refusal of the API."""

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, JsonResponse
from django.utils import translation
from django.utils.translation import gettext as _
from rest_framework import exceptions
from rest_framework.response import Response

from .errors import DomainError, Fault

CONTENT_TYPE = "application/problem+json"


class BadQuery(exceptions.APIException):
    """Query parameters that the endpoint cannot take: all of them at once."""

    status_code = 400
    default_code = "bad-query"

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = list(faults)
        super().__init__("Some query parameters cannot be used.")


def problem(
    request: HttpRequest, *, status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None
) -> dict[str, Any]:
    """The body of a problem. ``code`` becomes its type, a URN of this contract."""
    body: dict[str, Any] = {
        "type": f"urn:cho-ocop:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    body["request_id"] = getattr(request, "request_id", "-")
    return body


def problem_response(
    request: HttpRequest, *, status: int, code: str, detail: str, errors: list[dict[str, str]] | None = None
) -> JsonResponse:
    """A problem for views outside the REST framework."""
    response = JsonResponse(
        problem(request, status=status, code=code, detail=detail, errors=errors),
        status=status,
        content_type=CONTENT_TYPE,
        json_dumps_params={"ensure_ascii": False},
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def exception_handler(exc: Exception, context: dict[str, Any], *, language: str = "en") -> Response | None:
    """Map what a view raised to a problem; None (a 500) for what nobody foresaw.

    What is no text of the view's own, the framework's words too, is told in ``language``.
    """
    with translation.override(language):
        return _response_to(exc, context)


def _response_to(exc: Exception, context: dict[str, Any]) -> Response | None:
    request = context["request"]._request
    errors: list[dict[str, str]] | None = None
    headers: dict[str, str] = {}
    match exc:
        case BadQuery():
            errors = [{"parameter": f.field, "detail": f.detail, "code": f.code} for f in exc.faults]
            status, code, detail = 400, "bad-query", str(exc.detail)
        case DomainError():
            errors = [
                {"pointer": f"/{f.field}" if f.field else "", "detail": f.detail, "code": f.code} for f in exc.faults
            ]
            status, code, detail = exc.status, exc.code, exc.detail
        case Http404():
            status, code, detail = 404, "not-found", _("There is nothing at this address.")
        case PermissionDenied():
            status, code, detail = 403, "forbidden", _("You may not do this.")
        case exceptions.ValidationError():
            errors = list(_pointers(exc.detail, ""))
            status, code, detail = 400, "invalid", _("Some fields cannot be used.")
        case exceptions.MethodNotAllowed():
            headers["Allow"] = ", ".join(context["view"].allowed_methods)
            status, code = 405, "method-not-allowed"
            text = _("{method} is not possible here; {allowed} are.")
            detail = text.format(method=request.method, allowed=headers["Allow"])
        case exceptions.APIException():
            detail = str(type(exc).default_detail)  # read now: the text of ``exc`` is in the language of the request
            status, code = exc.status_code, str(exc.get_codes()).replace("_", "-")
            if wait := getattr(exc, "wait", None):
                headers["Retry-After"] = str(int(wait))
        case _:
            return None
    response = Response(
        problem(request, status=status, code=code, detail=detail, errors=errors),
        status=status,
        headers={**headers, "Cache-Control": "no-store"},
    )
    response.content_type = CONTENT_TYPE
    return response


def _pointers(detail: Any, pointer: str) -> Iterable[dict[str, str]]:
    """JSON pointers (RFC 6901) to each message of a nested validation error."""
    if isinstance(detail, dict):
        for key, value in detail.items():
            name = str(key).replace("~", "~0").replace("/", "~1")
            yield from _pointers(value, pointer if key == "non_field_errors" else f"{pointer}/{name}")
    elif isinstance(detail, list):
        for index, value in enumerate(detail):
            nested = isinstance(value, dict | list)
            yield from _pointers(value, f"{pointer}/{index}" if nested else pointer)
    else:
        yield {"pointer": pointer, "detail": str(detail), "code": getattr(detail, "code", "invalid")}
