"""What a verifier loads: our keys, our DID document, the status lists, the words; and the printable sheet."""

import json

from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

from ocop_badges import days
from ocop_badges.conditional import answer_of, etag_of
from ocop_badges.errors import DomainError
from ocop_badges.links import base_url
from ocop_badges.request_time import time_of
from ocop_badges.rules import Status
from ocop_badges.verification import verify

from . import contexts, issuer, jws, keys, sheets, signing
from .answers import open_to_all
from .status_lists import StatusList

NO_CERTIFICATE = DomainError("There is no such certificate.", code="not-found", status=404)
NO_LIST = DomainError("There is no such status list.", code="not-found", status=404)


@open_to_all
def jwks(request: HttpRequest) -> HttpResponseBase:
    """``/.well-known/jwks.json``: the public keys whose signatures are to be believed today (RFC 7517).

    Each is named as the header of what it signs names it.
    """
    name = issuer.did_of(base_url(request))
    found = [{**jwk, "kid": issuer.method_of(name, jwk["kid"])} for jwk in _published(request)]
    return _json(request, {"keys": found}, "application/jwk-set+json")


@open_to_all
def did(request: HttpRequest) -> HttpResponseBase:
    """``/.well-known/did.json``: the same keys as this platform's DID document (did:web)."""
    document = issuer.did_document(issuer.did_of(base_url(request)), _published(request))
    return _json(request, document, "application/did+json")


@open_to_all
def credential_context(request: HttpRequest) -> HttpResponseBase:
    """``/credentials/context/v1/``: what the words of our credentials mean (JSON-LD)."""
    address = f"{base_url(request)}{reverse('credential-context')}"
    return _json(request, contexts.context(address), "application/ld+json")


@open_to_all
def status_list(request: HttpRequest, name: str) -> HttpResponseBase:
    """``/credentials/status/{list}/``: the list ``revocation-1`` or the like, signed, as it is today."""
    now, base = _now(request), base_url(request)
    asked = StatusList.named(name)
    signed = signing.sign_list(asked, at=now.at, day=now.day, base=base) if asked else None
    if signed is None:
        raise NO_LIST
    # Weak: two answers of one day differ by the seconds that are left of it.
    etag = etag_of(signed.kid, base, now.day, name, signed.document["credentialSubject"]["encodedList"], weak=True)
    return answer_of(request, body=lambda: signed.token, content_type=jws.MEDIA_TYPE, etag=etag, scope="public")


@open_to_all
def sheet(request: HttpRequest, certificate_id: str) -> HttpResponseBase:
    """``/certificates/{id}/sheet.pdf``: what the verify page says today, to print; ``?lang=en`` in English."""
    now = _now(request)
    verification = verify(certificate_id, day=now.day)
    if verification is None:
        raise NO_CERTIFICATE
    lang = "en" if request.GET.get("lang") == "en" else "vi"
    drawing = sheets.sheet_of(verification, day=now.day, lang=lang, base=base_url(request))
    response = answer_of(
        request,
        body=lambda: sheets.draw(drawing),
        content_type="application/pdf",
        etag=etag_of(sheets.VERSION, drawing),
        scope="public" if verification.status is Status.VALID else "no-store",
    )
    response.headers["Content-Disposition"] = f'inline; filename="ocop-{certificate_id}.pdf"'
    response.headers["Content-Language"] = lang
    return response


def _published(request: HttpRequest) -> list[jws.Json]:
    now = _now(request)
    return keys.published_jwks(at=now.at, on=now.day)


def _json(request: HttpRequest, document: jws.Json, content_type: str) -> HttpResponseBase:
    body = json.dumps(document, ensure_ascii=False)
    return answer_of(request, body=lambda: body, content_type=content_type, etag=etag_of(body), scope="public")


def _now(request: HttpRequest) -> days.ShopTime:
    now: days.ShopTime = time_of(request)
    return now
