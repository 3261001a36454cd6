"""Answers that any site may read: CORS, methods, refusals as problems."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from ocop_badges.cross_origin import answer_to_method, open_to_any_site
from ocop_badges.errors import DomainError
from ocop_badges.problems import problem_response

View = Callable[..., HttpResponseBase]


def open_to_all(view: View) -> View:
    """Decorate a view that answers everybody alike: what it raises and other methods become problems."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response: HttpResponseBase | None = answer_to_method(request)
        if response is None:
            try:
                response = view(request, *args, **kwargs)
            except DomainError as error:
                response = problem_response(request, status=error.status, code=error.code, detail=error.detail)
        return open_to_any_site(response)

    return answer
