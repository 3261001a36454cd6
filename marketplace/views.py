"""What belongs to the site as a whole: errors, the page to read the API's schema."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from ocop_badges.problems import problem_response


@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    """The API's schema as a page to read, rendered here, with no script from elsewhere."""
    from drf_spectacular.generators import SchemaGenerator

    schema = SchemaGenerator().get_schema(public=True)  # type: ignore[no-untyped-call]
    operations = [
        {"path": path, "method": method.upper(), **operation}
        for path, methods in schema["paths"].items()
        for method, operation in methods.items()
    ]
    return render(request, "api_docs.html", {"info": schema["info"], "operations": operations})


@csrf_exempt
def no_such_address(request: HttpRequest) -> HttpResponse:
    """For programs, which have no token of a form to bring: also what they send there is told that it is not there."""
    raise Http404


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 400, "bad-request", "The request cannot be understood.") or defaults.bad_request(
        request, exception
    )


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 403, "forbidden", "You may not do this.") or defaults.permission_denied(request, exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: cookies are off, who sent it has signed in meanwhile, or it is somebody else's."""
    return _error(request, 403, "forbidden", "You may not do this.") or render(request, "400.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _error(request, 404, "not-found", "There is nothing at this address.") or defaults.page_not_found(
        request, exception
    )


def server_error(request: HttpRequest) -> HttpResponse:
    return _error(request, 500, "internal-error", "Something went wrong here; it is logged.") or defaults.server_error(
        request
    )


def _error(request: HttpRequest, status: int, code: str, detail: str) -> Any:
    """A problem for programs, None for people: they get a page."""
    if request.path_info.startswith(("/api/", "/badges/", "/embed/", "/webhooks/")):
        return problem_response(request, status=status, code=code, detail=detail)
    return None
