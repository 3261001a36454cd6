"""The door of the desk: who may come in, and what they may see there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from wagtail.admin.auth import require_admin_access

from ocop_badges.officers import Mandate, mandate_of

View = Callable[..., HttpResponseBase]


def _door(opens: Callable[[Mandate], bool]) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @require_admin_access
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            mandate = mandate_of(request.user)
            if not opens(mandate):
                raise PermissionDenied
            request.mandate = mandate  # type: ignore[attr-defined]
            return view(request, *args, **kwargs)

        return guarded

    return decorate


for_officers = _door(lambda mandate: mandate.is_officer)
"""For who keeps certificates. The view finds the ``Mandate`` at ``request.mandate``."""

for_the_programme = _door(lambda mandate: not mandate.is_empty)
"""For everybody with a post: commune officers and council members too."""


def mandate_for(request: HttpRequest) -> Mandate:
    """The mandate that the door has read."""
    mandate: Mandate = request.mandate  # type: ignore[attr-defined]
    return mandate
