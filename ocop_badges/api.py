"""Certificates through the API: one product's, one alone, and the open register."""

from datetime import date
from typing import Any

from django.http import Http404, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from . import freshness, subjects
from .cursors import BadCursor
from .errors import Fault
from .links import base_url
from .models import Certificate
from .problems import BadQuery
from .query_params import Choice, Code, Day, Integer, IntegerList, QueryParams, Text, url_with
from .register import RegisterQuery, codes_of, page_of
from .rules import MAX_STARS, MIN_STARS
from .serializers import (
    STATUSES,
    CertificateDetailSerializer,
    CertificateListSerializer,
    ProblemSerializer,
    RegisterSerializer,
)
from .subjects import Subject
from .verification import Family, load_families, verify

BAD_QUERY = {(400, "application/problem+json"): ProblemSerializer}
NOT_FOUND = {(404, "application/problem+json"): ProblemSerializer}
MOVED = {308: None}


class PublicView(APIView):
    """Open to all, the same for all: no session is read, so that any cache may keep the answer."""

    authentication_classes = ()
    permission_classes = ()
    query = QueryParams()


class ProductCertificatesView(PublicView):
    @extend_schema(
        operation_id="product_certificates_list",
        summary="Every certificate of a product, newest first",
        description="All of them in one answer, for an unpublished product too; a former slug answers 308.",
        tags=["certificates"],
        parameters=PublicView.query.openapi,
        responses={200: CertificateListSerializer, **BAD_QUERY, **NOT_FOUND, **MOVED},
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        lang = self.query.parse(request)["lang"]
        subject = subjects.by_slug(slug)
        if subject is None:
            raise Http404
        if subject.slug != slug:
            return _moved(request, reverse("product-certificates", args=[subject.slug]))
        family = load_families({subject.product_id}).get(subject.product_id, Family((), ()))
        day, base = _today(request), _base(request)
        lines = [_line(certificate, family, day, lang, base) for certificate in reversed(family.certificates)]
        return _public({"count": len(lines), "next": None, "previous": None, "results": lines})


class CertificateView(PublicView):
    @extend_schema(
        operation_id="certificates_retrieve",
        summary="One certificate with its history",
        description="Where it stands today, whose it is, and what happened to it in public.",
        tags=["certificates"],
        parameters=PublicView.query.openapi,
        responses={200: CertificateDetailSerializer, **BAD_QUERY, **NOT_FOUND},
    )
    def get(self, request: Request, certificate_id: str) -> HttpResponseBase:
        lang = self.query.parse(request)["lang"]
        verification = verify(certificate_id, day=_today(request))
        if verification is None:
            raise Http404
        certificate, window = verification.certificate, verification.renewal_window
        return _public(
            {
                **_line(certificate, verification.family, _today(request), lang, _base(request)),
                **_whose(verification.subject, lang, _base(request)),
                "covers": certificate.covers,
                "regulation": certificate.regulation.number if certificate.regulation else None,
                "events": [
                    {"type": event.kind, "on": event.on.isoformat(), **event.details} for event in verification.events
                ],
                "renewal_window": {"opens_on": window[0].isoformat(), "closes_on": window[1].isoformat()}
                if window
                else None,
            }
        )


class RegisterView(PublicView):
    query = QueryParams(
        Code("province", "Code of the province.", known=lambda: codes_of(subjects.PROVINCE_CODE)),
        Code("product_set", "Code of the product set.", known=lambda: codes_of(subjects.PRODUCT_SET_CODE)),
        IntegerList("stars", "Stars of the certificate; several by comma.", minimum=MIN_STARS, maximum=MAX_STARS),
        Choice("status", "Status today.", STATUSES),
        Day("ends_before", "The last day with stars, an extension included, is before this day."),
        Day("ends_after", "The last day with stars, an extension included, is after this day."),
        Text("cursor", "Where the page begins: from `next` or `previous`."),
        Integer("page_size", "Certificates a page.", minimum=1, maximum=100, default=24),
    )

    @extend_schema(
        operation_id="certificates_list",
        summary="The open register of certificates, newest first",
        description="Every certificate there is, by its first day; `next` and `previous` stay true while others are "
        "recorded.",
        tags=["certificates"],
        parameters=query.openapi,
        responses={200: RegisterSerializer, **BAD_QUERY},
    )
    def get(self, request: Request) -> HttpResponseBase:
        values = self.query.parse(request)
        lang, cursor, size = values.pop("lang"), values.pop("cursor"), values.pop("page_size")
        day, base = _today(request), _base(request)
        try:
            page = page_of(RegisterQuery(day=day, **values), cursor=cursor, size=size)
        except BadCursor as error:
            raise BadQuery([Fault(str(error), "bad-cursor", "cursor")]) from None
        product_ids = {certificate.product_id for certificate in page.certificates}
        families, whose = load_families(product_ids), subjects.by_ids(product_ids)
        return _public(
            {
                "count": page.count,
                "next": url_with(request, cursor=page.next) if page.next else None,
                "previous": url_with(request, cursor=page.previous) if page.previous else None,
                "results": [
                    {
                        **_line(certificate, families[certificate.product_id], day, lang, base),
                        **_whose(whose[certificate.product_id], lang, base),
                    }
                    for certificate in page.certificates
                ],
            }
        )


def _line(certificate: Certificate, family: Family, day: date, lang: str, base: str) -> dict[str, Any]:
    since = family.status_since(certificate, day)
    return {
        "id": certificate.public_id,
        "stars": certificate.stars,
        "decision_number": certificate.decision_number,
        "issuing_authority": certificate.issuing_authority,
        "issued_on": certificate.issued_on.isoformat(),
        "valid_from": certificate.valid_from.isoformat(),
        "valid_until": family.facts_of(certificate).last_day.isoformat(),
        "status": family.status(certificate, day),
        "status_since": since.isoformat() if since else None,
        "url": f"{base}{reverse('certificate', args=[certificate.public_id])}",
        "verify": f"{base}{_prefix(lang)}/verify/{certificate.public_id}/",
    }


def _whose(subject: Subject, lang: str, base: str) -> dict[str, Any]:
    return {
        "product": {
            "id": subject.public_id,
            "slug": subject.slug,
            "name": subject.name_in(lang),
            "url": f"{base}{_prefix(lang)}{subject.path}" if subject.is_published else None,
        },
        "producer": {"slug": subject.producer_slug, "name": subject.producer_name},
        "province": {"code": subject.province_code, "name": subject.province_name},
    }


def _prefix(lang: str) -> str:
    return "/en" if lang == "en" else ""


def _public(body: dict[str, Any]) -> Response:
    return freshness.mark(Response(body), "public")


def _moved(request: Request, path: str) -> HttpResponseBase:
    query = request.META.get("QUERY_STRING", "")
    return HttpResponsePermanentRedirect(f"{path}?{query}" if query else path, preserve_request=True)


def _today(request: Request) -> date:
    day: date = request._request.shop_time.day  # type: ignore[attr-defined]
    return day


def _base(request: Request) -> str:
    return base_url(request._request)
