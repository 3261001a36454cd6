"""The page where a person checks a credential that somebody gave them."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from ocop_badges import freshness
from ocop_badges.links import base_url
from ocop_badges.request_time import time_of

from . import wording
from .verifying import Finding, check_credential

MAX_BODY = 65_536  # bytes of a form; a credential is about two thousand


@csrf_exempt  # it changes nothing, and asks for no cookie
@require_http_methods(["GET", "HEAD", "POST"])
def check_page(request: HttpRequest) -> HttpResponseBase:
    """``/verify/``: paste a credential, read whether it holds today. No other site is asked for anything."""
    context: dict[str, Any] = {"max_length": MAX_BODY}
    if request.method == "POST":
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > MAX_BODY:
            response = render(request, "ocop_credentials/check.html", {**context, "is_too_long": True}, status=413)
            return freshness.mark(response, "no-store")
        context["pasted"] = request.POST.get("credential", "").strip()
        if context["pasted"]:
            context |= _found(request, context["pasted"])
    response = render(request, "ocop_credentials/check.html", context)
    return freshness.mark(response, "no-store" if request.method == "POST" else "private")


def as_token(pasted: str) -> str:
    """The credential in what a person pasted: line breaks and the head of a ``data:`` address left out."""
    return "".join(pasted.split()).removeprefix("data:application/vc+jwt,")


def _found(request: HttpRequest, pasted: str) -> dict[str, Any]:
    day = time_of(request).day
    finding: Finding = check_credential(as_token(pasted), base=base_url(request), on=day)
    return {
        "finding": finding,
        "steps": [(wording.name_of(step), wording.say(step), step.holds) for step in finding.steps],
        "said": finding.document["credentialSubject"] if finding.document else None,
    }
