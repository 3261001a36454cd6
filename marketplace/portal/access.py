"""The door of the portal: who may come in, and whose pages they see there.

A page of a producer is reached only through the membership that allows it. For anybody else it does not exist: 404,
whatever the method.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import reverse
from django.views.decorators.cache import never_cache

from catalog.models import Producer
from marketplace.accounts.models import MemberRole, Membership

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True, slots=True)
class Seat:
    """A person at work for one producer; ``memberships`` are all that they may choose from, this one included."""

    membership: Membership
    memberships: tuple[Membership, ...]

    @property
    def producer(self) -> Producer:
        return self.membership.producer

    @property
    def is_owner(self) -> bool:
        return self.membership.role == MemberRole.OWNER

    @property
    def has_choice(self) -> bool:
        return len(self.memberships) > 1


def memberships_of(user: Any) -> list[Membership]:
    """The memberships by which a person may act, by the producer's name. One query."""
    return list(Membership.objects.active().of_user(user).select_related("producer__province"))


def for_signed_in(view: View) -> View:
    """Anybody with an account; others sign in first and then come to the page they wanted."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            wanted = request.get_full_path() if request.method in ("GET", "HEAD") else reverse("portal:home")
            return redirect_to_login(wanted, reverse("portal:sign-in"))
        return view(request, *args, **kwargs)

    return guarded


def for_members(view: View) -> View:
    """Those who act for the producer of the address. The view takes ``(request, seat, …)``."""

    @for_signed_in
    @wraps(view)
    def seated(request: HttpRequest, *args: Any, producer_id: str, **kwargs: Any) -> HttpResponseBase:
        memberships = memberships_of(request.user)
        mine = next((each for each in memberships if each.producer.public_id == producer_id), None)
        if mine is None:
            raise Http404
        return view(request, Seat(mine, tuple(memberships)), *args, **kwargs)

    return seated


def for_owners(view: View) -> View:
    """Those who own the producer of the address; for its other members the page does not exist."""

    @for_members
    @wraps(view)
    def owned(request: HttpRequest, seat: Seat, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not seat.is_owner:
            raise Http404
        return view(request, seat, *args, **kwargs)

    return owned
