"""Numbered pages for lists that people leaf through."""

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest


def page_of(rows: Any, request: HttpRequest, size: int) -> tuple[Page, Sequence[Any]]:
    """The page that ``?page=`` names and its rows: the first for nonsense, the last for too large a number."""
    page = Paginator(rows, size).get_page(request.GET.get("page"))
    return page, list(page.object_list)
