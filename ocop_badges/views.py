"""What other people's pages load: badges and the embed script. And the page that says whether a certificate holds.

Badges are plain Django views with two queries while a product has stars: they are asked for by every page that shows
one. They ignore parameters they do not know, and carry no cookie.
"""

import json
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from ocop_badges.request_time import time_of

from . import artwork, embed, freshness, pictures, png, subjects, svg
from .badges import Standing, standing_of
from .conditional import answer_of, etag_of
from .credentials.proofs import proof_of
from .cross_origin import answer_to_method, open_to_any_site
from .ids import as_printed
from .links import base_url, language_prefix
from .moving import moved_to
from .problems import problem_response
from .rules import Status
from .subjects import Subject
from .verification import verify

CONTENT_TYPES = {"json": "application/json", "svg": "image/svg+xml; charset=utf-8", "png": "image/png"}
Answer = Callable[[HttpRequest, Subject], HttpResponseBase]


def badge(request: HttpRequest, slug: str, ext: str) -> HttpResponseBase:
    """``/badges/{slug}.json``, ``.svg`` and ``.png``: the stars of today, or that there are none."""
    return _public(request, slug, "badge", {"ext": ext}, lambda request, subject: _badge(request, subject, ext))


def embed_script(request: HttpRequest, slug: str) -> HttpResponseBase:
    """``/embed/{slug}.js``: shows the badge on another site's page while there are stars."""
    return _public(request, slug, "embed", {}, _embed_script)


def _badge(request: HttpRequest, subject: Subject, ext: str) -> HttpResponseBase:
    now = time_of(request)
    lang = "en" if request.GET.get("lang") == "en" else "vi"
    size = 0 if ext == "json" else pictures.size_from(request.GET.get("size"))
    standing = standing_of(subject.product_id, day=now.day)
    stars = standing.badge.stars if standing.badge else None
    etag = etag_of(
        pictures.VERSION, subject.slug, subject.name_in(lang), now.day, standing, ext, size, lang,
        artwork.version_of(stars) if stars and size else 0,
    )  # fmt: skip
    if ext == "json":
        etag = f"W/{etag}"  # two answers of one day differ by the instant of the check
    response = answer_of(
        request,
        body=lambda: (
            _json(subject, standing, now.at) if ext == "json" else _picture(subject, standing, ext, size, lang)
        ),
        content_type=CONTENT_TYPES[ext],
        etag=etag,
        scope="public" if stars else "no-store",
    )
    response.headers["X-OCOP-Badge"] = str(stars or "none")
    response.headers["Content-Language"] = lang
    response.headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
    return response


def _json(subject: Subject, standing: Standing, at: Any) -> str:
    shown = standing.badge
    return json.dumps(
        {
            "product": subject.slug,
            "stars": shown.stars if shown else None,
            "valid_until": shown.valid_until.isoformat() if shown else None,
            "certificate": standing.certificate,
            "status": standing.status,
            "checked_at": at.isoformat(timespec="seconds"),
        },
        ensure_ascii=False,
    )


def _picture(subject: Subject, standing: Standing, ext: str, size: int, lang: str) -> str | bytes:
    if standing.badge is None:
        return svg.EMPTY_SVG if ext == "svg" else png.EMPTY_PNG
    shown = pictures.Shown(subject.name_in(lang), standing.badge.stars, standing.badge.valid_until, lang)
    if ext == "svg":
        return svg.draw(shown, size)
    return png.draw(shown, size, artwork.version_of(shown.stars))


def _embed_script(request: HttpRequest, subject: Subject) -> HttpResponseBase:
    body = embed.script(subject, base_url(request))
    etag = etag_of(embed.VERSION, body)
    return answer_of(
        request, body=lambda: body, content_type="text/javascript; charset=utf-8", etag=etag, scope="public"
    )


# --- what badges and script have in common -------------------------------


def _public(request: HttpRequest, slug: str, name: str, kwargs: dict[str, str], answer: Answer) -> HttpResponseBase:
    """An answer that any site may read: CORS, methods, unknown products, former slugs."""
    response: HttpResponseBase | None = answer_to_method(request)
    if response is None:
        response = _about_product(request, slug, name, kwargs, answer)
    open_to_any_site(response, exposed="X-OCOP-Badge, ETag, Age")
    if request.method == "HEAD" and isinstance(response, HttpResponse):
        response.headers["Content-Length"] = str(len(response.content))
        response.content = b""  # not every server in front drops it
    return response


def _about_product(
    request: HttpRequest, slug: str, name: str, kwargs: dict[str, str], answer: Answer
) -> HttpResponseBase:
    subject = subjects.by_slug(slug)
    if subject is None:
        return problem_response(request, status=404, code="not-found", detail="There is no such product.")
    if subject.slug == slug:
        return answer(request, subject)
    path = reverse(name, kwargs={"slug": subject.slug, **kwargs})
    return freshness.mark(moved_to(request, path), "public")


# --- the page ------------------------------------------------------------


@require_safe
def verify_page(request: HttpRequest, certificate_id: str) -> HttpResponseBase:
    """``/verify/{certificate-id}/``: valid or not, and why. It is typed from print: o reads 0, i and l read 1."""
    if not (meant := as_printed(certificate_id)):
        raise Http404
    if meant != certificate_id:
        return HttpResponsePermanentRedirect(reverse("verify", args=[meant]))
    now = time_of(request)
    verification = verify(certificate_id, day=now.day)
    if verification is None:
        raise Http404
    lang = get_language() or "vi"
    return render(
        request,
        "ocop_badges/verify.html",
        {
            "verification": verification,
            "is_valid": verification.status is Status.VALID,
            "proof": proof_of(verification, at=now.at, day=now.day, base=base_url(request)),
            "product_name": verification.subject.name_in(lang),
            "language_prefix": language_prefix(lang),
        },
    )
