from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from . import days, freshness


class ShopDayMiddleware:
    """Reads the clock once for a request (``request_time.time_of``) and bounds the life of what depends on it.

    Every HTML answer that sets no cache rule of its own counts as dependent on badges and is private.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        came = days.now()
        request.shop_time = came  # type: ignore[attr-defined]
        response = self.get_response(request)
        scope = freshness.scope_of(response)
        if scope is None:
            is_page = response.headers.get("Content-Type", "").startswith("text/html")
            if not is_page or response.has_header("Cache-Control"):
                return response
            scope = "private"
        left = days.now()
        if scope == "no-store" or left.day != came.day or response.status_code >= 500:
            response.headers["Cache-Control"] = "no-store"
        else:
            response.headers["Cache-Control"] = f"{scope}, max-age={freshness.max_age(left.at)}, must-revalidate"
        return response
