"""Where Stripe tells what happened: ``POST /webhooks/stripe/``."""

import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.payments.methods import MethodUnavailable
from marketplace.payments.stripe_client import Refused, is_configured
from marketplace.payments.stripe_events import take_event
from marketplace.payments.stripe_messages import LARGEST, BadMessage, BadSignature, check_signature, read_event
from ocop_badges.problems import problem_response
from ocop_badges.request_time import time_of

log = logging.getLogger(__name__)


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """Take one event: 200 once it is stored, also if it was before, or is none of ours.

    413 for a message that is too large, 400 for a signature that does not hold, or is older than five minutes, or a
    message that is no event: then nothing is written. 503 where Stripe cannot be asked about it now: it tells it again.
    """
    if not (is_configured() and any(settings.STRIPE_WEBHOOK_SECRET)):
        log.error("Stripe tells of an event, and STRIPE_SECRET_KEY or STRIPE_WEBHOOK_SECRET is empty")
        return problem_response(request, status=503, code="not-configured", detail="Cards are not set up here.")
    raw = request.read(LARGEST + 1)
    if len(raw) > LARGEST:
        return problem_response(request, status=413, code="too-large", detail=f"A message has at most {LARGEST} bytes.")
    at = time_of(request).at
    try:
        check_signature(raw, request.headers.get("Stripe-Signature", ""), secrets=settings.STRIPE_WEBHOOK_SECRET, at=at)
    except BadSignature:
        return problem_response(request, status=400, code="bad-signature", detail="The signature does not hold.")
    try:
        event = read_event(raw)
    except BadMessage:
        return problem_response(request, status=400, code="invalid", detail="This is no event.")
    try:
        outcome = take_event(event, at=at)
    except (MethodUnavailable, Refused) as error:
        log.warning("Event %s has to be told again: %s", event.id, error)
        answer = problem_response(request, status=503, code="try-again", detail="Stripe cannot be asked now.")
        answer.headers["Retry-After"] = "60"
        return answer
    stored = JsonResponse({"event": event.id, "outcome": outcome})
    stored.headers["Cache-Control"] = "no-store"
    return stored
