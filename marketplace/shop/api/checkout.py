"""``POST /api/v1/checkout/``: one order for one ``Idempotency-Key``."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from marketplace.shop.addresses import way_back
from marketplace.shop.answers import checkout_text, with_token
from marketplace.shop.attempts import MAX_KEY, hash_of
from marketplace.shop.baskets import visible_quantities
from marketplace.shop.checkout import Asked, PaymentNotBegun, actor_of, answered_before, check_out
from marketplace.shop.places import Places
from marketplace.shop.serializers import CheckoutInput
from marketplace.shop.wishes import pointed, wish_of
from ocop_badges.errors import DomainError, Fault

from .base import TradeView, moment
from .schema import BAD_REQUEST, CHECKOUT_CONFLICT, KEY_REUSED, NOT_FOUND, PAYMENT_AWAY, CheckoutSerializer

KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="Chosen anew for every purchase; the same request with the same key is answered the same.",
)


class CheckoutView(TradeView):
    @extend_schema(
        operation_id="checkout",
        summary="Turn a cart into an order and begin its payment",
        tags=["trade"],
        parameters=[KEY, *TradeView.query.openapi],
        request=CheckoutInput,
        responses={
            201: CheckoutSerializer,
            **BAD_REQUEST,
            **NOT_FOUND,
            **CHECKOUT_CONFLICT,
            **KEY_REUSED,
            **PAYMENT_AWAY,
        },
    )
    def post(self, request: Request) -> HttpResponse:
        key = _key_of(request)
        at, on = moment(request)
        body_hash = hash_of({"lang": self.values["lang"], "body": request.data})
        form = CheckoutInput(data=request.data, context={"on": on, "places": Places(on=on)})
        if not form.is_valid():
            # What was a good body once may be none today, its day of delivery being past: it is answered as it was.
            if (done := answered_before(actor_of(request.user), key, body_hash)) is not None:
                return self.answer(with_token(done.text, done.order), status=201)
            raise ValidationError(form.errors)
        checked = form.validated_data
        quantities = visible_quantities(checked["cart"], request.user)
        if quantities is None:
            detail = _("There is no such cart.")
            raise DomainError(detail, code="unknown-cart", status=404, faults=[Fault(detail, "unknown-cart", "cart")])
        asked = Asked(
            wish=wish_of(checked, quantities, user=request.user),
            actor=actor_of(request.user),
            key=key,
            body_hash=body_hash,
            return_url=lambda order: way_back(request._request, order),
        )
        try:
            done = check_out(asked, write=checkout_text, at=at, on=on)
        except PaymentNotBegun as error:
            text = _("The order {number} is placed, but its payment could not be begun. Send the same request again.")
            raise DomainError(text.format(number=error.order.number), code="payment-unavailable", status=503) from error
        except DomainError as error:
            raise pointed(error, form.initial_data) from None
        return self.answer(with_token(done.text, done.order), status=201)


def _key_of(request: Request) -> str:
    key: str = request.headers.get("Idempotency-Key", "").strip()
    if not 1 <= len(key) <= MAX_KEY or not key.isprintable():
        detail = _("Give an Idempotency-Key of 1 to {most} characters.").format(most=MAX_KEY)
        raise DomainError(detail, code="idempotency-key-missing", status=400)
    return key
