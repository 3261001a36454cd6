"""One frame for every page of the desk: title, the way back, status."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

Step = tuple[str | Promise, str]


def render_page(
    request: HttpRequest,
    template: str,
    context: dict[str, Any],
    *,
    title: str | Promise,
    way: Sequence[Step] = (),
    status: int = 200,
) -> HttpResponse:
    """A page that extends ``ocop_desk/base.html``. ``way``: label and address of each page between home and this."""
    crumbs: list[dict[str, Any]] = [{"url": reverse("wagtailadmin_home"), "label": _("Home")}]
    crumbs += [{"url": address, "label": label} for label, address in way]
    return render(request, template, {**context, "title": title, "breadcrumbs": crumbs}, status=status)
