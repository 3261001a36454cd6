"""The credential of a certificate, through the API."""

from collections.abc import Iterable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.views import APIView

from ocop_badges.conditional import answer_of, etag_of
from ocop_badges.cross_origin import open_to_any_site
from ocop_badges.errors import DomainError
from ocop_badges.links import base_url
from ocop_badges.problems import CONTENT_TYPE as PROBLEM
from ocop_badges.query_params import QueryParams
from ocop_badges.request_time import time_of
from ocop_badges.rules import Status
from ocop_badges.serializers import ProblemSerializer
from ocop_badges.verification import verify

from . import jws, signing


class OneForm(BaseContentNegotiation):
    """There is one form of the answer, whatever is asked for."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        return next(iter(parsers))

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        renderer = next(iter(renderers))
        return renderer, renderer.media_type or ""


class CredentialView(APIView):
    authentication_classes = ()
    permission_classes = ()
    content_negotiation_class = OneForm
    query = QueryParams()

    @extend_schema(
        operation_id="certificates_credential",
        summary="A signed credential of one certificate",
        description="A W3C Verifiable Credential 2.0 as a JWT (`vc+jwt`, ES256). The issuer is this platform, which "
        "attests that it recorded the decision; its keys are at `/.well-known/did.json` and `/.well-known/jwks.json`. "
        "`validFrom` and `validUntil` are the first and the last second with stars as known today; `credentialStatus` "
        "names the lists of revoked and of suspended credentials (W3C Bitstring Status List 1.0), which a verifier "
        "reads for the day it asks about. 404 too for a certificate that never takes effect.",
        tags=["certificates"],
        parameters=query.openapi,
        responses={
            (200, jws.MEDIA_TYPE): OpenApiResponse(str, description="Three parts in base64url with dots between."),
            (400, PROBLEM): ProblemSerializer,
            (404, PROBLEM): ProblemSerializer,
            (503, PROBLEM): ProblemSerializer,
        },
    )
    def get(self, request: Request, certificate_id: str) -> HttpResponseBase:
        self.query.parse(request)
        now, base = time_of(request), base_url(request._request)
        verification = verify(certificate_id, day=now.day)
        if verification is None:
            raise Http404
        signed = signing.sign_certificate(verification, at=now.at, base=base)
        if signed is None:
            raise DomainError(
                "This certificate never takes effect: there is nothing to attest.", code="no-credential", status=404
            )
        response = answer_of(
            request._request,
            body=lambda: signed.token,
            content_type=jws.MEDIA_TYPE,
            etag=etag_of(signed.token, now.day),
            scope="public" if verification.status is Status.VALID else "no-store",
        )
        response.headers["Content-Disposition"] = f'inline; filename="ocop-{certificate_id}.jwt"'
        return response

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return open_to_any_site(super().dispatch(request, *args, **kwargs))
