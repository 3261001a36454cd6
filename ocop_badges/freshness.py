"""How long an answer that depends on badges may be kept: never past the midnight at which stars may end.

A view marks its response; ``ShopDayMiddleware`` writes the header when the response leaves, by the clock of that
moment, so that a slow answer cannot outlive the day it was computed for.
"""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Literal, TypeVar

from django.http import HttpRequest, HttpResponseBase

from . import days

MAX_AGE = 60  # seconds

Scope = Literal["public", "private", "no-store"]
R = TypeVar("R", bound=HttpResponseBase)
_MARK = "ocop_freshness"


def max_age(at: datetime) -> int:
    """Seconds a response that leaves at ``at`` may be kept: 60, or what is left of the day."""
    return min(MAX_AGE, days.seconds_to_midnight(at))


def mark(response: R, scope: Scope) -> R:
    """Say that the response depends on the badges of the day. ``no-store`` keeps it out of every cache."""
    setattr(response, _MARK, scope)
    return response


def scope_of(response: HttpResponseBase) -> Scope | None:
    return getattr(response, _MARK, None)


def depends_on_badges(scope: Scope) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Decorate a view whose responses depend on the badges of the day."""

    def decorate(view: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            response = view(request, *args, **kwargs)
            return response if scope_of(response) else mark(response, scope)

        return wrapper

    return decorate
