from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.urls import reverse


class AdminQueryMiddleware:
    """Takes NUL out of the query of every page of Wagtail's admin.

    Several of its boxes hand what was typed straight to the database, and PostgreSQL has no NUL in a text.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if "%00" in query and request.path_info.startswith(reverse("wagtailadmin_home")):
            request.META["QUERY_STRING"] = query.replace("%00", "")
        return self.get_response(request)
