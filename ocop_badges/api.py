"""Certificates through the API: one product's, and one alone. The register: ``register_api``."""

from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request

from . import freshness, subjects
from .certificate_lines import certificate_line, owner_of
from .credentials.documents import credential_address, days_of
from .models import product_model
from .moving import moved_to
from .public_api import (
    BAD_QUERY,
    FORBIDDEN,
    MOVED,
    NOT_FOUND,
    AsOf,
    PublicView,
    answer_json,
    as_of,
    base_of,
    keep_private,
)
from .serializers import CertificateDetailSerializer, CertificateListSerializer
from .subjects import Subject
from .verification import Family, load_families, verify


class ProductCertificatesView(PublicView):
    @extend_schema(
        operation_id="product_certificates_list",
        summary="Every certificate of a product, newest first",
        description="All of them in one answer, for an unpublished product too; a former slug answers 308.",
        tags=["certificates"],
        parameters=PublicView.query.openapi,
        responses={200: CertificateListSerializer, **BAD_QUERY, **FORBIDDEN, **NOT_FOUND, **MOVED},
    )
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        values = self.query.parse(request)
        about, lang, base = as_of(request, values), values["lang"], base_of(request)
        subject = subjects.by_slug(slug)
        if subject is None or not _is_within(subject, about):
            raise Http404
        if subject.slug != slug:
            return _moved(request, reverse("product-certificates", args=[subject.slug]), about)
        families = load_families({subject.product_id}, known_at=about.known_at)
        family = families.get(subject.product_id, Family((), ()))
        lines = [
            certificate_line(certificate, family, day=about.day, lang=lang, base=base)
            for certificate in reversed(family.certificates)
        ]
        return answer_json(request, {"count": len(lines), "next": None, "previous": None, "results": lines}, about)


class CertificateView(PublicView):
    @extend_schema(
        operation_id="certificates_retrieve",
        summary="One certificate with its history",
        description="Where it stands today, whose it is, and what happened to it in public.",
        tags=["certificates"],
        parameters=PublicView.query.openapi,
        responses={200: CertificateDetailSerializer, **BAD_QUERY, **FORBIDDEN, **NOT_FOUND},
    )
    def get(self, request: Request, certificate_id: str) -> HttpResponseBase:
        values = self.query.parse(request)
        about, lang, base = as_of(request, values), values["lang"], base_of(request)
        verification = verify(certificate_id, day=about.day, known_at=about.known_at, within=about.within())
        if verification is None:
            raise Http404
        certificate, window = verification.certificate, verification.renewal_window
        body: dict[str, Any] = {
            **certificate_line(certificate, verification.family, day=about.day, lang=lang, base=base),
            **owner_of(verification.subject, lang=lang, base=base),
            "covers": certificate.covers,
            "regulation": certificate.regulation.number if certificate.regulation else None,
            "events": [
                {"type": event.kind, "on": event.on.isoformat(), **event.details} for event in verification.events
            ],
            "renewal_window": {"opens_on": window[0].isoformat(), "closes_on": window[1].isoformat()}
            if window
            else None,
            "credential": credential_address(certificate.public_id, base=base) if days_of(verification) else None,
            "sheet": f"{base}{reverse('certificate-sheet', args=[certificate.public_id])}",
        }
        return answer_json(request, body, about)


def _is_within(subject: Subject, about: AsOf) -> bool:
    """Whether an answer may be about this product. No query where everybody may ask."""
    if about.is_public:
        return True
    return product_model()._base_manager.filter(about.within(""), pk=subject.product_id).exists()  # type: ignore[no-any-return]


def _moved(request: Request, path: str, about: AsOf) -> HttpResponseBase:
    moved = moved_to(request._request, path)
    return freshness.mark(moved, "public") if about.is_public else keep_private(moved)
