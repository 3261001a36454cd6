"""The door of the hub's pages: for whom they exist. For anybody else they do not: 404, whatever the method."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from marketplace.hub.models import PackingHub

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Bench:
    """A person at work at one hub; ``hubs`` are all at which they work, this one included."""

    hub: PackingHub
    hubs: tuple[PackingHub, ...]

    @property
    def has_choice(self) -> bool:
        return len(self.hubs) > 1


def hubs_of(user: Any) -> tuple[PackingHub, ...]:
    """The hubs at which a person packs, by name. One query."""
    return tuple(PackingHub.objects.visible_to(user).select_related("province").order_by("name", "pk"))


def for_signed_in(view: View) -> View:
    """Anybody with an account; others sign in first and then come to the page they wanted."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            wanted = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("hub:home")
            return redirect_to_login(wanted, reverse("portal:sign-in"))
        return view(request, *args, **kwargs)

    return guarded


def for_packers(view: View) -> View:
    """Those who pack at the hub of the address. The view takes ``(request, bench, …)``."""

    @for_signed_in
    @wraps(view)
    def seated(request: HttpRequest, *args: Any, hub_id: int, **kwargs: Any) -> HttpResponseBase:
        hubs = hubs_of(request.user)
        mine = next((hub for hub in hubs if hub.pk == hub_id), None)
        if mine is None:
            raise Http404
        return view(request, Bench(mine, hubs), *args, **kwargs)

    return seated
