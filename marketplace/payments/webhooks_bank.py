"""Where the bank tells of transfers: ``POST /webhooks/bank/``."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.payments.bank_feed import record_transfer
from marketplace.payments.bank_messages import LARGEST, BadMessage, is_signed, read_transfer
from ocop_badges.problems import problem_response
from ocop_badges.request_time import time_of

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def bank(request: HttpRequest) -> HttpResponse:
    """Take one transfer: 200 once it is stored, also if it was before.

    413 for a message that is too large, 400 for a signature that does not hold, or a message that does not tell of a
    transfer: then nothing is written. 503 while the shop has no secret to check signatures by.
    """
    if not settings.BANK_WEBHOOK_SECRET:
        log.error("The bank tells of transfers, and BANK_WEBHOOK_SECRET is empty")
        return problem_response(request, status=503, code="not-configured", detail="The feed is not set up here.")
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        return problem_response(request, status=413, code="too-large", detail=f"A message has at most {LARGEST} bytes.")
    if not is_signed(raw, request.headers.get("X-Signature", ""), secret=settings.BANK_WEBHOOK_SECRET):
        return problem_response(request, status=400, code="bad-signature", detail="The signature does not hold.")
    try:
        transfer = read_transfer(raw)
    except BadMessage as error:
        errors = [
            {"pointer": f"/{fault.field}" if fault.field else "", "detail": fault.detail, "code": fault.code}
            for fault in error.faults
        ]
        return problem_response(request, status=400, code="invalid", detail="This tells of no transfer.", errors=errors)
    event = record_transfer(transfer, at=time_of(request).at)
    answer = JsonResponse({"transaction_id": event.event_id, "outcome": event.outcome})
    answer.headers["Cache-Control"] = "no-store"
    return answer
