"""The page again, for somebody who tried too often."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from marketplace.portal.throttle import TooOften
from marketplace.portal.wording import wait_in_words
from ocop_badges.request_time import time_of


def refuse_for_now(
    request: HttpRequest, refusal: TooOften, form: forms.Form, template: str, context: dict[str, Any]
) -> HttpResponse:
    """The template with the form, which says when to try again; so does ``Retry-After``, in seconds. 429."""
    at = time_of(request).at
    wait = wait_in_words(refusal.again_at, at=at)
    form.add_error(None, _("Too many attempts. Try again {when}.").format(when=wait))
    response = render(request, template, {**context, "form": form}, status=429)
    response.headers["Retry-After"] = str(max(1, int((refusal.again_at - at).total_seconds()) + 1))
    return response
