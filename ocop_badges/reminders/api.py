"""When to renew a certificate, for programs that watch over many: in the manner of RFC 9773."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from ocop_badges import days, freshness
from ocop_badges.errors import DomainError
from ocop_badges.links import base_url, verify_address
from ocop_badges.query_params import QueryParams
from ocop_badges.request_time import time_of
from ocop_badges.serializers import ProblemSerializer
from ocop_badges.verification import Verification, verify

from .rules import Window
from .serializers import RenewalInfoSerializer

DAY_SECONDS, WINDOW_SECONDS = 86_400, 21_600  # until one should ask again: outside the window, inside it
_LAST_MOMENT = time(23, 59, 59)

_PROBLEM = "application/problem+json"


class RenewalInfoView(APIView):
    """The window in which a re-ranking file is accepted, as the regulation in force today sets it.

    A window that is past, that of an expired certificate too, means what it does in RFC 9773: act now, for what can
    still be done. Where nothing is to be renewed (revoked, superseded, or no regulation sets a window) the answer is
    a problem ``nothing-to-renew``; so it is once the successor or the revocation is on record, though it has not begun.
    """

    authentication_classes = ()
    permission_classes = ()
    query = QueryParams()

    @extend_schema(
        operation_id="certificates_renewal_info",
        summary="When to hand in the file for re-ranking",
        description="In the manner of RFC 9773; ask again after `Retry-After` seconds. A window in the past means: act "
        "now. 404 with the problem `nothing-to-renew` for a certificate that is revoked or superseded, and where no "
        "regulation in force sets a window.",
        tags=["certificates"],
        parameters=[
            *query.openapi,
            OpenApiParameter(
                "Retry-After", int, OpenApiParameter.HEADER, response=[200], description="Seconds, a day at most."
            ),
        ],
        responses={
            200: RenewalInfoSerializer,
            (400, _PROBLEM): ProblemSerializer,
            (404, _PROBLEM): ProblemSerializer,
        },
    )
    def get(self, request: Request, certificate_id: str) -> HttpResponseBase:
        lang = self.query.parse(request)["lang"]
        now = time_of(request)
        verification = verify(certificate_id, day=now.day)
        if verification is None:
            raise Http404
        if verification.renewal_window is None or _is_settled(verification):
            raise DomainError(_why_not(verification), code="nothing-to-renew", status=404)
        page = verify_address(certificate_id, base=base_url(request._request), lang=lang)
        response = Response(_answer(verification.renewal_window, page))
        response.headers["Retry-After"] = str(retry_after(verification.renewal_window, day=now.day, at=now.at))
        return freshness.mark(response, "public")


def retry_after(window: Window, *, day: date, at: datetime) -> int:
    """Seconds until a client should ask again: six hours within the window, else a day, or less until it opens."""
    opens_on, closes_on = window
    if opens_on <= day <= closes_on:
        return WINDOW_SECONDS
    if day == opens_on - timedelta(days=1):
        return max(1, days.seconds_to_midnight(at))
    return DAY_SECONDS


def _answer(window: Window, page: str) -> dict[str, Any]:
    opens_on, closes_on = window
    return {
        "suggested_window": {
            "start": days.start_of(opens_on).isoformat(),
            "end": datetime.combine(closes_on, _LAST_MOMENT, tzinfo=days.ZONE).isoformat(),
        },
        "explanation_url": page,
    }


def _is_settled(verification: Verification) -> bool:
    """Whether what becomes of the certificate is on record, whenever it takes effect: reminders leave such alone."""
    return verification.successor is not None or verification.facts.revoked_on is not None


def _why_not(verification: Verification) -> str:
    if verification.facts.revoked_on is not None:
        return "This certificate is revoked: there is nothing to renew."
    if verification.successor is not None:
        return "A newer certificate replaces this one: there is nothing to renew."
    return "No regulation in force today sets a window for re-ranking."
