"""The way in and out: sign in, sign out, a new password by e-mail."""

from typing import Any

from django.contrib import auth
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.portal import signing_in, throttle
from marketplace.portal.people import address_of_account
from marketplace.portal.throttle import TooOften, count_attempt, forget_attempts
from ocop_badges.links import base_url
from ocop_badges.request_time import time_of
from ocop_badges.visitors import client_address

from .refusing import refuse_for_now


@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """``/portal/sign-in/``. Nothing tells a wrong password from an unknown account."""
    if request.user.is_authenticated:
        return HttpResponseRedirect(_wanted(request))
    form = signing_in.SignInForm(request.POST if request.method == "POST" else None)
    context = {"form": form, "next": _given_next(request)}
    if request.method == "POST" and form.is_valid():
        try:
            user = _try_to_sign_in(request, form.cleaned_data["who"], form.cleaned_data["password"])
        except TooOften as refusal:
            return refuse_for_now(request, refusal, form, "portal/sign_in.html", context)
        if user is not None:
            auth.login(request, user)
            return HttpResponseRedirect(_wanted(request))
        form.add_error(None, _("This e-mail or phone number and this password do not belong together."))
    return render(request, "portal/sign_in.html", context)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    auth.logout(request)
    return HttpResponseRedirect(reverse("portal:sign-in"))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def ask_for_password(request: HttpRequest) -> HttpResponse:
    """Sends a mail where there is an account, and says the same where there is none."""
    form = signing_in.AskForPasswordForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        limits = {
            throttle.RESET_BY_ACCOUNT: address_of_account(form.cleaned_data["email"]),
            throttle.RESET_BY_ADDRESS: client_address(request),
        }
        try:
            count_attempt(limits, at=time_of(request).at)
        except TooOften as refusal:
            return refuse_for_now(request, refusal, form, "portal/ask_for_password.html", {})
        if (user := form.account()) is not None:
            signing_in.send_password_link(user, base_url=base_url(request))
        return HttpResponseRedirect(reverse("portal:password-sent"))
    return render(request, "portal/ask_for_password.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD"])
def password_sent(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/password_sent.html")


@method_decorator(require_http_methods(["GET", "HEAD", "POST"]), name="dispatch")
class SetPassword(PasswordResetConfirmView):
    """From the mail: Django checks the token and takes it out of the address. One token sets one password."""

    form_class = signing_in.SetPasswordForm
    template_name = "portal/set_password.html"
    success_url = reverse_lazy("portal:password-set")
    reset_url_token = "new"  # noqa: S105 - stands in the address in place of the token

    def form_valid(self, form: Any) -> HttpResponse:
        forget_attempts(throttle.SIGN_IN_BY_ACCOUNT, form.user.email)
        return super().form_valid(form)


@never_cache
@require_http_methods(["GET", "HEAD"])
def password_set(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/password_set.html")


def _try_to_sign_in(request: HttpRequest, who: str, password: str) -> Any:
    """The person, or None. Raises ``TooOften``."""
    email = address_of_account(who)
    count_attempt(
        {throttle.SIGN_IN_BY_ACCOUNT: email, throttle.SIGN_IN_BY_ADDRESS: client_address(request)},
        at=time_of(request).at,
    )
    user = auth.authenticate(request, username=email, password=password)
    if user is not None:
        forget_attempts(throttle.SIGN_IN_BY_ACCOUNT, email)
    return user


def _given_next(request: HttpRequest) -> str:
    """Where a person wanted to go, if that is a page of this site; empty otherwise."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    safe = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if safe else ""


def _wanted(request: HttpRequest) -> str:
    return _given_next(request) or reverse("portal:home")
