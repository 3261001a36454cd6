"""Who works for the producer. Its owner lets helpers in, adds people and takes them off."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from marketplace.accounts import services
from marketplace.accounts.models import MemberRole, Membership
from marketplace.portal.access import Seat, for_members, for_owners
from marketplace.portal.pieces import PortalRenderer
from marketplace.portal.signing_in import send_password_link
from marketplace.portal.throttle import INVITE_BY_PERSON, TooOften, count_attempt
from ocop_badges.errors import DomainError, InvalidFact
from ocop_badges.links import base_url
from ocop_badges.request_time import time_of

from .refusing import refuse_for_now


class AddMemberForm(forms.Form):
    """A person to add, by e-mail."""

    default_renderer = PortalRenderer

    email = forms.EmailField(
        label=gettext_lazy("E-mail of the person"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("What they are for you"),
        choices=[
            (MemberRole.STAFF.value, gettext_lazy("Staff: works here")),
            (MemberRole.HELPER.value, gettext_lazy("Helper: from outside, for example a consultant or a relative")),
        ],
        initial=MemberRole.STAFF.value,
        widget=forms.RadioSelect,
    )


@for_members
@require_safe
def team(request: HttpRequest, seat: Seat) -> HttpResponse:
    return _page(request, seat, AddMemberForm())


@for_owners
@require_POST
def add(request: HttpRequest, seat: Seat) -> HttpResponse:
    """The same answer whether or not the person has an account: nobody can ask here who is registered."""
    form = AddMemberForm(request.POST)
    at = time_of(request).at
    if not form.is_valid():
        return _page(request, seat, form)
    try:
        count_attempt({INVITE_BY_PERSON: str(request.user.pk)}, at=at)
        _membership, user = services.add_member(
            producer_id=seat.producer.pk,
            email=form.cleaned_data["email"],
            role=MemberRole(form.cleaned_data["role"]),
            at=at,
        )
    except TooOften as refusal:
        return refuse_for_now(request, refusal, form, "portal/team.html", _context(seat))
    except InvalidFact as fact:
        form.add_error("email", fact.detail)
        return _page(request, seat, form)
    if send_password_link(user, base_url=base_url(request), invited_to=seat.producer.name):
        messages.success(request, _("Added. A message to {email} says how to sign in.").format(email=user.email))
    else:
        told = _("Added, but no message could be sent: ask {email} to set a new password at the sign-in page.")
        messages.error(request, told.format(email=user.email))
    return _back(seat)


@for_owners
@require_POST
def consent(request: HttpRequest, seat: Seat, membership_id: int) -> HttpResponse:
    member = _member(seat, membership_id)
    try:
        services.give_consent(membership=member, at=time_of(request).at)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("{email} can now work for you.").format(email=member.user.email))
    return _back(seat)


@for_owners
@require_POST
def withdraw(request: HttpRequest, seat: Seat, membership_id: int) -> HttpResponse:
    member = _member(seat, membership_id)
    try:
        services.withdraw_consent(membership=member)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("{email} can no longer work for you.").format(email=member.user.email))
    return _back(seat)


@for_owners
@require_POST
def remove(request: HttpRequest, seat: Seat, membership_id: int) -> HttpResponse:
    member = _member(seat, membership_id)
    try:
        services.remove_member(membership=member)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("{email} is off the team.").format(email=member.user.email))
    return _back(seat)


def _member(seat: Seat, membership_id: int) -> Membership:
    return get_object_or_404(Membership.objects.filter(producer=seat.producer).select_related("user"), pk=membership_id)


def _back(seat: Seat) -> HttpResponse:
    return HttpResponseRedirect(reverse("portal:team", args=[seat.producer.public_id]))


def _page(request: HttpRequest, seat: Seat, form: AddMemberForm) -> HttpResponse:
    return render(request, "portal/team.html", {**_context(seat), "form": form})


def _context(seat: Seat) -> dict[str, Any]:
    members = Membership.objects.filter(producer=seat.producer).select_related("user").order_by("created_at", "pk")
    return {"seat": seat, "here": "team", "members": members}
