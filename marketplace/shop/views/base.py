"""What these pages have in common: for one visitor alone, kept by nobody, listed by nobody."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

View = Callable[..., HttpResponse]


def private_page(*methods: str) -> Callable[[View], View]:
    """Decorate a view that answers these methods. A form with a NUL in it, which no browser sends, is refused (400)."""

    def decorate(view: View) -> View:
        @require_http_methods(list(methods))
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if any("\x00" in text for _name, texts in request.POST.lists() for text in texts):
                raise BadRequest("There is a NUL in the form.")
            response = view(request, *args, **kwargs)
            response.headers["Cache-Control"] = "private, no-store"
            response.headers["X-Robots-Tag"] = "noindex"
            response.headers.setdefault("Referrer-Policy", "same-origin")
            return response

        return wrapper

    return decorate
